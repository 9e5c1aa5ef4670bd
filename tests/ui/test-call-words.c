/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-words.h"

#include "session/live-call-private.h"
#include "support/support.h"
#include "ui/call-hint.h"
#include "ui/call-monitor.h"
#include "ui/call-quality.h"
#include "ui/video-life.h"

#include <string.h>

static void
test_ends_are_told_from_the_readers_side (void)
{
  static const struct {
    AloqaEnded reason;
    gboolean is_incoming;
    gboolean is_online;
    const char *words;
  } rows[] = {
    { ALOQA_ENDED_REJECTED, FALSE, TRUE, "Vali declined." },
    { ALOQA_ENDED_REJECTED, TRUE, TRUE, "You declined." },
    { ALOQA_ENDED_CANCELLED, FALSE, TRUE, "You cancelled the call." },
    { ALOQA_ENDED_CANCELLED, TRUE, TRUE, "Vali gave up calling." },
    { ALOQA_ENDED_NO_ANSWER, FALSE, TRUE, "Vali did not answer." },
    { ALOQA_ENDED_BUSY, FALSE, TRUE, "Vali is in another call." },
    { ALOQA_ENDED_OFFLINE, FALSE, TRUE, "Vali is offline." },
    { ALOQA_ENDED_LOST, FALSE, TRUE, "The connection was lost on Vali’s side." },
    { ALOQA_ENDED_LOST, FALSE, FALSE, "Your network connection was lost." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const AloqaCallEnd end = { .reason = rows[i].reason, .detail = (char *) "English" };
    g_autofree char *words =
        aloqa_call_words_for_end (&end, rows[i].is_incoming, "Vali", rows[i].is_online);

    g_assert_cmpstr (words, ==, rows[i].words);
  }
}

/* Nobody is told of a link who wrote the wish themselves. */
static void
test_who_wished_a_call_is_told_in_the_question (void)
{
  static const char *const words[] = {
    [ALOQA_WISH_OF_COMMAND_LINE] = "A while ago you wanted to call “vali”.",
    [ALOQA_WISH_OF_LINK] = "A link asks to call “vali”.",
    [ALOQA_WISH_OF_NOTIFICATION] = "You missed a call of “vali”.",
    [ALOQA_WISH_FOR_ELSEWHERE] = "The call to “vali” was meant for another account.",
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *question = aloqa_call_words_for_wish ((AloqaWishOrigin) i, "vali");

    g_assert_cmpstr (question, ==, words[i]);
  }
}

/* The exact words are English, and for the log. */
static void
test_what_failed_is_told_without_its_detail (void)
{
  static const struct {
    AloqaEnded reason;
    AloqaMediaCause cause;
    const char *words;
  } rows[] = {
    { ALOQA_ENDED_MEDIA_ERROR, ALOQA_MEDIA_CAUSE_ERROR, "failed here" },
    { ALOQA_ENDED_MEDIA_ERROR, ALOQA_MEDIA_CAUSE_MISSING, "is not installed" },
    { ALOQA_ENDED_MEDIA_ERROR, ALOQA_MEDIA_CAUSE_BAD_SERVER, "address is wrong" },
    { ALOQA_ENDED_MEDIA_ERROR, ALOQA_MEDIA_CAUSE_LATE, "not ready in time" },
    { ALOQA_ENDED_COULD_NOT_CONNECT, ALOQA_MEDIA_CAUSE_NO_PATH, "is in the way" },
    { ALOQA_ENDED_COULD_NOT_CONNECT, ALOQA_MEDIA_CAUSE_DESCRIPTION, "does not understand" },
    { ALOQA_ENDED_COULD_NOT_CONNECT, ALOQA_MEDIA_CAUSE_NO_CODEC, "in common" },
    { ALOQA_ENDED_SERVER_REFUSED, ALOQA_MEDIA_CAUSE_ERROR, "Wait a minute" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const AloqaCallEnd end = { .reason = rows[i].reason,
                               .cause = rows[i].cause,
                               .detail = (char *) "an English detail" };
    g_autofree char *words = aloqa_call_words_for_end (&end, FALSE, "Vali", TRUE);

    g_assert_nonnull (strstr (words, rows[i].words));
    g_assert_null (strstr (words, "detail"));
  }
}

static void
test_a_path_that_was_not_found_is_explained (void)
{
  static const struct {
    AloqaPathTrouble trouble;
    const char *words;
  } rows[] = {
    { ALOQA_PATH_TROUBLE_NONE, "a network or firewall is in the way" },
    { ALOQA_PATH_TROUBLE_NO_TURN, "none is set" },
    { ALOQA_PATH_TROUBLE_REFUSED, "refused its user name or password" },
    { ALOQA_PATH_TROUBLE_UNREACHABLE, "does not answer" },
    { ALOQA_PATH_TROUBLE_BROKEN, "is of no use" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const AloqaCallEnd end = { .reason = ALOQA_ENDED_COULD_NOT_CONNECT,
                               .trouble = rows[i].trouble };
    g_autofree char *words = aloqa_call_words_for_end (&end, FALSE, "Vali", TRUE);

    g_assert_nonnull (strstr (words, rows[i].words));
  }
}

static void
test_every_end_and_phase_has_words (void)
{
  for (AloqaEnded reason = 0; reason < ALOQA_N_ENDED; reason++) {
    g_autofree char *words =
        aloqa_call_words_for_end (&(AloqaCallEnd){ .reason = reason }, FALSE, "Vali", TRUE);

    g_assert_true (g_str_has_suffix (words, "."));
    g_assert_cmpstr (words, !=, "Call ended.");
  }
  for (AloqaPhase phase = 0; phase < ALOQA_N_PHASES; phase++) {
    const char *words = aloqa_call_words_for_phase (phase, FALSE, ALOQA_CALL_VIDEO);

    g_assert_true ((*words == '\0') == (phase == ALOQA_PHASE_CONNECTED));
  }
}

/* Ringing is said only when the other device says so. */
static void
test_only_a_ringing_device_rings (void)
{
  for (AloqaPhase phase = 0; phase < ALOQA_N_PHASES; phase++) {
    const char *words = aloqa_call_words_for_phase (phase, FALSE, ALOQA_CALL_AUDIO);

    g_assert_true (g_str_has_prefix (words, "Ringing") == (phase == ALOQA_PHASE_RINGING));
  }
}

/* Quality. */

typedef struct {
  AloqaQualityJudge judge;
  AloqaCallStats stats;
} Line;

/* A second goes by in which of 100 packets so many are lost. */
static AloqaQuality
pass_second (Line *line, guint lost, double rtt_ms)
{
  line->stats.peer.rtt_ms = rtt_ms;
  line->stats.peer.audio.packets_lost_in += lost;
  line->stats.peer.audio.packets_received += 100 - lost;
  return aloqa_quality_judge (&line->judge, &line->stats, FALSE);
}

static void
test_quality_follows_loss_and_round_trip (void)
{
  static const struct {
    guint lost;
    double rtt_ms;
    AloqaQuality quality;
  } rows[] = {
    { 0, -1, ALOQA_QUALITY_EXCELLENT }, { 0, 40, ALOQA_QUALITY_EXCELLENT },
    { 0, 200, ALOQA_QUALITY_GOOD },     { 0, 400, ALOQA_QUALITY_POOR },
    { 0, 900, ALOQA_QUALITY_BAD },      { 2, 40, ALOQA_QUALITY_GOOD },
    { 6, 40, ALOQA_QUALITY_POOR },      { 20, 40, ALOQA_QUALITY_BAD },
    { 20, 900, ALOQA_QUALITY_BAD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Line line = { 0 };

    g_assert_cmpint (pass_second (&line, rows[i].lost, rows[i].rtt_ms), ==, rows[i].quality);
  }
}

static void
test_quality_falls_at_once_and_rises_slowly (void)
{
  Line line = { 0 };

  g_assert_cmpint (pass_second (&line, 0, 40), ==, ALOQA_QUALITY_EXCELLENT);
  g_assert_cmpint (pass_second (&line, 20, 40), ==, ALOQA_QUALITY_BAD);
  g_assert_cmpint (pass_second (&line, 0, 40), ==, ALOQA_QUALITY_BAD);
  g_assert_cmpint (pass_second (&line, 0, 40), ==, ALOQA_QUALITY_BAD);
  g_assert_cmpint (pass_second (&line, 0, 40), ==, ALOQA_QUALITY_POOR);
  for (guint i = 0; i < 6; i++)
    pass_second (&line, 0, 40);
  g_assert_cmpint (line.judge.quality, ==, ALOQA_QUALITY_EXCELLENT);
}

static void
test_a_frozen_picture_is_poor_only_where_one_is_expected (void)
{
  AloqaQualityJudge with = { 0 }, without = { 0 };
  AloqaCallStats stats = { .peer.rtt_ms = 10, .video.longest_gap_us = 3 * G_USEC_PER_SEC };

  g_assert_cmpint (aloqa_quality_judge (&with, &stats, TRUE), ==, ALOQA_QUALITY_BAD);
  g_assert_cmpint (aloqa_quality_judge (&without, &stats, FALSE), ==, ALOQA_QUALITY_EXCELLENT);
}

/* Nothing is lost where nothing comes, which is no good connection. */
static void
test_a_connection_that_is_gone_is_bad (void)
{
  AloqaContact *vali = aloqa_contact_new (3, "vali", "Vali", NULL);
  AloqaLiveCall *call =
      aloqa_live_call_new (1, vali, ALOQA_CALL_AUDIO, ALOQA_ROLE_CALLER, NULL, NULL);
  AloqaCallMonitor *monitor = aloqa_call_monitor_new (call, NULL);
  Line line = { 0 };

  aloqa_live_call_show_phase (call, ALOQA_PHASE_CONNECTED, ALOQA_CALL_AUDIO, FALSE);
  g_assert_cmpint (aloqa_call_monitor_get_quality (monitor), ==, ALOQA_QUALITY_UNKNOWN);
  aloqa_live_call_show_phase (call, ALOQA_PHASE_RECONNECTING, ALOQA_CALL_AUDIO, FALSE);
  g_assert_cmpint (aloqa_call_monitor_get_quality (monitor), ==, ALOQA_QUALITY_BAD);
  g_assert_finalize_object (monitor);
  g_assert_finalize_object (call);
  g_assert_finalize_object (vali);

  pass_second (&line, 0, 40);
  g_assert_cmpint (aloqa_quality_judge_silence (&line.judge), ==, ALOQA_QUALITY_BAD);
  g_assert_cmpint (pass_second (&line, 0, 40), ==, ALOQA_QUALITY_BAD);
}

/* Whose screen stands still makes few pictures. */
static void
test_pictures_that_nobody_made_are_not_missed (void)
{
  static const struct {
    double gap_s, interval_s;
    AloqaQuality quality;
  } rows[] = {
    { 1.05, 1.0, ALOQA_QUALITY_EXCELLENT }, /* repeated once a second */
    { 5.1, 5.0, ALOQA_QUALITY_EXCELLENT },  /* a page that repeats even less */
    { 2.05, 2.0, ALOQA_QUALITY_EXCELLENT }, /* one was lost: nothing is seen of it */
    { 1.6, 1.0, ALOQA_QUALITY_GOOD },       /* one that was made came late */
    { 1.5, 0.04, ALOQA_QUALITY_POOR },      /* many were */
    { 3.0, 0.04, ALOQA_QUALITY_BAD },
    { 0.04, 1.0, ALOQA_QUALITY_EXCELLENT }, /* it moves again */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    AloqaQualityJudge judge = { 0 };
    AloqaCallStats stats = {
      .peer.rtt_ms = 10,
      .peer.longest_interval_us = (gint64) (rows[i].interval_s * G_USEC_PER_SEC),
      .video.longest_gap_us = (gint64) (rows[i].gap_s * G_USEC_PER_SEC),
    };

    g_assert_cmpint (aloqa_quality_judge (&judge, &stats, TRUE), ==, rows[i].quality);
  }
}

/* Whether pictures still come. */

/* So many pictures, evenly. Returns: when the last one came */
static gint64
live (AloqaVideoLife *life, gint64 from_us, guint n, gint64 interval_us)
{
  for (guint i = 0; i < n; i++)
    aloqa_video_life_note (life, from_us + i * interval_us);
  return from_us + (n - 1) * interval_us;
}

static void
test_a_stopped_camera_is_told_and_a_still_screen_is_not (void)
{
  static const struct {
    gint64 interval_ms;
    gint64 lives_ms, ended_ms; /* after the last picture */
  } rows[] = {
    { 33, 2200, 3100 }, /* a camera; what was lively may be a screen that stands still now */
    { 200, 2200, 3100 },    { 1000, 3200, 4500 }, /* two of its repeats may be lost in a row */
    { 4000, 13000, 17000 }, { 60000, 29000, 31000 },
  };
  AloqaVideoLife none = { 0 };

  g_assert_true (aloqa_video_life_has_ended (&none, G_USEC_PER_SEC));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    AloqaVideoLife life = { 0 };
    gint64 last_us = live (&life, G_USEC_PER_SEC, 20, rows[i].interval_ms * 1000);

    g_assert_false (aloqa_video_life_has_ended (&life, last_us + rows[i].lives_ms * 1000));
    g_assert_true (aloqa_video_life_has_ended (&life, last_us + rows[i].ended_ms * 1000));
  }
}

/* A pause of the camera's, or of the window's, is soon forgotten. */
static void
test_a_break_makes_nobody_patient (void)
{
  AloqaVideoLife life = { 0 };
  gint64 last_us = live (&life, G_USEC_PER_SEC, 20, 33000);

  last_us = live (&life, last_us + 20 * G_USEC_PER_SEC, 10, 33000);
  g_assert_true (aloqa_video_life_has_ended (&life, last_us + 3100 * 1000));
  aloqa_video_life_look (&life, last_us + 60 * G_USEC_PER_SEC);
  g_assert_false (aloqa_video_life_has_ended (&life, last_us + 62 * G_USEC_PER_SEC));
  last_us = live (&life, last_us + 62 * G_USEC_PER_SEC, 1, 33000);
  g_assert_true (aloqa_video_life_has_ended (&life, last_us + 3100 * 1000));
}

static void
test_each_quality_is_told_apart (void)
{
  for (AloqaQuality a = ALOQA_QUALITY_UNKNOWN; a <= ALOQA_QUALITY_EXCELLENT; a++) {
    for (AloqaQuality b = ALOQA_QUALITY_UNKNOWN; b < a; b++) {
      g_assert_cmpstr (aloqa_quality_get_words (a), !=, aloqa_quality_get_words (b));
      g_assert_cmpstr (aloqa_quality_get_icon_name (a), !=, aloqa_quality_get_icon_name (b));
    }
  }
}

/* Hints. */

#define STEP_US (G_USEC_PER_SEC / 10)

/* What the processing leaves of what comes in. */
static const AloqaCaptureLevel dead = { -100, -100 };
static const AloqaCaptureLevel hiss = { -85, -100 };
static const AloqaCaptureLevel room = { -60, -75 };
static const AloqaCaptureLevel speech = { -20, -20 };
static const AloqaCaptureLevel echo = { -20, -60 };

static AloqaCallHint
pass_step (AloqaMicrophoneWatch *watch, const AloqaCaptureLevel *level, gboolean is_muted)
{
  return aloqa_microphone_watch_update (watch, level, is_muted, STEP_US);
}

/* Returns: after how many steps the hint came, or -1 */
static int
count_steps_to (AloqaMicrophoneWatch *watch, AloqaCallHint hint, const AloqaCaptureLevel *level,
                gboolean is_muted)
{
  for (int i = 1; i <= 100; i++) {
    if (pass_step (watch, level, is_muted) == hint)
      return i;
  }
  return -1;
}

static void
test_silence_is_told_within_five_seconds (void)
{
  AloqaMicrophoneWatch watch = { 0 };
  int n_steps = count_steps_to (&watch, ALOQA_HINT_MICROPHONE_SILENT, &dead, FALSE);

  g_assert_cmpint (n_steps, >, 20);
  g_assert_cmpint (n_steps, <, 50);
  g_assert_cmpint (pass_step (&watch, &hiss, FALSE), ==, ALOQA_HINT_NONE);
}

static void
test_no_microphone_is_told_once_and_is_not_a_silent_one (void)
{
  AloqaMicrophoneWatch watch = { 0 };
  int n_told = 0;

  g_assert_cmpint (aloqa_microphone_watch_miss (&watch, STEP_US), ==, ALOQA_HINT_NONE);
  for (int i = 0; i < 100; i++)
    n_told += aloqa_microphone_watch_miss (&watch, STEP_US) == ALOQA_HINT_NO_MICROPHONE;
  g_assert_cmpint (n_told, >, 20);
  g_assert_cmpint (n_told, <, 60);
  g_assert_cmpint (pass_step (&watch, &dead, FALSE), ==, ALOQA_HINT_NONE);
}

static void
test_a_quiet_room_and_a_muted_silence_are_no_fault (void)
{
  AloqaMicrophoneWatch quiet = { 0 }, suppressed = { 0 }, muted = { 0 };

  g_assert_cmpint (count_steps_to (&quiet, ALOQA_HINT_MICROPHONE_SILENT, &room, FALSE), ==, -1);
  g_assert_cmpint (count_steps_to (&suppressed, ALOQA_HINT_MICROPHONE_SILENT, &hiss, FALSE), ==,
                   -1);
  g_assert_cmpint (count_steps_to (&muted, ALOQA_HINT_MICROPHONE_SILENT, &dead, TRUE), ==, -1);
}

static void
test_who_speaks_while_muted_is_told (void)
{
  AloqaMicrophoneWatch watch = { 0 }, open = { 0 }, listening = { 0 };
  int n_steps = count_steps_to (&watch, ALOQA_HINT_MUTED, &speech, TRUE);

  g_assert_cmpint (n_steps, >, 1); /* a door that slams is no speech */
  g_assert_cmpint (n_steps, <=, 10);
  g_assert_cmpint (count_steps_to (&watch, ALOQA_HINT_NONE, &room, TRUE), >, 20);
  g_assert_cmpint (count_steps_to (&open, ALOQA_HINT_MUTED, &speech, FALSE), ==, -1);
  g_assert_cmpint (count_steps_to (&listening, ALOQA_HINT_MUTED, &echo, TRUE), ==, -1);
}

static void
test_unmuting_ends_the_hint (void)
{
  AloqaMicrophoneWatch watch = { 0 };

  count_steps_to (&watch, ALOQA_HINT_MUTED, &speech, TRUE);
  g_assert_cmpint (pass_step (&watch, &speech, FALSE), ==, ALOQA_HINT_NONE);
}

#define ADD(name, func) g_test_add_func ("/ui/call-words/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("ends-are-told-from-the-readers-side", test_ends_are_told_from_the_readers_side);
  ADD ("what-failed-is-told-without-its-detail", test_what_failed_is_told_without_its_detail);
  ADD ("a-path-that-was-not-found-is-explained", test_a_path_that_was_not_found_is_explained);
  ADD ("every-end-and-phase-has-words", test_every_end_and_phase_has_words);
  ADD ("only-a-ringing-device-rings", test_only_a_ringing_device_rings);
  ADD ("quality-follows-loss-and-round-trip", test_quality_follows_loss_and_round_trip);
  ADD ("quality-falls-at-once-and-rises-slowly", test_quality_falls_at_once_and_rises_slowly);
  ADD ("a-frozen-picture-is-poor-only-where-one-is-expected",
       test_a_frozen_picture_is_poor_only_where_one_is_expected);
  ADD ("a-connection-that-is-gone-is-bad", test_a_connection_that_is_gone_is_bad);
  ADD ("pictures-that-nobody-made-are-not-missed", test_pictures_that_nobody_made_are_not_missed);
  ADD ("a-stopped-camera-is-told-and-a-still-screen-is-not",
       test_a_stopped_camera_is_told_and_a_still_screen_is_not);
  ADD ("a-break-makes-nobody-patient", test_a_break_makes_nobody_patient);
  ADD ("each-quality-is-told-apart", test_each_quality_is_told_apart);
  ADD ("who-wished-a-call-is-told-in-the-question", test_who_wished_a_call_is_told_in_the_question);
  ADD ("silence-is-told-within-five-seconds", test_silence_is_told_within_five_seconds);
  ADD ("no-microphone-is-told-once-and-is-not-a-silent-one",
       test_no_microphone_is_told_once_and_is_not_a_silent_one);
  ADD ("a-quiet-room-and-a-muted-silence-are-no-fault",
       test_a_quiet_room_and_a_muted_silence_are_no_fault);
  ADD ("who-speaks-while-muted-is-told", test_who_speaks_while_muted_is_told);
  ADD ("unmuting-ends-the-hint", test_unmuting_ends_the_hint);
  return g_test_run ();
}
