/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor.h"

#include <glib/gi18n.h>

#include "session/doctor-private.h"

#include <string.h>

struct _AloqaDoctor {
  GObject parent_instance;

  AloqaDoctorCase the_case;
  GListStore *checks;
  GTask *task; /* while it runs, or NULL */
  gsize n_steps_begun;
  guint n_ice_servers_begun;
  gboolean has_failure;
};

typedef struct {
  const char *id;
  const char *title;
  AloqaDoctorStart start;
  gboolean is_silent; /* tells only of what is wrong */
} Step;

static const Step steps[] = {
  { "server", "Server", aloqa_doctor_start_server, FALSE },
  { "sign-in", "Sign-in", aloqa_doctor_start_sign_in, FALSE },
  { "websocket", "Connection for calls", aloqa_doctor_start_websocket, FALSE },
  { "ice", "STUN and TURN", aloqa_doctor_start_ice_list, TRUE },
  { "ice", "STUN and TURN", aloqa_doctor_start_ice, FALSE }, /* once for each server */
  { "camera", "Camera", aloqa_doctor_start_camera, FALSE },
  { "microphone", "Microphone", aloqa_doctor_start_microphone, FALSE },
  { "speaker", "Speaker", aloqa_doctor_start_speaker, FALSE },
  { "portal", "Desktop portal", aloqa_doctor_start_portal, FALSE },
  { "codecs", "Codecs", aloqa_doctor_start_codecs, FALSE },
};

static guint checked_signal;

G_DEFINE_FINAL_TYPE (AloqaDoctor, aloqa_doctor, G_TYPE_OBJECT)

static void
set_secret (char **secret, const char *text)
{
  if (*secret != NULL)
    explicit_bzero (*secret, strlen (*secret));
  g_free (*secret);
  *secret = g_strdup (text);
}

static void
aloqa_doctor_finalize (GObject *object)
{
  AloqaDoctor *self = ALOQA_DOCTOR (object);
  AloqaDoctorCase *the_case = &self->the_case;

  set_secret (&the_case->password, NULL);
  set_secret (&the_case->token, NULL);
  g_free (the_case->username);
  g_clear_pointer (&the_case->ice_servers, g_ptr_array_unref);
  aloqa_media_settings_free (the_case->settings);
  g_clear_object (&the_case->account);
  g_clear_object (&the_case->trust);
  g_object_unref (the_case->clock);
  g_object_unref (self->checks);

  G_OBJECT_CLASS (aloqa_doctor_parent_class)->finalize (object);
}

static void
aloqa_doctor_class_init (AloqaDoctorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_doctor_finalize;

  checked_signal = g_signal_new ("checked", ALOQA_TYPE_DOCTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, ALOQA_TYPE_DOCTOR_CHECK);
}

static void
aloqa_doctor_init (AloqaDoctor *self)
{
  self->checks = g_list_store_new (ALOQA_TYPE_DOCTOR_CHECK);
}

/**
 * aloqa_doctor_new:
 * @account: (nullable): over which calls are made. One that is signed in is looked at as it is; else
 *   it is signed in with what aloqa_doctor_set_password() or aloqa_doctor_set_token() gave, stays so,
 *   and is the caller's to sign out
 * @trust: (nullable): whose certificates count; %NULL for the system's authorities
 * @clock: of every deadline
 * @settings: which devices and which codec to look at; copied
 *
 * Returns: (transfer full): a doctor, for one run
 */
AloqaDoctor *
aloqa_doctor_new (AloqaAccount *account, GTlsDatabase *trust, AloqaClock *clock,
                  const AloqaMediaSettings *settings)
{
  AloqaDoctor *self = g_object_new (ALOQA_TYPE_DOCTOR, NULL);

  g_set_object (&self->the_case.account, account);
  g_set_object (&self->the_case.trust, trust);
  self->the_case.clock = g_object_ref (clock);
  self->the_case.settings = aloqa_media_settings_copy (settings);
  return self;
}

void
aloqa_doctor_set_password (AloqaDoctor *self, const char *username, const char *password)
{
  g_free (self->the_case.username);
  self->the_case.username = g_strdup (username);
  set_secret (&self->the_case.password, password);
}

/* An access or refresh token, instead of a password. */
void
aloqa_doctor_set_token (AloqaDoctor *self, const char *token)
{
  set_secret (&self->the_case.token, token);
}

/**
 * aloqa_doctor_set_ice_servers:
 * @servers: (nullable) (element-type AloqaIceServer): the person's own choice, empty for none; %NULL
 *   to go by the server's list
 */
void
aloqa_doctor_set_ice_servers (AloqaDoctor *self, GPtrArray *servers)
{
  g_clear_pointer (&self->the_case.ice_servers, g_ptr_array_unref);
  self->the_case.ice_servers = servers != NULL ? g_ptr_array_ref (servers) : NULL;
}

