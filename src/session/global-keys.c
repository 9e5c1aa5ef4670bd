/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/global-keys.h"

#include "desktop/global-shortcuts.h"

struct _AloqaGlobalKeys {
  GObject parent_instance;

  GCancellable *asking; /* NULL: not asked yet; it stays, so that nobody is asked twice */
  AloqaGlobalShortcuts *shortcuts; /* what was granted, or NULL */
};

enum { PRESSED, RELEASED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaGlobalKeys, aloqa_global_keys, G_TYPE_OBJECT)

/* The names are kept by desktops together with the keys, and must stay what they are. */
static const struct {
  const char *id;
  const char *trigger;
} keys[ALOQA_N_GLOBAL_KEYS] = {
  [ALOQA_GLOBAL_KEY_MUTE] = { "toggle-mute", "CTRL+ALT+m" },
  [ALOQA_GLOBAL_KEY_TALK] = { "push-to-talk", "CTRL+ALT+space" },
  [ALOQA_GLOBAL_KEY_ANSWER] = { "answer", "CTRL+ALT+y" },
  [ALOQA_GLOBAL_KEY_HANG_UP] = { "hang-up", "CTRL+ALT+h" },
};

static void
emit (AloqaGlobalKeys *self, guint signal, const char *id)
{
  for (int i = 0; i < ALOQA_N_GLOBAL_KEYS; i++) {
    if (g_str_equal (keys[i].id, id))
      g_signal_emit (self, signals[signal], 0, i);
  }
}

static void
activated_cb (AloqaGlobalKeys *self, const char *id)
{
  emit (self, PRESSED, id);
}

static void
deactivated_cb (AloqaGlobalKeys *self, const char *id)
{
  emit (self, RELEASED, id);
}

static void
closed_cb (AloqaGlobalKeys *self)
{
  g_debug ("The desktop has taken the global shortcuts back");
}

static void
bound_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaGlobalKeys *self = user_data;
  g_autoptr (GError) error = NULL;
  AloqaGlobalShortcuts *shortcuts = aloqa_global_shortcuts_bind_finish (result, &error);

  /* Then nobody waits for it any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (shortcuts == NULL) {
    g_debug ("No global shortcuts: %s", error->message);
    return;
  }

  self->shortcuts = shortcuts;
  g_signal_connect_object (shortcuts, "activated", G_CALLBACK (activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (shortcuts, "deactivated", G_CALLBACK (deactivated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (shortcuts, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
}

static void
aloqa_global_keys_dispose (GObject *object)
{
  AloqaGlobalKeys *self = ALOQA_GLOBAL_KEYS (object);

  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->shortcuts != NULL)
    aloqa_global_shortcuts_close (self->shortcuts);
  g_clear_object (&self->shortcuts);

  G_OBJECT_CLASS (aloqa_global_keys_parent_class)->dispose (object);
}

static void
aloqa_global_keys_class_init (AloqaGlobalKeysClass *klass)
{
  const GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_global_keys_dispose;

  signals[PRESSED] = g_signal_new ("pressed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT);
  signals[RELEASED] = g_signal_new ("released", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
aloqa_global_keys_init (AloqaGlobalKeys *self)
{
}

/* Returns: (transfer full): none, until they are asked for */
AloqaGlobalKeys *
aloqa_global_keys_new (void)
{
  return g_object_new (ALOQA_TYPE_GLOBAL_KEYS, NULL);
}

/**
 * aloqa_global_keys_ask:
 * @bus: (nullable): where the desktop's portal is; %NULL for the session bus
 * @parent_window: what the desktop's dialog belongs to, as portals name windows; "" for none
 * @descriptions: what each key does, for the person; not needed after this call
 *
 * Asks the desktop for the keys, once: whatever comes of it, again does nothing.
 */
void
aloqa_global_keys_ask (AloqaGlobalKeys *self, GDBusConnection *bus, const char *parent_window,
                       const char *const descriptions[ALOQA_N_GLOBAL_KEYS])
{
  AloqaGlobalShortcut shortcuts[ALOQA_N_GLOBAL_KEYS];
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  if (self->asking != NULL)
    return;

  for (guint i = 0; i < ALOQA_N_GLOBAL_KEYS; i++)
    shortcuts[i] = (AloqaGlobalShortcut){ keys[i].id, descriptions[i], keys[i].trigger };
  self->asking = g_cancellable_new ();
  aloqa_global_shortcuts_bind_async (bus, clock, shortcuts, G_N_ELEMENTS (shortcuts), parent_window,
                                     self->asking, bound_cb, self);
}

gboolean
aloqa_global_keys_was_asked (AloqaGlobalKeys *self)
{
  return self->asking != NULL;
}
