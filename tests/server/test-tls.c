/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-authority.h"
#include "rig.h"
#include "support/support.h"

static gboolean
accept_cb (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
           gpointer user_data)
{
  g_set_object ((GTlsCertificate **) user_data, certificate);
  return TRUE;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

static char *
dup_url (Rig *rig, const char *scheme, const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", scheme, aloqa_server_get_port (rig->server), path);
}

static GTlsCertificate *
get_health (Rig *rig)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = dup_url (rig, "https", "/api/health");
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = NULL;

  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_cb), &certificate);
  soup_session_send_and_read_async (session, message, 0, NULL, done_cb, &result);
  aloqa_test_wait_until (is_set, &result);
  body = soup_session_send_and_read_finish (session, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return certificate;
}

static void
message_cb (SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
test_everything_works_over_tls (void)
{
  g_autoptr (AloqaFakeAuthority) authority = aloqa_fake_authority_new ();
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GTlsCertificate) first =
      aloqa_fake_authority_issue (authority, "127.0.0.1", now_s - 60, now_s + 3600);
  g_autoptr (GTlsCertificate) second =
      aloqa_fake_authority_issue (authority, "127.0.0.1", now_s - 60, now_s + 7200);
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (GTlsCertificate) seen_first = NULL;
  g_autoptr (GTlsCertificate) seen_second = NULL;

  aloqa_server_set_certificate (rig->server, first);
  seen_first = get_health (rig);
  g_assert_true (g_tls_certificate_is_same (seen_first, first));
  /* As after SIGHUP, when it has been renewed. */
  aloqa_server_set_certificate (rig->server, second);
  seen_second = get_health (rig);
  g_assert_true (g_tls_certificate_is_same (seen_second, second));
}

static void
test_a_websocket_works_over_tls (void)
{
  g_autoptr (AloqaFakeAuthority) authority = aloqa_fake_authority_new ();
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GTlsCertificate) own =
      aloqa_fake_authority_issue (authority, "127.0.0.1", now_s - 60, now_s + 3600);
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autofree char *path = g_strconcat ("/api/messages/ws/1?token=", token, NULL);
  g_autofree char *url = dup_url (rig, "wss", path);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GTlsCertificate) seen = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SoupWebsocketConnection) socket = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has_greeting = FALSE;

  aloqa_server_set_certificate (rig->server, own);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_cb), &seen);
  soup_session_websocket_connect_async (session, message, NULL, NULL, 0, NULL, done_cb, &result);
  aloqa_test_wait_until (is_set, &result);
  socket = soup_session_websocket_connect_finish (session, result, &error);
  g_assert_no_error (error);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), &has_greeting);
  aloqa_test_wait_until (is_true, &has_greeting);
  has_greeting = FALSE;
  soup_websocket_connection_send_text (socket, "{\"type\":\"typing\",\"to\":1}");
  aloqa_test_wait_until (is_true, &has_greeting);
  g_signal_handlers_disconnect_by_data (socket, &has_greeting);
  soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  rig_wait_idle (rig);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/server/tls/everything-works-over-tls", test_everything_works_over_tls);
  g_test_add_func ("/server/tls/a-websocket-works-over-tls", test_a_websocket_works_over_tls);
  return g_test_run ();
}
