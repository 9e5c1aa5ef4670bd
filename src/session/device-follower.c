/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/device-follower.h"

#include "media/media.h"
#include "media/source-name.h"

/* A sound server that has just started, or moves streams about, may refuse one: after 0.5, 1 and 2 s
 * it is asked again. */
#define FIRST_RETRY_MS 500
#define MAX_RETRIES 3

/* What has worked for so long has nothing to do with the failures before: longer than any failure takes
 * to be noticed (media/source-switch.c). */
#define STEADY_US (30 * G_USEC_PER_SEC)

/* A server says that a device is gone before it says which one is its default now: it chooses in
 * milliseconds. Sound goes on meanwhile. */
#define SETTLE_US (G_USEC_PER_SEC / 2)

struct _AloqaDeviceFollower {
  GObject parent_instance;

  AloqaDeviceKind kind;
  char *fallback;
  char *chosen;

  AloqaDevices *devices; /* NULL while not active, or where no device was chosen */
  AloqaDevice *broken;   /* the one that was chosen, where another one took its place; or NULL */
  AloqaDevice *current;  /* what is used; NULL where there is none, or it is not known yet */
  gboolean is_lost;      /* it was told that there is none; nothing is opened to find out again */
  gboolean is_refused;   /* since the last news */
  char *lost_name;       /* of what is gone, while it is not known what is used instead; or NULL */
  guint settle_id;

  AloqaClock *clock;
  guint n_retries; /* since the last news, or since it worked */
  guint retry_id;
  int failed_code;  /* of the last failure, where there were retries */
  gint64 worked_us; /* since when; 0 where it does not */
  gboolean has_given_up;
};

enum { CHANGED, NEWS, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaDeviceFollower, aloqa_device_follower, G_TYPE_OBJECT)

/* Returns: (nullable): the name after "mic:", "" for the default; %NULL for no device at all */
static const char *
get_wanted (AloqaDeviceFollower *self)
{
  return aloqa_source_name_after (self->chosen, aloqa_device_kind_get_role (self->kind));
}

static AloqaDevice *
find (AloqaDeviceFollower *self)
{
  const char *wanted = get_wanted (self);
  AloqaDevice *device = aloqa_devices_lookup (self->devices, self->kind, wanted);

  if ((device == NULL || device == self->broken) && self->kind != ALOQA_DEVICE_CAMERA)
    device = aloqa_devices_lookup (self->devices, self->kind, "");
  return device;
}

static const char *
get_name (AloqaDevice *device)
{
  return device != NULL ? aloqa_device_get_name (device) : NULL;
}

static void
forget_retries (AloqaDeviceFollower *self)
{
  aloqa_clock_clear_timer (self->clock, &self->retry_id);
  self->n_retries = 0;
  self->worked_us = 0;
  self->has_given_up = FALSE;
}

/* Those of what is used now, which is another one. */
static void
forget_failures (AloqaDeviceFollower *self)
{
  forget_retries (self);
  self->is_refused = FALSE;
  self->is_lost = FALSE;
}

/**
 * aloqa_device_follower_forget_failures:
 *
 * It is to be tried again, as if nothing had been: a person wants it so.
 */
void
aloqa_device_follower_forget_failures (AloqaDeviceFollower *self)
{
  forget_failures (self);
  if (self->broken == NULL)
    return;
  g_clear_object (&self->broken);
  g_set_object (&self->current, find (self));
}

/* Returns: whether the device is there, and only a person's wish makes it be tried once more */
gboolean
aloqa_device_follower_has_given_up (AloqaDeviceFollower *self)
{
  return self->broken != NULL || self->is_refused || self->has_given_up;
}

/* Whether the device is there, and still not to be opened now, whatever else changes. */
gboolean
aloqa_device_follower_is_left_alone (AloqaDeviceFollower *self)
{
  return self->retry_id != 0 || self->is_refused || self->has_given_up;
}

static gboolean
uses_chosen (AloqaDeviceFollower *self)
{
  return self->current != NULL && self->current != self->broken &&
         aloqa_devices_lookup (self->devices, self->kind, get_wanted (self)) == self->current;
}

