/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/path-diagnosis.h"

#include "media/ice-check.h"

/* Most calls are connected long before; one that fails takes at least five seconds to. */
#define PATIENCE_MS 1500

/* Whoever has not answered for so long does not: round trips are a tenth of it. */
#define ANSWER_LIMIT_US (2 * G_USEC_PER_SEC)

struct _AloqaPathDiagnosis {
  GPtrArray *checks;   /* of Check: one for each TURN server */
  GTlsDatabase *trust; /* or NULL */
  AloqaClock *clock;
  GCancellable *cancellable;
  AloqaPathHopelessFunc hopeless; /* or NULL */
  gpointer user_data;
  guint timer;     /* 0 once they have been asked */
  gint64 asked_us; /* monotonic */
};

/* Held by the diagnosis and by what is under way (GRcBox). */
typedef struct {
  AloqaPathDiagnosis *owner; /* or NULL: it has gone */
  AloqaIceServer *server;
  gboolean is_done;
  GError *error; /* or NULL: it works, or is not done */
} Check;

static void
check_clear (gpointer data)
{
  Check *check = data;

  aloqa_ice_server_unref (check->server);
  g_clear_error (&check->error);
}

static void
check_unref (gpointer data)
{
  g_rc_box_release_full (data, check_clear);
}

static gboolean
is_hopeless (AloqaPathDiagnosis *self)
{
  for (guint i = 0; i < self->checks->len; i++) {
    const Check *check = self->checks->pdata[i];

    if (!check->is_done || check->error == NULL)
      return FALSE;
  }
  return TRUE;
}

/* The last thing that a callback does: @self may be gone after it. */
static void
announce (AloqaPathDiagnosis *self)
{
  if (self->hopeless != NULL && is_hopeless (self))
    self->hopeless (self->user_data);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Check *check = user_data;
  g_autoptr (AloqaIceCheckResult) addresses = aloqa_ice_check_finish (result, &check->error);

  check->is_done = TRUE;
  if (check->owner != NULL)
    announce (check->owner);
  check_unref (check);
}

static void
ask_cb (gpointer user_data)
{
  AloqaPathDiagnosis *self = user_data;

  self->timer = 0;
  self->asked_us = g_get_monotonic_time ();
  for (guint i = 0; i < self->checks->len; i++) {
    Check *check = self->checks->pdata[i];

    aloqa_ice_check_async (check->server, self->trust, self->clock, self->cancellable, checked_cb,
                           g_rc_box_acquire (check));
  }
  if (self->checks->len == 0)
    announce (self);
}

/**
 * aloqa_path_diagnosis_new:
 * @ice_servers: (nullable) (element-type AloqaIceServer): those of the call
 * @trust: (nullable): whose certificates count for TURN over TLS
 * @hopeless: (nullable): where there is no other way than through them
 *
 * To be made when the call begins to connect, and freed when it has; nobody is asked before that has
 * taken unusually long.
 */
AloqaPathDiagnosis *
aloqa_path_diagnosis_new (GPtrArray *ice_servers, GTlsDatabase *trust,
                          AloqaPathHopelessFunc hopeless, gpointer user_data)
{
  AloqaPathDiagnosis *self = g_new0 (AloqaPathDiagnosis, 1);

  self->checks = g_ptr_array_new_with_free_func (check_unref);
  self->trust = trust != NULL ? g_object_ref (trust) : NULL;
  self->clock = aloqa_clock_new ();
  self->cancellable = g_cancellable_new ();
  self->hopeless = hopeless;
  self->user_data = user_data;
  for (guint i = 0; ice_servers != NULL && i < ice_servers->len; i++) {
    AloqaIceServer *server = ice_servers->pdata[i];
    Check *check;

    if (server->kind == ALOQA_ICE_SERVER_STUN)
      continue;
    check = g_rc_box_new0 (Check);
    check->owner = self;
    check->server = aloqa_ice_server_ref (server);
    g_ptr_array_add (self->checks, check);
  }
  self->timer = g_timeout_add_once (PATIENCE_MS, ask_cb, self);
  return self;
}

void
aloqa_path_diagnosis_free (AloqaPathDiagnosis *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  for (guint i = 0; i < self->checks->len; i++)
    ((Check *) self->checks->pdata[i])->owner = NULL;
  g_object_unref (self->clock);
  g_clear_object (&self->trust);
  g_ptr_array_unref (self->checks);
  g_free (self);
}

static AloqaPathTrouble
get_trouble (const Check *check)
{
  if (!check->is_done || check->error->domain != ALOQA_ICE_CHECK_ERROR)
    return ALOQA_PATH_TROUBLE_UNREACHABLE;
  switch ((AloqaIceCheckError) check->error->code) {
  case ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED:
    return ALOQA_PATH_TROUBLE_REFUSED;
  case ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND:
  case ALOQA_ICE_CHECK_ERROR_NO_ANSWER:
  case ALOQA_ICE_CHECK_ERROR_REFUSED:
    return ALOQA_PATH_TROUBLE_UNREACHABLE;
  default:
    return ALOQA_PATH_TROUBLE_BROKEN;
  }
}

/**
 * aloqa_path_diagnosis_conclude:
 * @detail: (out) (transfer full): a sentence for people that names the server; %NULL without trouble
 *
 * For a call that has found no path. One TURN server that works is enough to acquit them all; of
 * several that do not the first one counts.
 */
AloqaPathTrouble
aloqa_path_diagnosis_conclude (AloqaPathDiagnosis *self, char **detail)
{
  const Check *first = self->checks->len > 0 ? self->checks->pdata[0] : NULL;
  gboolean is_early = g_get_monotonic_time () - self->asked_us < ANSWER_LIMIT_US;

  *detail = NULL;
  /* Too early to know. */
  if (self->timer != 0)
    return ALOQA_PATH_TROUBLE_NONE;
  for (guint i = 0; i < self->checks->len; i++) {
    const Check *check = self->checks->pdata[i];

    if (check->is_done ? check->error == NULL : is_early)
      return ALOQA_PATH_TROUBLE_NONE;
  }

  if (first == NULL) {
    *detail = g_strdup ("No TURN server is set, and between two such networks there is no way "
                        "without one.");
    return ALOQA_PATH_TROUBLE_NO_TURN;
  }
  *detail = first->is_done ? g_strdup_printf ("%s.", first->error->message)
                           : g_strdup_printf ("%s has not answered.", first->server->url);
  return get_trouble (first);
}
