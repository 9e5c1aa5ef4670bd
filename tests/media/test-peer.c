/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "media/media.h"
#include "media/peer-pair.h"
#include "protocol/sdp.h"
#include "support/media-run.h"
#include "support/support.h"

#define AUDIO_AND_VIDEO TRUE
#define AUDIO_ALONE FALSE

static PeerPair *
new_pair (gboolean has_video, AloqaVideoCodec codec)
{
  AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;

  caller.has_video = has_video;
  caller.video_codec = codec;
  callee.role = ALOQA_PEER_CALLEE;
  return peer_pair_new (&caller, &callee);
}

static gboolean
has_passed (gpointer user_data)
{
  return g_get_monotonic_time () >= *(gint64 *) user_data;
}

/* For what must not happen: there is no condition to wait for. */
static void
let_pass_ms (guint duration_ms)
{
  gint64 end_us = g_get_monotonic_time () + duration_ms * 1000;

  aloqa_test_wait_until (has_passed, &end_us);
}

/* On a busy machine the first candidate may be told after the description. */
static void
check_own_description (const char *text, gboolean has_video, const PeerSide *side)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSdp) sdp = aloqa_sdp_parse (text, &error);
  guint n_candidates;

  g_assert_no_error (error);
  g_assert_cmpuint (sdp->media->len, ==, has_video ? 2 : 1);
  for (guint i = 0; i < sdp->media->len; i++) {
    const AloqaSdpMedia *media = g_ptr_array_index (sdp->media, i);
    const AloqaSdpMedia *first = g_ptr_array_index (sdp->media, 0);

    g_assert_cmpint (media->kind, ==, i == 0 ? ALOQA_SDP_AUDIO : ALOQA_SDP_VIDEO);
    g_assert_cmpint (media->direction, ==, ALOQA_SDP_SENDRECV);
    g_assert_cmpint (media->port, !=, 0);
    g_assert_nonnull (media->stream_id);
    g_assert_cmpstr (media->stream_id, ==, first->stream_id);
    g_assert_cmpint (aloqa_sdp_media_get_extension_id (
                         media, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-"
                                "extensions-01"),
                     >, 0);
    g_assert_true (g_strv_contains ((const char *const *) sdp->bundle_mids, media->mid));
  }
  n_candidates = ((AloqaSdpMedia *) g_ptr_array_index (sdp->media, 0))->candidates->len;
  g_assert_cmpuint (n_candidates + side->n_candidates, >, 0);
}

static void
test_audio_and_video (void)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_AND_VIDEO, ALOQA_VIDEO_CODEC_VP8);

  peer_pair_start_source (pair, 320, 240);
  peer_pair_connect (pair);
  peer_pair_wait_connected (pair);
  peer_pair_wait_media (pair, 20, 20);
  check_own_description (pair->offer, TRUE, &pair->caller);
  check_own_description (pair->answer, TRUE, &pair->callee);
  g_assert_true (pair->caller.has_first_audio && pair->caller.has_first_video);
  g_assert_true (pair->callee.has_first_audio && pair->callee.has_first_video);
  g_assert_cmpuint (pair->caller.width_px, ==, 320);
  g_assert_cmpuint (pair->callee.height_px, ==, 240);
  peer_pair_check_report_interval (pair, 100);
  peer_pair_check_report_stamps (pair);
}

static void
test_audio_alone (void)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_ALONE, ALOQA_VIDEO_CODEC_VP8);

  peer_pair_start_source (pair, 160, 120);
  peer_pair_connect (pair);
  peer_pair_wait_connected (pair);
  peer_pair_wait_media (pair, 20, 0);
  check_own_description (pair->offer, FALSE, &pair->caller);
  check_own_description (pair->answer, FALSE, &pair->callee);
  g_assert_false (aloqa_peer_has_video (pair->caller.peer));
  g_assert_false (aloqa_peer_has_video (pair->callee.peer));
  g_assert_cmpuint (pair->caller.n_video + pair->callee.n_video, ==, 0);
  peer_pair_check_report_interval (pair, 500);
}

static void
test_other_codec (gconstpointer data)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_AND_VIDEO, (AloqaVideoCodec) GPOINTER_TO_INT (data));
  AloqaPeerStats stats;

  peer_pair_start_source (pair, 320, 240);
  peer_pair_connect (pair);
  peer_pair_wait_connected (pair);
  peer_pair_wait_media (pair, 5, 10);
  aloqa_peer_get_stats (pair->callee.peer, &stats);
  g_assert_cmpstr (stats.video.codec, ==,
                   GPOINTER_TO_INT (data) == ALOQA_VIDEO_CODEC_VP9 ? "VP9" : "H264");
}