/* Returns: (nullable): the default one, where it can take the place of the chosen one */
static AloqaDevice *
find_substitute (AloqaDeviceFollower *self)
{
  AloqaDevice *device = NULL;

  if (self->kind != ALOQA_DEVICE_CAMERA && uses_chosen (self))
    device = aloqa_devices_lookup (self->devices, self->kind, "");
  return device != self->current ? device : NULL;
}

static void
tell (AloqaDeviceFollower *self, AloqaDeviceNews news, const char *name, const char *instead)
{
  g_debug ("%s %s: “%s”, instead “%s”", aloqa_device_kind_get_role (self->kind),
           aloqa_device_news_to_string (news), name, instead != NULL ? instead : "");
  g_signal_emit (self, signals[NEWS], 0, (int) news, name, instead);
}

static void
end_settling (AloqaDeviceFollower *self)
{
  aloqa_clock_clear_timer (self->clock, &self->settle_id);
  g_clear_pointer (&self->lost_name, g_free);
}

static void
tell_loss (AloqaDeviceFollower *self)
{
  g_autofree char *name = g_steal_pointer (&self->lost_name);

  end_settling (self);
  /* The same one, seen another way: nothing has changed for the person. */
  if (g_strcmp0 (name, get_name (self->current)) != 0)
    tell (self, ALOQA_DEVICE_NEWS_LOST, name, get_name (self->current));
}

static void
settle_cb (gpointer user_data)
{
  AloqaDeviceFollower *self = user_data;

  self->settle_id = 0;
  tell_loss (self);
}

/* Of several that go in a row, the first is the one that the person used. */
static void
removed_cb (AloqaDeviceFollower *self, AloqaDevice *device)
{
  AloqaDevice *next;
  gboolean is_settled;

  if (device == self->broken)
    g_clear_object (&self->broken); /* plugged in again, it may work */
  if (device != self->current)
    return;

  next = find (self);
  is_settled = next == NULL || self->kind == ALOQA_DEVICE_CAMERA ||
               aloqa_devices_has_default (self->devices, self->kind);
  forget_failures (self);
  g_set_object (&self->current, next);
  self->is_lost = next == NULL;
  if (self->lost_name == NULL)
    self->lost_name = g_strdup (aloqa_device_get_name (device));
  g_signal_emit (self, signals[CHANGED], 0);
  if (is_settled)
    tell_loss (self);
  else if (self->settle_id == 0)
    self->settle_id = aloqa_clock_add_timer (self->clock, SETTLE_US, settle_cb, self);
}

static void
added_cb (AloqaDeviceFollower *self, AloqaDevice *device)
{
  gboolean is_news;

  if (!aloqa_devices_is_ready (self->devices) || find (self) != device || device == self->current)
    return;
  /* The default is the server's to change, and told by it. */
  if (self->current != NULL && *get_wanted (self) == '\0')
    return;

  /* A headset that changes its profile goes and comes at once: nobody has been told that it went. */
  is_news = g_strcmp0 (self->lost_name, aloqa_device_get_name (device)) != 0;
  g_set_object (&self->current, device);
  end_settling (self);
  forget_failures (self);
  g_signal_emit (self, signals[CHANGED], 0);
  if (is_news)
    tell (self, ALOQA_DEVICE_NEWS_BACK, aloqa_device_get_name (device), NULL);
}

/* The server moves sound along with its default; a camera in use is not taken away. */
static void
default_changed_cb (AloqaDeviceFollower *self, int kind)
{
  AloqaDevice *device;

  if (kind != (int) self->kind || kind == ALOQA_DEVICE_CAMERA || self->current == NULL)
    return;
  if (self->lost_name != NULL && !aloqa_devices_has_default (self->devices, self->kind))
    return; /* an older answer */

  device = find (self);
  if (device != NULL && self->lost_name != NULL) {
    g_set_object (&self->current, device);
    tell_loss (self);
  }
  if (device == NULL || device == self->current)
    return;

  g_set_object (&self->current, device);
  if (aloqa_device_follower_is_left_alone (self)) {
    /* It was the other one that failed. */
    forget_failures (self);
    g_signal_emit (self, signals[CHANGED], 0);
  }
  tell (self, ALOQA_DEVICE_NEWS_TAKEN_OVER, aloqa_device_get_name (device), NULL);
}

