/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-protocols.h"

#include "media/media.h"
#include "session/folder.h"
#include "session/live-call-private.h"
#include "session/roster-rig.h"

typedef struct {
  RosterRig account;
  char *folder;
  char *path;
  AloqaHistoryStore *store;
  AloqaCallController *controller;
  AloqaRosterProtocols *protocols;
  AloqaContact *vali;
} Rig;

static void
open_again (Rig *rig)
{
  if (rig->protocols != NULL) {
    g_assert_finalize_object (rig->protocols);
    g_object_unref (rig->store);
  }
  rig->store = aloqa_history_store_new (rig->path, "https://chat.example.org", 2);
  rig->protocols = aloqa_roster_protocols_new (rig->store);
  aloqa_roster_protocols_watch (rig->protocols, rig->controller);
}

static void
run_nothing (AloqaHistoryFile *file, gpointer data)
{
}

static void
set_true (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* What was given to the store so far is done. */
static void
await_store (Rig *rig)
{
  gboolean is_done = FALSE;

  aloqa_history_store_run (rig->store, run_nothing, set_true, &is_done, NULL);
  aloqa_test_wait_until (is_true, &is_done);
}

static void
set_up (Rig *rig, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_media_settings_new ();

  roster_rig_set_up (&rig->account, data);
  rig->controller = aloqa_call_controller_new (aloqa_account_get_connection (rig->account.account),
                                               rig->account.clock, settings);
  rig->folder = folder_new ();
  rig->path = g_build_filename (rig->folder, "history.db", NULL);
  rig->vali = aloqa_contact_new (3, "vali", NULL, NULL);
  open_again (rig);
  await_store (rig);
}

static void
tear_down (Rig *rig, gconstpointer data)
{
  await_store (rig);
  g_assert_finalize_object (rig->protocols);
  g_object_unref (rig->store);
  g_assert_finalize_object (rig->controller);
  g_assert_finalize_object (rig->vali);
  g_free (rig->path);
  folder_free (rig->folder);
  roster_rig_tear_down (&rig->account, data);
}

/* A call that goes through @phases, ended by ALOQA_PHASE_ENDED. */
static void
call (Rig *rig, AloqaRole role, AloqaSuggestion suggestion, const AloqaPhase *phases)
{
  const AloqaEffect end = { .type = ALOQA_EFFECT_ENDED, .suggestion = suggestion };
  AloqaLiveCall *live = aloqa_live_call_new (1, rig->vali, ALOQA_CALL_AUDIO, role, NULL, NULL);

  g_signal_emit_by_name (rig->controller, "call-added", live);
  for (; *phases != ALOQA_PHASE_ENDED; phases++)
    aloqa_live_call_show_phase (live, *phases, ALOQA_CALL_AUDIO, FALSE);
  aloqa_live_call_show_end (live, &end, NULL);
  g_assert_finalize_object (live);
}

static void
dial_in_vain (Rig *rig)
{
  call (rig, ALOQA_ROLE_CALLER, ALOQA_SUGGEST_LEGACY,
        (AloqaPhase[]){ ALOQA_PHASE_CALLING, ALOQA_PHASE_ENDED });
}

static void
dial_legacy (Rig *rig)
{
  call (rig, ALOQA_ROLE_CALLER, ALOQA_SUGGEST_NOTHING,
        (AloqaPhase[]){ ALOQA_PHASE_OFFERING, ALOQA_PHASE_OFFERED, ALOQA_PHASE_CONNECTING,
                        ALOQA_PHASE_CONNECTED, ALOQA_PHASE_ENDED });
}

static void
assert_protocol (Rig *rig, AloqaDialProtocol protocol)
{
  g_assert_cmpint (aloqa_roster_protocols_get (rig->protocols, 3), ==, protocol);
}

static void
test_legacy_that_worked_is_remembered (Rig *rig, gconstpointer data)
{
  assert_protocol (rig, ALOQA_DIAL_AUTO);
  dial_in_vain (rig);
  assert_protocol (rig, ALOQA_DIAL_AUTO);
  dial_legacy (rig);
  assert_protocol (rig, ALOQA_DIAL_LEGACY);
  g_assert_cmpint (aloqa_roster_protocols_get (rig->protocols, 4), ==, ALOQA_DIAL_AUTO);

  await_store (rig);
  open_again (rig);
  await_store (rig);
  assert_protocol (rig, ALOQA_DIAL_LEGACY);
}

/* The person's own choice of the protocol is no sign that the other one would not have worked. */
static void
test_forced_legacy_teaches_nothing (Rig *rig, gconstpointer data)
{
  dial_legacy (rig);
  assert_protocol (rig, ALOQA_DIAL_AUTO);
}

static void
test_legacy_that_failed_too_teaches_nothing (Rig *rig, gconstpointer data)
{
  dial_in_vain (rig);
  call (rig, ALOQA_ROLE_CALLER, ALOQA_SUGGEST_NOTHING,
        (AloqaPhase[]){ ALOQA_PHASE_OFFERING, ALOQA_PHASE_OFFERED, ALOQA_PHASE_ENDED });
  assert_protocol (rig, ALOQA_DIAL_AUTO);
}

static void
test_request_from_there_unlearns (Rig *rig, gconstpointer data)
{
  dial_in_vain (rig);
  dial_legacy (rig);
  call (rig, ALOQA_ROLE_CALLEE, ALOQA_SUGGEST_NOTHING,
        (AloqaPhase[]){ ALOQA_PHASE_INCOMING_OFFER, ALOQA_PHASE_ENDED });
  assert_protocol (rig, ALOQA_DIAL_LEGACY);
  call (rig, ALOQA_ROLE_CALLEE, ALOQA_SUGGEST_NOTHING,
        (AloqaPhase[]){ ALOQA_PHASE_INCOMING, ALOQA_PHASE_ENDED });
  assert_protocol (rig, ALOQA_DIAL_AUTO);

  await_store (rig);
  open_again (rig);
  await_store (rig);
  assert_protocol (rig, ALOQA_DIAL_AUTO);
}

static void
test_accepted_request_unlearns (Rig *rig, gconstpointer data)
{
  dial_in_vain (rig);
  dial_legacy (rig);
  call (rig, ALOQA_ROLE_CALLER, ALOQA_SUGGEST_NOTHING,
        (AloqaPhase[]){ ALOQA_PHASE_CALLING, ALOQA_PHASE_RINGING, ALOQA_PHASE_OFFERING,
                        ALOQA_PHASE_ENDED });
  assert_protocol (rig, ALOQA_DIAL_AUTO);
}

/* What the file says comes later than what was learnt while it was read. */
static void
test_newer_knowledge_wins_over_the_file (Rig *rig, gconstpointer data)
{
  aloqa_roster_protocols_set (rig->protocols, 3, ALOQA_DIAL_LEGACY);
  await_store (rig);
  open_again (rig);
  aloqa_roster_protocols_set (rig->protocols, 3, ALOQA_DIAL_AUTO);
  await_store (rig);
  assert_protocol (rig, ALOQA_DIAL_AUTO);
}

static void
test_roster_chooses (RosterRig *rig, gconstpointer data)
{
  AloqaContact *vali;

  roster_rig_start_ready (rig, "3 vali");
  vali = aloqa_roster_find (rig->roster, 3);
  g_assert_cmpint (aloqa_roster_choose_protocol (rig->roster, vali, ALOQA_DIAL_AUTO), ==,
                   ALOQA_DIAL_AUTO);
  g_assert_cmpint (aloqa_roster_choose_protocol (rig->roster, vali, ALOQA_DIAL_LEGACY), ==,
                   ALOQA_DIAL_LEGACY);
  g_assert_cmpint (aloqa_roster_choose_protocol (rig->roster, vali, ALOQA_DIAL_NEW), ==,
                   ALOQA_DIAL_NEW);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/roster/protocols/" name, Rig, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  ADD ("legacy-that-worked-is-remembered", test_legacy_that_worked_is_remembered);
  ADD ("forced-legacy-teaches-nothing", test_forced_legacy_teaches_nothing);
  ADD ("legacy-that-failed-too-teaches-nothing", test_legacy_that_failed_too_teaches_nothing);
  ADD ("request-from-there-unlearns", test_request_from_there_unlearns);
  ADD ("accepted-request-unlearns", test_accepted_request_unlearns);
  ADD ("newer-knowledge-wins-over-the-file", test_newer_knowledge_wins_over_the_file);
  ROSTER_ADD ("protocols/roster-chooses", test_roster_chooses);
  return g_test_run ();
}