/**
 * aloqa_doctor_get_checks:
 *
 * Returns: (transfer none): a live list of #AloqaDoctorCheck: each that has begun
 */
GListModel *
aloqa_doctor_get_checks (AloqaDoctor *self)
{
  return G_LIST_MODEL (self->checks);
}

void
aloqa_doctor_finding_free (gpointer data)
{
  AloqaDoctorFinding *finding = data;

  g_free (finding->text);
  g_free (finding->remedy);
  g_free (finding);
}

/**
 * aloqa_doctor_conclude:
 * @task: (transfer full): of the check that is over
 * @remedy: (nullable): what to do, in a sentence
 * @format: what was found, in a sentence
 */
void
aloqa_doctor_conclude (GTask *task, AloqaDoctorState state, const char *remedy, const char *format,
                       ...)
{
  AloqaDoctorFinding *finding = g_new0 (AloqaDoctorFinding, 1);
  va_list arguments;

  finding->state = state;
  /* Texts are marked where they are written. What a library says of a failure stays as it is. */
  finding->remedy = remedy != NULL ? g_strdup (_ (remedy)) : NULL;
  va_start (arguments, format);
  finding->text = g_strdup_vprintf (_ (format), arguments);
  va_end (arguments);
  g_task_return_pointer (task, finding, aloqa_doctor_finding_free);
  g_object_unref (task);
}

static void
append_check (AloqaDoctor *self, AloqaDoctorCheck *check)
{
  g_list_store_append (self->checks, check);
}

/* Returns: what to begin now, or NULL when everything was. */
static const Step *
take_step (AloqaDoctor *self)
{
  AloqaDoctorCase *the_case = &self->the_case;
  const Step *step;

  if (self->n_steps_begun == G_N_ELEMENTS (steps))
    return NULL;

  step = &steps[self->n_steps_begun];
  if (step->start == aloqa_doctor_start_ice && the_case->ice_servers != NULL &&
      self->n_ice_servers_begun < the_case->ice_servers->len) {
    the_case->ice_server = the_case->ice_servers->pdata[self->n_ice_servers_begun++];
    return step;
  }
  self->n_steps_begun++;
  return step->start == aloqa_doctor_start_ice ? take_step (self) : step;
}

static void begin_next (AloqaDoctor *self);

static void
concluded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaDoctor *self = ALOQA_DOCTOR (source);
  g_autoptr (AloqaDoctorCheck) check = user_data;
  g_autoptr (GError) error = NULL;
  AloqaDoctorFinding *finding = g_task_propagate_pointer (G_TASK (result), &error);
  const Step *step = g_task_get_source_tag (G_TASK (result));

  if (finding == NULL) {
    g_task_return_error (self->task, g_steal_pointer (&error));
    g_clear_object (&self->task);
    return;
  }

  if (finding->state == ALOQA_DOCTOR_FAILED)
    self->has_failure = TRUE;
  if (step->is_silent && finding->state != ALOQA_DOCTOR_OK)
    append_check (self, check);
  aloqa_doctor_check_conclude (check, finding);
  aloqa_doctor_finding_free (finding);
  if (!step->is_silent || aloqa_doctor_check_get_state (check) != ALOQA_DOCTOR_OK)
    g_signal_emit (self, checked_signal, 0, check);
  begin_next (self);
}

static void
begin_next (AloqaDoctor *self)
{
  GCancellable *cancellable = g_task_get_cancellable (self->task);
  const Step *step = take_step (self);
  AloqaDoctorCheck *check;
  GTask *task;

  if (step == NULL || g_cancellable_is_cancelled (cancellable)) {
    g_task_return_boolean (self->task, !self->has_failure);
    g_clear_object (&self->task);
    return;
  }

  check = aloqa_doctor_check_new (step->id, step->title);
  if (!step->is_silent)
    append_check (self, check);
  task = g_task_new (self, cancellable, concluded_cb, check);
  g_task_set_source_tag (task, (gpointer) step);
  step->start (&self->the_case, task);
}

/**
 * aloqa_doctor_run_async:
 *
 * Looks at everything, once in the doctor's life. The signal "checked" tells of each check as it is
 * over.
 */
void
aloqa_doctor_run_async (AloqaDoctor *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (self->n_steps_begun == 0);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, aloqa_doctor_run_async);
  begin_next (self);
}

/**
 * aloqa_doctor_run_finish:
 * @is_healthy: (out): whether no check failed
 * @error: %G_IO_ERROR_CANCELLED
 *
 * Returns: whether everything was looked at
 */
gboolean
aloqa_doctor_run_finish (AloqaDoctor *self, GAsyncResult *result, gboolean *is_healthy,
                         GError **error)
{
  g_autoptr (GError) cancellation = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  *is_healthy = g_task_propagate_boolean (G_TASK (result), &cancellation);
  if (cancellation == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cancellation));
  return FALSE;
}
