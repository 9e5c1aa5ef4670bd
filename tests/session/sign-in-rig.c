/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sign-in-rig.h"

#include "desktop/secrets.h"
#include "support/support.h"

#ifdef __SANITIZE_ADDRESS__
#include <dlfcn.h>
#include <sanitizer/lsan_interface.h>
#endif

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

#ifdef __SANITIZE_ADDRESS__

/*
 * In the place of GIO's own, for libsecret (0.20.5, secret-file-collection.c, on_replace_contents()): it
 * has the stamp of each write put over the one of the write before, which nobody frees then. A line of
 * lsan.supp cannot name that: what makes the stamp, on GIO's main loop, has no name in the stack.
 */
gboolean
g_file_replace_contents_finish (GFile *file, GAsyncResult *result, char **new_etag, GError **error)
{
  gboolean (*finish) (GFile *, GAsyncResult *, char **, GError **) =
      dlsym (RTLD_NEXT, "g_file_replace_contents_finish");
  gboolean is_done = finish (file, result, new_etag, error);

  if (is_done && new_etag != NULL)
    __lsan_ignore_object (*new_etag);
  return is_done;
}

#endif

/* libsecret's, for tests, in @folder instead of the desktop's. To be called before any thread is there. */
void
sign_in_rig_use_keyring (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "keyring", NULL);

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
}

/* The file may still be written for what the program itself has stored: what counts is what is found. */
static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  aloqa_secrets_store_finish (result, NULL);
  *(gboolean *) user_data = TRUE;
}

void
sign_in_rig_keep (const char *place, const char *user, const char *token)
{
  gboolean is_done = FALSE;

  aloqa_secrets_store_async (ALOQA_SECRET_REFRESH_TOKEN, place, user, token, NULL, kept_cb,
                             &is_done);
  aloqa_test_wait_until (is_true, &is_done);
}

typedef struct {
  gboolean is_done;
  char *secret;
} Answer;

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;
  g_autoptr (GError) error = NULL;

  aloqa_secrets_lookup_finish (result, &answer->secret, &error);
  g_assert_no_error (error);
  answer->is_done = TRUE;
}

static gboolean
is_answered (gpointer user_data)
{
  return ((Answer *) user_data)->is_done;
}

/* Returns: (transfer full) (nullable): what the keyring has by now */
char *
sign_in_rig_dup_kept (const char *place, const char *user)
{
  Answer answer = { 0 };
  char *token;

  aloqa_test_drain ();
  aloqa_secrets_lookup_async (ALOQA_SECRET_REFRESH_TOKEN, place, user, NULL, looked_up_cb, &answer);
  aloqa_test_wait_until (is_answered, &answer);
  token = g_strdup (answer.secret);
  aloqa_secrets_free_secret (answer.secret);
  return token;
}

static void
taken_away_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_secrets_clear_finish (result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

void
sign_in_rig_take_away (const char *place, const char *user)
{
  gboolean is_done = FALSE;

  aloqa_secrets_clear_async (ALOQA_SECRET_REFRESH_TOKEN, place, user, NULL, taken_away_cb,
                             &is_done);
  aloqa_test_wait_until (is_true, &is_done);
}
