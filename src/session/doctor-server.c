/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor-private.h"

#include <glib/gi18n.h>

#include "session/error-text.h"

/* Connecting may take 15 s, the probe 1 s to go out and 5 s to come back. */
#define WEBSOCKET_LIMIT_US (22 * G_USEC_PER_SEC)

/* What to do about an AloqaSignalingError. */
static const char *
get_remedy (const GError *error)
{
  static const char *const remedies[] = {
    [ALOQA_SIGNALING_ERROR_BAD_ADDRESS] = N_ ("Check the server's address."),
    [ALOQA_SIGNALING_ERROR_PLAIN_HTTP] = N_ ("Use the server's https address."),
    [ALOQA_SIGNALING_ERROR_BAD_CA_FILE] = N_ ("Name another file of certificates."),
    [ALOQA_SIGNALING_ERROR_UNREACHABLE] = N_ (
        "Check the address and your network; if both are right, the server is down or a firewall "
        "is in the way."),
    [ALOQA_SIGNALING_ERROR_TLS] = N_ (
        "Check the address and this machine's clock. If the server has an authority of its own, "
        "name its certificate file."),
    [ALOQA_SIGNALING_ERROR_UNAUTHORIZED] = N_ ("Check the user name and the password."),
    [ALOQA_SIGNALING_ERROR_FORBIDDEN] = N_ ("Ask whoever runs the server to enable the account."),
    [ALOQA_SIGNALING_ERROR_NOT_FOUND] =
        N_ ("Check the address: it leads to another kind of server."),
    [ALOQA_SIGNALING_ERROR_RATE_LIMITED] = N_ ("Wait a minute and try again."),
    [ALOQA_SIGNALING_ERROR_SERVER_FAILED] =
        N_ ("Try again later; if it stays so, tell whoever runs the server."),
    [ALOQA_SIGNALING_ERROR_BAD_ANSWER] =
        N_ ("Check the address: it leads to another kind of server, or to a much older one."),
    [ALOQA_SIGNALING_ERROR_TOO_LARGE] = N_ ("Tell whoever runs the server."),
  };

  if (error->domain == ALOQA_SIGNALING_ERROR && error->code < (int) G_N_ELEMENTS (remedies))
    return remedies[error->code];
  return N_ ("Try again later.");
}

static void
conclude_with_error (GTask *task, const GError *error)
{
  AloqaDoctorCase *the_case = g_task_get_task_data (task);
  AloqaServerAddress *address = aloqa_rest_get_address (aloqa_account_get_rest (the_case->account));
  g_autofree char *finding = NULL, *advice = NULL;

  aloqa_error_text_explain (error, aloqa_server_address_get_host (address), &finding, &advice);
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, advice != NULL ? advice : get_remedy (error),
                         "%s.", finding);
}

/* For whoever was signed in, and is so no more; takes the reference of @task. */
void
aloqa_doctor_conclude_signed_out (GTask *task)
{
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, N_ ("Sign in again."),
                         N_ ("The server has ended the sign-in."));
}

static void
health_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  AloqaDoctorCase *the_case = g_task_get_task_data (task);
  AloqaServerAddress *address = aloqa_rest_get_address (ALOQA_REST (source));
  g_autoptr (GError) error = NULL;

  if (!aloqa_rest_check_health_finish (ALOQA_REST (source), result, &error)) {
    conclude_with_error (task, error);
    return;
  }

  the_case->is_server_there = TRUE;
  if (aloqa_server_address_is_secure (address) || aloqa_server_address_is_loopback (address))
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL, N_ ("%s answers."),
                           aloqa_server_address_get_origin (address));
  else
    aloqa_doctor_conclude (
        task, ALOQA_DOCTOR_OK, NULL,
        N_ ("%s answers, without encryption: everybody on the way can read along."),
        aloqa_server_address_get_origin (address));
}

void
aloqa_doctor_start_server (AloqaDoctorCase *the_case, GTask *task)
{
  if (the_case->account == NULL) {
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, N_ ("Name the server to call over."),
                           N_ ("No server is named."));
    return;
  }
  g_task_set_task_data (task, the_case, NULL);
  aloqa_rest_check_health_async (aloqa_account_get_rest (the_case->account),
                                 g_task_get_cancellable (task), health_cb, task);
}

static void
conclude_signed_in (GTask *task, AloqaAccount *account)
{
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL, N_ ("Signed in as %s."),
                         aloqa_account_get_user (account)->username);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  AloqaAccount *account = ALOQA_ACCOUNT (source);
  g_autoptr (GError) error = NULL;

  if (aloqa_account_sign_in_finish (account, result, &error))
    conclude_signed_in (task, account);
  else
    conclude_with_error (task, error);
}