static gboolean
has_new_size (gpointer user_data)
{
  PeerPair *pair = user_data;

  return pair->caller.width_px == 176 && pair->callee.height_px == 144;
}

static void
test_follows_size (void)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_AND_VIDEO, ALOQA_VIDEO_CODEC_VP8);

  peer_pair_start_source (pair, 320, 240);
  peer_pair_connect (pair);
  peer_pair_wait_media (pair, 1, 5);
  peer_pair_set_size (pair, 176, 144);
  aloqa_test_wait_until (has_new_size, pair);
}

/* --- The fingerprint ------------------------------------------------------------------------- */

typedef enum {
  TAMPER_OFFER = 1 << 0,
  TAMPER_ANSWER = 1 << 1,
} Tamper;

/* Another certificate than the one that will be shown, as if somebody had put himself between. */
static char *
tamper (char *sdp, gboolean is_offer, gpointer user_data)
{
  char *mark = sdp;

  if ((GPOINTER_TO_INT (user_data) & (is_offer ? TAMPER_OFFER : TAMPER_ANSWER)) == 0)
    return sdp;
  while ((mark = strstr (mark, "a=fingerprint:sha-256 ")) != NULL) {
    mark += strlen ("a=fingerprint:sha-256 ");
    *mark = *mark == '0' ? '1' : '0';
  }
  return sdp;
}

static gboolean
is_noticed (gpointer user_data)
{
  PeerPair *pair = user_data;
  int tampered = GPOINTER_TO_INT (pair->user_data);

  return ((tampered & TAMPER_OFFER) == 0 || pair->callee.failure != NULL) &&
         ((tampered & TAMPER_ANSWER) == 0 || pair->caller.failure != NULL);
}

static void
test_wrong_fingerprint (gconstpointer data)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_AND_VIDEO, ALOQA_VIDEO_CODEC_VP8);
  int tampered = GPOINTER_TO_INT (data);
  AloqaPeerStats stats;

  pair->filter = tamper;
  pair->user_data = (gpointer) data;
  peer_pair_start_source (pair, 160, 120);
  peer_pair_connect (pair);
  aloqa_test_wait_until (is_noticed, pair);
  let_pass_ms (500);

  /* The one who was deceived says so and lets nothing out or in; so the other gets nothing. */
  if ((tampered & TAMPER_OFFER) != 0)
    g_assert_error (pair->callee.failure, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_FINGERPRINT);
  if ((tampered & TAMPER_ANSWER) != 0)
    g_assert_error (pair->caller.failure, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_FINGERPRINT);
  g_assert_cmpuint (pair->caller.n_audio + pair->callee.n_audio, ==, 0);
  g_assert_cmpuint (pair->caller.n_video + pair->callee.n_video, ==, 0);
  aloqa_peer_get_stats ((tampered & TAMPER_OFFER) != 0 ? pair->callee.peer : pair->caller.peer,
                        &stats);
  g_assert_cmpuint (stats.audio.packets_sent + stats.video.packets_sent, ==, 0);
}

/* --- What others offer ----------------------------------------------------------------------- */

typedef struct {
  const char *name;
  AloqaVideoCodec preferred;
  int audio_type;
  int video_type; /* 0: no video */
  int rtx_type;
  int twcc_id;
} OfferCase;

static const OfferCase offers[] = {
  { "sdp/video_new_chromium_offer.sdp", ALOQA_VIDEO_CODEC_VP8, 111, 96, 97, 3 },
  { "sdp/video_new_chromium_offer.sdp", ALOQA_VIDEO_CODEC_H264, 111, 102, 103, 3 },
  { "sdp/video_new_chromium_offer.sdp", ALOQA_VIDEO_CODEC_VP9, 111, 98, 99, 3 },
  { "sdp/audio_new_chromium_offer.sdp", ALOQA_VIDEO_CODEC_VP8, 111, 0, 0, 3 },
  { "sdp/video_new_firefox_offer.sdp", ALOQA_VIDEO_CODEC_VP8, 109, 120, 124, 7 },
  { "sdp/video_new_firefox_offer.sdp", ALOQA_VIDEO_CODEC_H264, 109, 120, 124, 7 },
  { "sdp/audio_new_firefox_offer.sdp", ALOQA_VIDEO_CODEC_VP8, 109, 0, 0, 7 },
};

typedef struct {
  char *answer;
  GError *error;
  gboolean is_done;
} Accepted;

static void
accepted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Accepted *accepted = user_data;

  accepted->answer = aloqa_peer_accept_offer_finish (ALOQA_PEER (object), result, &accepted->error);
  accepted->is_done = TRUE;
}