static void
ready_cb (AloqaDeviceFollower *self)
{
  AloqaDevice *device = find (self);
  gboolean was_lost = self->is_lost;

  /* Where there is none at all, opening it says so: once. */
  if (!g_set_object (&self->current, device) || device == NULL)
    return;

  self->is_lost = FALSE;
  if (was_lost || !uses_chosen (self))
    g_signal_emit (self, signals[CHANGED], 0);
  if (!uses_chosen (self))
    tell (self, ALOQA_DEVICE_NEWS_LOST, "", aloqa_device_get_name (device));
}

static void
stop (AloqaDeviceFollower *self)
{
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  g_clear_object (&self->devices);
  g_clear_object (&self->current);
  g_clear_object (&self->broken);
  end_settling (self);
  forget_retries (self);
}

static void
start (AloqaDeviceFollower *self)
{
  self->devices = aloqa_devices_dup_shared ();
  g_signal_connect_object (self->devices, "removed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->devices, "added", G_CALLBACK (added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->devices, "default-changed", G_CALLBACK (default_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->devices, "notify::is-ready", G_CALLBACK (ready_cb), self,
                           G_CONNECT_SWAPPED);
  if (aloqa_devices_is_ready (self->devices))
    ready_cb (self);
}

static void
aloqa_device_follower_dispose (GObject *object)
{
  stop (ALOQA_DEVICE_FOLLOWER (object));

  G_OBJECT_CLASS (aloqa_device_follower_parent_class)->dispose (object);
}

static void
aloqa_device_follower_finalize (GObject *object)
{
  AloqaDeviceFollower *self = ALOQA_DEVICE_FOLLOWER (object);

  g_free (self->fallback);
  g_free (self->chosen);
  g_object_unref (self->clock);

  G_OBJECT_CLASS (aloqa_device_follower_parent_class)->finalize (object);
}

static void
aloqa_device_follower_class_init (AloqaDeviceFollowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_device_follower_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_device_follower_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[NEWS] = g_signal_new ("news", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 3, G_TYPE_INT, G_TYPE_STRING, G_TYPE_STRING);
}

static void
aloqa_device_follower_init (AloqaDeviceFollower *self)
{
}

/**
 * aloqa_device_follower_new_with_clock:
 * @fallback: the source or sink to use where a device was lost and there is no other
 * @clock: what waiting is measured by
 *
 * Returns: (transfer full): a follower that is not active, with the system's default chosen
 */
AloqaDeviceFollower *
aloqa_device_follower_new_with_clock (AloqaDeviceKind kind, const char *fallback, AloqaClock *clock)
{
  AloqaDeviceFollower *self = g_object_new (ALOQA_TYPE_DEVICE_FOLLOWER, NULL);

  self->kind = kind;
  self->clock = g_object_ref (clock);
  self->fallback = g_strdup (fallback);
  self->chosen = g_strdup (aloqa_device_kind_get_role (kind));
  return self;
}

/* The same by the system's clock. */
AloqaDeviceFollower *
aloqa_device_follower_new (AloqaDeviceKind kind, const char *fallback)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  return aloqa_device_follower_new_with_clock (kind, fallback, clock);
}

/**
 * aloqa_device_follower_set_chosen:
 * @source: "camera", "mic:NAME", "speaker" and the like; anything else is left as it is
 *
 * "changed" is emitted only where it is not there, and another takes its place.
 */
void
aloqa_device_follower_set_chosen (AloqaDeviceFollower *self, const char *source)
{
  gboolean was_active = self->devices != NULL;
  g_autofree char *copy = g_strdup (source);

  if (g_strcmp0 (source, self->chosen) == 0)
    return;

  stop (self);
  aloqa_device_follower_forget_failures (self);
  g_free (self->chosen);
  self->chosen = g_steal_pointer (&copy);
  if (was_active)
    aloqa_device_follower_set_active (self, TRUE);
}

