/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/calls-rig.h"

#include "session/folder.h"
#include "session/sign-in-rig.h"

#define CALLER "\"caller\":{\"id\":3,\"username\":\"vali\",\"first_name\":null,\"last_name\":null}"

typedef struct {
  CallsRig *rig;
  guint n;
} Wanted;

static void
call_added_cb (CallsRig *rig, AloqaLiveCall *call)
{
  g_ptr_array_add (rig->calls, g_object_ref (call));
}

/* Nothing that a machine may have or not: no camera, no microphone, no speaker. */
AloqaMediaSettings *
calls_rig_make_settings (void)
{
  AloqaMediaSettings *settings = aloqa_media_settings_new ();

  g_free (settings->video_source);
  g_free (settings->audio_source);
  g_free (settings->audio_sink);
  g_free (settings->ring_sink);
  settings->video_source = g_strdup ("test");
  settings->audio_source = g_strdup ("test");
  settings->audio_sink = g_strdup ("null");
  settings->ring_sink = g_strdup ("null");
  return settings;
}

void
calls_rig_start (CallsRig *rig, gboolean keeps_history)
{
  g_autofree char *url = aloqa_fake_server_dup_url (rig->server);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaServerChoice) choice = aloqa_server_choice_new (url, NULL, FALSE, NULL, &error);
  g_autoptr (AloqaMediaSettings) settings = calls_rig_make_settings ();

  g_assert_no_error (error);
  rig->session = aloqa_session_new (choice, settings);
  if (keeps_history)
    aloqa_session_keep_history (rig->session, rig->path);
  g_assert_null (aloqa_session_get_history (rig->session));
  g_assert_null (aloqa_session_get_roster (rig->session));
  sign_in_rig_begin (rig->session, "ali");
  rig->history = aloqa_session_get_history (rig->session);
  g_signal_connect_swapped (aloqa_session_get_controller (rig->session), "call-added",
                            G_CALLBACK (call_added_cb), rig);
}

static gboolean
is_gone (gpointer user_data)
{
  return *(gpointer *) user_data == NULL;
}

void
calls_rig_close (CallsRig *rig)
{
  AloqaRoster *roster = aloqa_session_get_roster (rig->session);

  if (rig->history != NULL)
    g_object_add_weak_pointer (G_OBJECT (rig->history), (gpointer *) &rig->history);
  g_object_add_weak_pointer (G_OBJECT (roster), (gpointer *) &roster);
  sign_in_rig_end (rig->session);
  g_ptr_array_set_size (rig->calls, 0);
  g_assert_finalize_object (rig->session);
  rig->session = NULL;
  aloqa_test_wait_until (is_gone, &rig->history); /* what is being written holds it */
  aloqa_test_drain ();
  g_assert_null (roster);
}

void
calls_rig_set_up (CallsRig *rig, gconstpointer data)
{
  rig->server = aloqa_fake_server_new (NULL);
  rig->folder = folder_new ();
  rig->path = g_build_filename (rig->folder, "history.db", NULL);
  rig->calls = g_ptr_array_new_with_free_func (g_object_unref);
  calls_rig_start (rig, TRUE);
}

void
calls_rig_tear_down (CallsRig *rig, gconstpointer data)
{
  calls_rig_close (rig);
  g_ptr_array_unref (rig->calls);
  aloqa_test_drain ();
  aloqa_fake_server_free (rig->server);
  g_free (rig->path);
  folder_free (rig->folder);
}

static gboolean
has_calls (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->calls->len >= wanted->n;
}

/* Returns: (transfer none): the call that is added next */
AloqaLiveCall *
calls_rig_await_call (CallsRig *rig)
{
  Wanted wanted = { rig, rig->calls->len + 1 };

  aloqa_test_wait_until (has_calls, &wanted);
  return rig->calls->pdata[wanted.n - 1];
}

void
calls_rig_send (CallsRig *rig, const char *frame)
{
  aloqa_fake_server_send (rig->server, frame);
}

AloqaLiveCall *
calls_rig_ring (CallsRig *rig)
{
  calls_rig_send (rig, "{\"type\":\"call_request\",\"from\":3,\"call_type\":\"audio\"," CALLER "}");
  return calls_rig_await_call (rig);
}
