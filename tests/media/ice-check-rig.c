/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-rig.h"

#include <string.h>

void
ice_rig_set_up (IceRig *rig)
{
  rig->clock = aloqa_fake_clock_new ();
  rig->cancellable = g_cancellable_new ();
}

static void
forget_outcome (IceRig *rig)
{
  rig->is_over = FALSE;
  g_clear_pointer (&rig->result, aloqa_ice_check_result_free);
  g_clear_error (&rig->error);
}

/* Whatever the outcome, no timer is left. */
void
ice_rig_tear_down (IceRig *rig)
{
  forget_outcome (rig);
  g_object_unref (rig->cancellable);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (rig->clock)), ==, 0);
  g_assert_finalize_object (rig->clock);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  IceRig *rig = user_data;

  rig->result = aloqa_ice_check_finish (result, &rig->error);
  rig->is_over = TRUE;
}

void
ice_rig_begin (IceRig *rig, const char *url, const char *credential, GTlsDatabase *trust)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (url, "ali", credential, &error);

  g_assert_no_error (error);
  forget_outcome (rig);
  aloqa_ice_check_async (server, trust, rig->clock, rig->cancellable, checked_cb, rig);
}

static gboolean
is_over (gpointer user_data)
{
  return ((IceRig *) user_data)->is_over;
}

void
ice_rig_finish (IceRig *rig)
{
  aloqa_test_wait_until (is_over, rig);
}

void
ice_rig_advance_ms (IceRig *rig, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (rig->clock), duration_ms);
}

/* With a sentence that gives no password away. */
void
ice_rig_assert_failed (IceRig *rig, AloqaIceCheckError code)
{
  g_assert_null (rig->result);
  g_assert_error (rig->error, ALOQA_ICE_CHECK_ERROR, (int) code);
  g_assert_null (strstr (rig->error->message, "secret"));
}
