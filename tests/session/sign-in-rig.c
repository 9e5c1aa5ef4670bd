/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sign-in-rig.h"

#include "support/support.h"

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_session_sign_in_finish (ALOQA_SESSION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  aloqa_session_close_finish (ALOQA_SESSION (source), result);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_online (gpointer session)
{
  return aloqa_session_is_online (session);
}

void
sign_in_rig_begin (AloqaSession *session, const char *user)
{
  gboolean is_done = FALSE;

  aloqa_session_sign_in_async (session, user, "demo", signed_in_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  aloqa_test_wait_until (is_online, session);
}

void
sign_in_rig_end (AloqaSession *session)
{
  gboolean is_done = FALSE;

  aloqa_session_close_async (session, closed_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
}