/* Returns: (transfer none): what a person chose */
const char *
aloqa_device_follower_get_chosen (AloqaDeviceFollower *self)
{
  return self->chosen;
}

/* Returns: (transfer none): what to use now */
const char *
aloqa_device_follower_get_source (AloqaDeviceFollower *self)
{
  if (self->is_lost ||
      (aloqa_device_follower_is_left_alone (self) && find_substitute (self) == NULL))
    return self->fallback;
  if (self->current == NULL || (uses_chosen (self) && !aloqa_device_follower_is_left_alone (self)))
    return self->chosen;
  return aloqa_device_kind_get_role (self->kind);
}

static void
retry_cb (gpointer user_data)
{
  AloqaDeviceFollower *self = user_data;

  self->retry_id = 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The chosen one is there, and of no use: somebody is heard by another one rather than by none. */
static void
give_up (AloqaDeviceFollower *self)
{
  AloqaDevice *substitute = find_substitute (self);

  self->has_given_up = substitute == NULL;
  if (substitute == NULL)
    return;

  g_set_object (&self->broken, self->current);
  g_set_object (&self->current, substitute);
  forget_retries (self);
  g_signal_emit (self, signals[CHANGED], 0);
  tell (self, ALOQA_DEVICE_NEWS_BROKEN, get_name (self->broken), get_name (self->current));
}

/**
 * aloqa_device_follower_note_failure:
 * @error: why what was to be used could not be opened, or broke
 *
 * Emits "changed" again in a while, where the device is there all the same; after some tries the
 * system's default is used instead, where that is another one. Where there is none, none
 * is to be used until one is plugged in or wished for anew; a camera that is refused neither: a person
 * may be asked for it.
 *
 * Returns: whether it is worth telling: it had worked, or failed otherwise than when it was tried before
 */
gboolean
aloqa_device_follower_note_failure (AloqaDeviceFollower *self, const GError *error)
{
  gboolean had_worked = self->worked_us != 0, is_new;

  g_debug ("%s failed: %s", aloqa_device_kind_get_role (self->kind), error->message);
  self->is_refused = self->kind == ALOQA_DEVICE_CAMERA && self->devices != NULL &&
                     g_error_matches (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED);
  if (had_worked && aloqa_clock_get_now_us (self->clock) - self->worked_us >= STEADY_US)
    self->n_retries = 0;
  self->worked_us = 0;
  is_new = had_worked || self->n_retries == 0 || self->failed_code != error->code;
  self->failed_code = error->code;
  if (self->current == NULL && self->devices != NULL &&
      g_error_matches (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND))
    self->is_lost = TRUE;
  if (self->current == NULL || self->retry_id != 0)
    return is_new;

  if (!aloqa_media_error_is_passing (error) || self->n_retries == MAX_RETRIES) {
    give_up (self);
    return is_new;
  }
  self->retry_id = aloqa_clock_add_timer (
      self->clock, ((gint64) FIRST_RETRY_MS << self->n_retries) * 1000, retry_cb, self);
  self->n_retries++;
  return is_new;
}

/**
 * aloqa_device_follower_note_success:
 *
 * What was to be used gives something. After a while of that earlier failures count no more.
 */
void
aloqa_device_follower_note_success (AloqaDeviceFollower *self)
{
  /* It may be what plays in its stead. */
  if (!self->is_lost && !aloqa_device_follower_is_left_alone (self))
    self->worked_us = aloqa_clock_get_now_us (self->clock);
}

/**
 * aloqa_device_follower_set_active:
 *
 * Follows from now on, or no more; what was refused stays so, and what is lost until it is there again.
 * No device is opened by this.
 */
void
aloqa_device_follower_set_active (AloqaDeviceFollower *self, gboolean is_active)
{
  gboolean is_needed = is_active && get_wanted (self) != NULL;

  if (is_needed == (self->devices != NULL))
    return;

  if (is_needed)
    start (self);
  else
    stop (self);
}