static gboolean
is_accepted (gpointer user_data)
{
  return ((Accepted *) user_data)->is_done;
}

static void
note_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_noted (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
close_peer (AloqaPeer *peer)
{
  gboolean is_closed = FALSE;

  aloqa_peer_close_async (peer, note_cb, &is_closed);
  aloqa_test_wait_until (is_noted, &is_closed);
  g_assert_finalize_object (peer);
}

static void
check_media (const AloqaSdpMedia *media, int payload_type, int rtx_type, int twcc_id)
{
  const AloqaSdpCodec *codec = g_ptr_array_index (media->codecs, 0);
  const AloqaSdpCodec *rtx = aloqa_sdp_media_get_rtx (media, payload_type);

  g_assert_cmpint (codec->payload_type, ==, payload_type);
  g_assert_cmpuint (media->codecs->len, ==, rtx_type > 0 ? 2 : 1);
  g_assert_cmpint (rtx != NULL ? rtx->payload_type : 0, ==, rtx_type);
  g_assert_cmpuint (media->extensions->len, ==, 1);
  g_assert_cmpint (((AloqaSdpExtension *) g_ptr_array_index (media->extensions, 0))->id, ==,
                   twcc_id);
  g_assert_cmpint (media->direction, ==, ALOQA_SDP_SENDRECV);
  g_assert_true (g_strv_contains ((const char *const *) codec->feedback, "transport-cc"));
  g_assert_false (g_strv_contains ((const char *const *) codec->feedback, "goog-remb"));
  if (media->kind == ALOQA_SDP_VIDEO) {
    g_assert_true (g_strv_contains ((const char *const *) codec->feedback, "nack pli"));
    g_assert_true (g_strv_contains ((const char *const *) codec->feedback, "ccm fir"));
    g_assert_true (g_strv_contains ((const char *const *) codec->feedback, "nack"));
  }
  g_assert_cmpstr (media->setup, ==, "active");
  g_assert_nonnull (media->stream_id);
}

static void
test_answers_browser (gconstpointer data)
{
  const OfferCase *offer = data;
  g_autofree char *text = aloqa_test_read_fixture (offer->name, NULL);
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;
  Accepted accepted = { NULL };
  g_autoptr (AloqaSdp) sdp = NULL;
  AloqaPeer *peer;

  config.role = ALOQA_PEER_CALLEE;
  config.video_codec = offer->preferred;
  peer = aloqa_peer_new (&config);
  aloqa_peer_accept_offer_async (peer, text, NULL, accepted_cb, &accepted);
  aloqa_test_wait_until (is_accepted, &accepted);
  g_assert_no_error (accepted.error);

  sdp = aloqa_sdp_parse (accepted.answer, &accepted.error);
  g_assert_no_error (accepted.error);
  g_assert_cmpuint (sdp->media->len, ==, offer->video_type != 0 ? 2 : 1);
  check_media (aloqa_sdp_get_media (sdp, ALOQA_SDP_AUDIO), offer->audio_type, 0, offer->twcc_id);
  if (offer->video_type != 0)
    check_media (aloqa_sdp_get_media (sdp, ALOQA_SDP_VIDEO), offer->video_type, offer->rtx_type,
                 offer->twcc_id);
  g_assert_cmpint (aloqa_peer_has_video (peer), ==, offer->video_type != 0);
  g_free (accepted.answer);
  close_peer (peer);
}

static void
test_refuses (gconstpointer data)
{
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;
  Accepted accepted = { NULL };
  AloqaPeer *peer;

  config.role = ALOQA_PEER_CALLEE;
  peer = aloqa_peer_new (&config);
  aloqa_peer_accept_offer_async (peer, data, NULL, accepted_cb, &accepted);
  aloqa_test_wait_until (is_accepted, &accepted);
  g_assert_error (accepted.error, ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_BAD_SDP);
  g_assert_null (accepted.answer);
  g_error_free (accepted.error);
  close_peer (peer);
}

/* --- Privacy --------------------------------------------------------------------------------- */

static gboolean
has_answer (gpointer user_data)
{
  PeerPair *pair = user_data;

  g_assert_no_error (pair->error);
  return pair->answer != NULL;
}

static gboolean
has_sent (gpointer user_data)
{
  return udp_proxy_get_n_packets (user_data, UDP_PROXY_FROM_CALLEE) > 0;
}

/* The answer is ready while it rings; whoever calls learns nothing of where the callee is. */
static void
test_silent_before_open (void)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_AND_VIDEO, ALOQA_VIDEO_CODEC_VP8);
  g_autoptr (UdpProxy) proxy = udp_proxy_new ();

  peer_pair_set_proxy (pair, proxy);
  pair->is_callee_shut = TRUE;
  peer_pair_start_source (pair, 160, 120);
  peer_pair_connect (pair);
  aloqa_test_wait_until (has_answer, pair);
  let_pass_ms (1000);
  g_assert_cmpuint (udp_proxy_get_n_packets (proxy, UDP_PROXY_FROM_CALLEE), ==, 0);

  aloqa_peer_open (pair->callee.peer);
  peer_pair_apply_answer (pair);
  aloqa_test_wait_until (has_sent, proxy);
  peer_pair_wait_media (pair, 3, 3);
}