void
aloqa_doctor_start_sign_in (AloqaDoctorCase *the_case, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_task_set_task_data (task, the_case, NULL);
  if (!the_case->is_server_there)
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_SKIPPED, NULL, N_ ("The server is out of reach."));
  else if (aloqa_account_is_signed_in (the_case->account))
    conclude_signed_in (task, the_case->account);
  else if (the_case->token != NULL)
    aloqa_account_sign_in_with_token_async (the_case->account, the_case->token, cancellable,
                                            signed_in_cb, task);
  else if (the_case->username != NULL && the_case->password != NULL)
    aloqa_account_sign_in_async (the_case->account, the_case->username, the_case->password,
                                 cancellable, signed_in_cb, task);
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED,
                           N_ ("Say who you are, and give the password."),
                           N_ ("Nobody is named to sign in as."));
}

/* Waits for the connection to be proven. */
typedef struct {
  GTask *task;
  AloqaConnection *connection;
  AloqaClock *clock;
  GSource *cancel_source;
  guint limit_timer;
} Wait;

/* Returns: (transfer full): the task, which can be concluded now */
static GTask *
end_wait (Wait *wait)
{
  GTask *task = wait->task;

  g_signal_handlers_disconnect_by_data (wait->connection, wait);
  g_object_unref (wait->connection);
  aloqa_clock_clear_timer (wait->clock, &wait->limit_timer);
  g_object_unref (wait->clock);
  if (wait->cancel_source != NULL)
    g_source_destroy (wait->cancel_source);
  g_clear_pointer (&wait->cancel_source, g_source_unref);
  g_free (wait);
  return task;
}

/* The sign-in was good a moment ago: it is not the password that the server refuses here. */
static void
conclude_lost (Wait *wait, const GError *error)
{
  if (g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED))
    aloqa_doctor_conclude_signed_out (end_wait (wait));
  else
    conclude_with_error (end_wait (wait), error);
}

static void
proven_cb (Wait *wait)
{
  aloqa_doctor_conclude (
      end_wait (wait), ALOQA_DOCTOR_OK, NULL,
      N_ ("The connection for calls is live: a message to ourselves came back."));
}

/* A token that was refused is being renewed: then the connection is tried again. */
static void
state_cb (Wait *wait)
{
  AloqaConnectionState state = aloqa_connection_get_state (wait->connection);
  const GError *cause = aloqa_connection_get_error (wait->connection);
  g_autoptr (GError) error = cause != NULL ? g_error_copy (cause) : NULL;

  if (state == ALOQA_CONNECTION_STOPPED)
    aloqa_doctor_conclude_signed_out (end_wait (wait));
  else if (state == ALOQA_CONNECTION_WAITING && error != NULL)
    conclude_lost (wait, error);
}

static void
limit_cb (gpointer user_data)
{
  Wait *wait = user_data;
  const GError *cause = aloqa_connection_get_error (wait->connection);
  g_autoptr (GError) error = cause != NULL ? g_error_copy (cause) : NULL;

  wait->limit_timer = 0;
  if (error != NULL)
    conclude_lost (wait, error);
  else
    aloqa_doctor_conclude (
        end_wait (wait), ALOQA_DOCTOR_FAILED,
        N_ ("A proxy or a firewall may hold WebSockets up: try another network."),
        N_ ("The connection for calls does not come to life."));
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  aloqa_doctor_conclude (end_wait (user_data), ALOQA_DOCTOR_SKIPPED, NULL, N_ ("Cancelled."));
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (Wait *wait, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  wait->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (wait->cancel_source, G_SOURCE_FUNC (cancelled_cb), wait, NULL);
  g_source_attach (wait->cancel_source, NULL);
}

void
aloqa_doctor_start_websocket (AloqaDoctorCase *the_case, GTask *task)
{
  Wait *wait;

  if (the_case->account == NULL || !aloqa_account_is_signed_in (the_case->account)) {
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_SKIPPED, NULL, N_ ("Nobody is signed in."));
    return;
  }

  g_task_set_task_data (task, the_case, NULL);
  wait = g_new0 (Wait, 1);
  wait->task = task;
  wait->connection = g_object_ref (aloqa_account_get_connection (the_case->account));
  wait->clock = g_object_ref (the_case->clock);
  wait->limit_timer = aloqa_clock_add_timer (wait->clock, WEBSOCKET_LIMIT_US, limit_cb, wait);
  g_signal_connect_swapped (wait->connection, "proven", G_CALLBACK (proven_cb), wait);
  g_signal_connect_swapped (wait->connection, "notify::state", G_CALLBACK (state_cb), wait);
  watch_cancellable (wait, g_task_get_cancellable (task));

  /* The application's own is live already, and must stay the only one. */
  if (aloqa_connection_get_state (wait->connection) == ALOQA_CONNECTION_STOPPED)
    aloqa_connection_start (wait->connection);
  else
    aloqa_connection_check_now (wait->connection);
}
