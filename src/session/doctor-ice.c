/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor-private.h"

#include <glib/gi18n.h>

#include "media/ice-check.h"
#include "session/error-text.h"
#include "session/ice-choice.h"

static gboolean
has_turn (GPtrArray *servers)
{
  for (guint i = 0; i < servers->len; i++) {
    const AloqaIceServer *server = servers->pdata[i];

    if (server->kind != ALOQA_ICE_SERVER_STUN)
      return TRUE;
  }
  return FALSE;
}

/* Whether the list, as it is now, lets a call connect at all. */
static void
conclude_list (AloqaDoctorCase *the_case, GTask *task)
{
  if (the_case->settings->is_relay_only && !has_turn (the_case->ice_servers))
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED,
                           N_ ("Name a TURN server, or do without “relay only”."),
                           N_ ("Calls are to go through a TURN server only, and there is none."));
  else if (the_case->ice_servers->len == 0)
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_NOT_APPLICABLE,
                           N_ ("To call people on other networks, name a STUN and a TURN server."),
                           N_ ("No STUN or TURN server is in use."));
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL, N_ ("The servers are known."));
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  AloqaRest *rest = ALOQA_REST (source);
  AloqaDoctorCase *the_case = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *finding = NULL, *advice = NULL;

  the_case->ice_servers = aloqa_rest_get_ice_servers_finish (rest, result, NULL, &error);
  if (the_case->ice_servers == NULL || the_case->ice_servers->len == 0) {
    g_clear_pointer (&the_case->ice_servers, g_ptr_array_unref);
    the_case->ice_servers = aloqa_ice_choice_new_default (aloqa_rest_get_address (rest));
  }

  if (error == NULL) {
    conclude_list (the_case, task);
    return;
  }
  if (g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED)) {
    aloqa_doctor_conclude_signed_out (task);
    return;
  }
  aloqa_error_text_explain (error, aloqa_server_address_get_host (aloqa_rest_get_address (rest)),
                            &finding, &advice);
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, N_ ("Tell whoever runs the server."),
                         N_ ("The server's list of STUN and TURN servers is of no use: %s."),
                         finding);
}

/* Finds out which servers calls would ask: the person's, else the server's, else the usual. */
void
aloqa_doctor_start_ice_list (AloqaDoctorCase *the_case, GTask *task)
{
  if (the_case->ice_servers != NULL) {
    conclude_list (the_case, task);
  } else if (the_case->account == NULL || !aloqa_account_is_signed_in (the_case->account)) {
    aloqa_doctor_conclude (
        task, ALOQA_DOCTOR_SKIPPED, NULL,
        N_ ("The server names the STUN and TURN servers once you are signed in."));
  } else {
    g_task_set_task_data (task, the_case, NULL);
    aloqa_rest_get_ice_servers_async (aloqa_account_get_rest (the_case->account),
                                      g_task_get_cancellable (task), list_cb, task);
  }
}

/* What to do about an AloqaIceCheckError. */
static const char *
get_remedy (const GError *error)
{
  static const char *const remedies[] = {
    [ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND] =
        N_ ("Check the name, and that this machine is online."),
    [ALOQA_ICE_CHECK_ERROR_NO_ANSWER] = N_ (
        "A firewall may be in the way, or nothing is there: check host, port and transport. Where "
        "UDP is blocked, TURN over TCP or TLS may pass."),
    [ALOQA_ICE_CHECK_ERROR_REFUSED] =
        N_ ("Check the port and the transport; the server may be down."),
    [ALOQA_ICE_CHECK_ERROR_TLS] =
        N_ ("Check the name and this machine's clock; or the server needs another certificate."),
    [ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED] = N_ ("Check the user name and the password; those that a "
                                               "server hands out expire after a while."),
    [ALOQA_ICE_CHECK_ERROR_NO_CAPACITY] =
        N_ ("Try again in a few minutes; if it stays so, the server needs a larger quota."),
    [ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED] = N_ ("Tell whoever runs that server."),
    [ALOQA_ICE_CHECK_ERROR_BAD_ANSWER] =
        N_ ("Check host, port and transport: something else answers."),
  };

  if (error->domain == ALOQA_ICE_CHECK_ERROR && error->code < (int) G_N_ELEMENTS (remedies))
    return remedies[error->code];
  return NULL;
}

static void
conclude_with_error (GTask *task, const GError *error, const AloqaIceServer *server)
{
  g_autofree char *finding = NULL, *advice = NULL;

  aloqa_error_text_explain (error, server->url, &finding, &advice);
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, get_remedy (error), "%s.", finding);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaIceCheckResult) addresses = aloqa_ice_check_finish (result, &error);
  GTask *task = user_data;
  const AloqaIceServer *server = g_task_get_task_data (task);

  if (addresses == NULL)
    conclude_with_error (task, error, server);
  else if (addresses->relayed_address == NULL)
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL, N_ ("%s sees this machine as %s."),
                           server->url, addresses->seen_address);
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL,
                           N_ ("%s sees this machine as %s, and lends it %s."), server->url,
                           addresses->seen_address, addresses->relayed_address);
}

void
aloqa_doctor_start_ice (AloqaDoctorCase *the_case, GTask *task)
{
  g_task_set_task_data (task, aloqa_ice_server_ref (the_case->ice_server), aloqa_ice_server_unref);
  aloqa_ice_check_async (the_case->ice_server, the_case->trust, the_case->clock,
                         g_task_get_cancellable (task), checked_cb, task);
}