/* --- Figures --------------------------------------------------------------------------------- */

static gboolean
has_reports (gpointer user_data)
{
  PeerPair *pair = user_data;
  AloqaPeerStats stats;

  aloqa_peer_get_stats (pair->callee.peer, &stats);
  return stats.rtt_ms >= 0 && stats.fps > 0 && stats.audio.in_kbps > 0 && stats.video.out_kbps > 0;
}

static void
check_media_stats (const AloqaPeerMediaStats *stats)
{
  g_assert_cmpuint (stats->packets_sent, >, 0);
  g_assert_cmpuint (stats->packets_received, >, 0);
  g_assert_cmpuint (stats->bytes_sent, >, stats->packets_sent * 12);
  g_assert_cmpfloat (stats->jitter_ms, >=, 0);
  g_assert_cmpuint (stats->jitter_buffer_ms, <=, 440);
}

static void
test_stats (void)
{
  g_autoptr (PeerPair) pair = new_pair (AUDIO_AND_VIDEO, ALOQA_VIDEO_CODEC_VP8);
  AloqaPeerStats stats;

  aloqa_peer_get_stats (pair->callee.peer, &stats);
  g_assert_cmpfloat (stats.rtt_ms, ==, -1);
  g_assert_cmpuint (stats.audio.packets_sent, ==, 0);

  peer_pair_start_source (pair, 320, 240);
  peer_pair_connect (pair);
  peer_pair_wait_media (pair, 5, 5);
  aloqa_test_wait_until (has_reports, pair);
  aloqa_peer_get_stats (pair->callee.peer, &stats);
  check_media_stats (&stats.audio);
  g_assert_cmpuint (stats.audio.jitter_buffer_ms, >=, 10);
  check_media_stats (&stats.video);
  g_assert_cmpstr (stats.audio.codec, ==, "Opus");
  g_assert_cmpstr (stats.video.codec, ==, "VP8");
  g_assert_cmpuint (stats.frames_encoded, >, 0);
  g_assert_cmpuint (stats.frames_decoded, >, 0);
  g_assert_cmpuint (stats.width_px, ==, 320);
  g_assert_cmpuint (stats.height_px, ==, 240);
  g_assert_cmpuint (stats.target_kbps, >, 0);
  g_assert_cmpint (stats.longest_interval_us, >=, G_USEC_PER_SEC / 30 - 1000);
  g_assert_true (stats.has_pair);
}

static void
add_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (offers); i++) {
    g_autofree char *path = g_strdup_printf ("/peer/answers-browser/%zu", i);

    g_test_add_data_func (path, &offers[i], test_answers_browser);
  }
  g_test_add_data_func ("/peer/refuses/no-sdp", "hello", test_refuses);
  g_test_add_data_func ("/peer/refuses/empty", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
                        test_refuses);
  g_test_add_data_func ("/peer/wrong-fingerprint/offer", GINT_TO_POINTER (TAMPER_OFFER),
                        test_wrong_fingerprint);
  g_test_add_data_func ("/peer/wrong-fingerprint/answer", GINT_TO_POINTER (TAMPER_ANSWER),
                        test_wrong_fingerprint);
  g_test_add_data_func ("/peer/wrong-fingerprint/both",
                        GINT_TO_POINTER (TAMPER_OFFER | TAMPER_ANSWER), test_wrong_fingerprint);
  g_test_add_data_func ("/peer/codec/vp9", GINT_TO_POINTER (ALOQA_VIDEO_CODEC_VP9),
                        test_other_codec);
  g_test_add_data_func ("/peer/codec/h264", GINT_TO_POINTER (ALOQA_VIDEO_CODEC_H264),
                        test_other_codec);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  aloqa_media_warm_up ();
  g_test_add_func ("/peer/audio-and-video", test_audio_and_video);
  g_test_add_func ("/peer/audio-alone", test_audio_alone);
  g_test_add_func ("/peer/follows-size", test_follows_size);
  g_test_add_func ("/peer/silent-before-open", test_silent_before_open);
  g_test_add_func ("/peer/stats", test_stats);
  add_cases ();
  return aloqa_test_run_media ();
}
