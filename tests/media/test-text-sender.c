/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-sender.h"

#include <gst/app/gstappsink.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <gst/video/video.h>
#include <math.h>
#include <string.h>

#include "media/timeline.h"
#include "support/media-run.h"
#include "support/support.h"

#define WIDTH 1280
#define HEIGHT 720
#define FPS 15
#define RTP_HZ 90000
/* After all that the clock will say, so that no picture is ever taken for an old one. */
#define FIRST_PTS (3600 * GST_SECOND)

/* A sender whose packets are decoded: every picture is seen as it is at the far end, at once. */
typedef struct {
  GstElement *pipeline;
  GstElement *sink;
  AloqaPeerSender *sender;
  AloqaFeed *feed;
  GstVideoInfo info;
  GstCaps *caps;
  guint n_pushed;
  guint n_decoded;
  guint32 rtp_time; /* of the last packet; written before its picture is decoded */
} Fixture;

static GstPadProbeReturn
packet_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  gboolean is_list = (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
  GstBuffer *buffer = is_list ? gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0)
                              : GST_PAD_PROBE_INFO_BUFFER (info);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp));
  ((Fixture *) user_data)->rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  return GST_PAD_PROBE_OK;
}

static void
link_far_end (Fixture *fixture, const AloqaCodec *codec)
{
  g_autoptr (GError) error = NULL;
  GstElement *depayloader = aloqa_codec_make_depayloader (codec, &error);
  GstElement *decoder = aloqa_codec_make_decoder (codec, &error);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (depayloader, "sink");

  g_assert_no_error (error);
  fixture->sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (fixture->sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add_many (GST_BIN (fixture->pipeline), depayloader, decoder, fixture->sink, NULL);
  g_assert_true (gst_element_link_many (depayloader, decoder, fixture->sink, NULL));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packet_cb,
                     fixture, NULL);
  g_assert_true (aloqa_peer_sender_link (fixture->sender, pad));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const AloqaCodec *codec = aloqa_codec_get_video (*(const AloqaVideoCodec *) data);
  g_autoptr (GError) error = NULL;

  fixture->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  aloqa_timeline_adopt (GST_PIPELINE (fixture->pipeline));
  fixture->sender = aloqa_peer_sender_new (GST_BIN (fixture->pipeline), codec, &error);
  g_assert_no_error (error);
  aloqa_peer_sender_set_payload (fixture->sender, 96, 1234);
  link_far_end (fixture, codec);
  gst_video_info_set_format (&fixture->info, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT);
  fixture->caps = gst_video_info_to_caps (&fixture->info);
  fixture->feed = aloqa_feed_new ();
  aloqa_peer_sender_set_feed (fixture->sender, fixture->feed);
  gst_element_set_state (fixture->pipeline, GST_STATE_PLAYING);
  aloqa_peer_sender_open (fixture->sender);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  aloqa_peer_sender_set_feed (fixture->sender, NULL);
  gst_element_set_state (fixture->pipeline, GST_STATE_NULL);
  gst_clear_object (&fixture->pipeline);
  gst_clear_caps (&fixture->caps);
  aloqa_peer_sender_free (fixture->sender);
  g_assert_finalize_object (fixture->feed);
}

/* --- A page of text --------------------------------------------------------------------------- */

#define CELL_WIDTH 8
#define CELL_HEIGHT 18
#define GLYPH_WIDTH 6
#define GLYPH_HEIGHT 9
#define INK 30
#define PAPER 235

static guint32
hash (guint32 a, guint32 b)
{
  guint32 x = a * 0x9e3779b1u ^ b * 0x85ebca6bu;

  x = (x ^ x >> 15) * 0x2c1b3c6du;
  return x ^ x >> 13;
}

/* What letters are to an encoder: thin strokes, some forty kinds, in words and lines of any length. */
static guint8
get_luma (guint x, guint y)
{
  guint column = x / CELL_WIDTH, line = y / CELL_HEIGHT;
  guint32 letter = hash (column, line) % 46;

  if (letter >= 40 || column < 8 || column > 60 + hash (line, 7) % 60 ||
      x % CELL_WIDTH >= GLYPH_WIDTH || y % CELL_HEIGHT >= GLYPH_HEIGHT)
    return PAPER;
  return hash (letter * 64 + y % CELL_HEIGHT / 2, x % CELL_WIDTH / 2) % 3 == 0 ? INK : PAPER;
}

static void
draw_page (GstVideoFrame *frame, guint top)
{
  memset (frame->map[0].data, 128, frame->info.size);
  for (guint y = 0; y < HEIGHT; y++) {
    guint8 *line = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) +
                   (gsize) y * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);

    for (guint x = 0; x < WIDTH; x++)
      line[x] = get_luma (x, top + y);
  }
}

static double
get_psnr_db (const GstVideoFrame *frame, guint top)
{
  guint64 sum = 0;

  for (guint y = 0; y < HEIGHT; y++) {
    const guint8 *line = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) +
                         (gsize) y * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);

    for (guint x = 0; x < WIDTH; x++) {
      int difference = line[x] - get_luma (x, top + y);

      sum += (guint64) (difference * difference);
    }
  }
  return 10 * log10 (255.0 * 255.0 * WIDTH * HEIGHT / (double) MAX (sum, 1));
}

/* --- From here to there ------------------------------------------------------------------------ */

static void
push_page (Fixture *fixture, guint top)
{
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, fixture->info.size, NULL);
  g_autoptr (GstSample) sample = NULL;
  GstVideoFrame frame;

  g_assert_true (gst_video_frame_map (&frame, &fixture->info, buffer, GST_MAP_WRITE));
  draw_page (&frame, top);
  gst_video_frame_unmap (&frame);
  GST_BUFFER_PTS (buffer) = FIRST_PTS + fixture->n_pushed++ * GST_SECOND / FPS;
  sample = gst_sample_new (buffer, fixture->caps, NULL, NULL);
  aloqa_feed_push (fixture->feed, sample);
}

static gboolean
is_dealt_with (gpointer user_data)
{
  Fixture *fixture = user_data;
  AloqaPeerSenderCounts counts = aloqa_peer_sender_get_counts (fixture->sender);

  return counts.frames_encoded + counts.frames_skipped == fixture->n_pushed;
}

/* Returns: how like the page the picture at the far end is, in decibels; 0 where none was sent */
static double
show_page (Fixture *fixture, guint top)
{
  g_autoptr (GstSample) seen = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  double psnr_db;

  push_page (fixture, top);
  aloqa_test_wait_until (is_dealt_with, fixture);
  if (aloqa_peer_sender_get_counts (fixture->sender).frames_encoded == fixture->n_decoded)
    return 0;

  seen = gst_app_sink_try_pull_sample (GST_APP_SINK (fixture->sink), 30 * GST_SECOND);
  g_assert_nonnull (seen);
  fixture->n_decoded++;
  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (seen)));
  g_assert_true (gst_video_frame_map (&frame, &info, gst_sample_get_buffer (seen), GST_MAP_READ));
  psnr_db = get_psnr_db (&frame, top);
  gst_video_frame_unmap (&frame);
  return psnr_db;
}

typedef struct {
  AloqaVideoCodec codec; /* first, for set_up */
  guint kbps;
  guint step_px; /* how far the page moves from picture to picture */
  guint min_fps;
  double min_db;
  double min_still_db; /* half a second after the page stands still */
} Run;

/* Letters of this size can be read from some 24 dB on. Where the page moves further than the encoder
 * looks, or is turned, it has to send it anew; VP9 does not look as far as the others. */
static const Run runs[] = {
  { ALOQA_VIDEO_CODEC_H264, 2500, 40, 12, 40, 40 },
  { ALOQA_VIDEO_CODEC_H264, 1000, 40, 7, 27, 40 },
  { ALOQA_VIDEO_CODEC_H264, 1000, 10, 7, 27, 40 },
  { ALOQA_VIDEO_CODEC_H264, 300, 1111, 5, 10, 10 },
  { ALOQA_VIDEO_CODEC_H264, 100, 40, 5, 10, 10 },
  { ALOQA_VIDEO_CODEC_VP8, 2500, 40, 12, 40, 40 },
  { ALOQA_VIDEO_CODEC_VP8, 1000, 80, 5, 30, 40 },
  { ALOQA_VIDEO_CODEC_VP8, 1000, 40, 7, 30, 40 },
  { ALOQA_VIDEO_CODEC_VP8, 1000, 10, 7, 30, 40 },
  { ALOQA_VIDEO_CODEC_VP8, 500, 40, 5, 30, 40 },
  { ALOQA_VIDEO_CODEC_VP9, 1000, 5, 12, 30, 40 },
  { ALOQA_VIDEO_CODEC_VP9, 1500, 10, 12, 30, 40 },
};

static void
run (Fixture *fixture, const Run *run)
{
  const guint n_seconds = 3;
  AloqaPeerSenderCounts before, after;
  double worst_db = 99, still_db = 0;
  guint n_seen = 0;

  aloqa_peer_sender_set_bitrate (fixture->sender, run->kbps);
  aloqa_peer_sender_set_content (fixture->sender, ALOQA_VIDEO_CONTENT_TEXT);
  for (guint i = 0; i < FPS; i++)
    show_page (fixture, 0);
  before = aloqa_peer_sender_get_counts (fixture->sender);
  for (guint i = 1; i <= n_seconds * FPS; i++) {
    double psnr_db = show_page (fixture, i * run->step_px);

    if (psnr_db > 0) {
      worst_db = MIN (worst_db, psnr_db);
      n_seen++;
    }
  }
  after = aloqa_peer_sender_get_counts (fixture->sender);
  for (guint i = 0; i < FPS / 2; i++) {
    double psnr_db = show_page (fixture, n_seconds * FPS * run->step_px);

    still_db = psnr_db > 0 ? psnr_db : still_db;
  }
  g_test_message ("%u kbit/s, %u px: %u pictures, at least %.1f dB, %u kbit/s; then %.1f dB",
                  run->kbps, run->step_px, n_seen, worst_db,
                  (guint) ((after.bytes - before.bytes) * 8 / 1000 / n_seconds), still_db);

  g_assert_cmpuint (n_seen, >=, run->min_fps * n_seconds);
  g_assert_cmpfloat (worst_db, >=, run->min_db);
  g_assert_cmpfloat (still_db, >=, run->min_still_db);
  g_assert_cmpfloat (after.bytes - before.bytes, <=, run->kbps * 125 * (n_seconds + 0.3));
}

static void
test_text_that_is_scrolled_is_readable (Fixture *fixture, gconstpointer data)
{
  run (fixture, data);
}

/* The one that begins anew where the content changes. */
static const AloqaVideoCodec h264 = ALOQA_VIDEO_CODEC_H264;

static void
show_content (Fixture *fixture, AloqaVideoContent content)
{
  guint32 rtp_time = fixture->rtp_time;

  aloqa_peer_sender_set_content (fixture->sender, content);
  g_assert_cmpfloat (show_page (fixture, 0), >, 0);
  if (fixture->n_pushed > 1)
    g_assert_cmpfloat_with_epsilon (fixture->rtp_time - rtp_time, RTP_HZ / FPS, 2);
}

/* Neither the time nor any picture is lost, and the encoder is as it was before. */
static void
test_each_content_follows_another (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    show_content (fixture, ALOQA_VIDEO_CONTENT_CAMERA);
    show_content (fixture, ALOQA_VIDEO_CONTENT_TEXT);
    show_content (fixture, ALOQA_VIDEO_CONTENT_FILM);
  }
}

/* Whatever it is at: it begins anew in a thread that the end waits for. */
static void
test_can_end_while_its_content_changes (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 20; i++) {
    show_content (fixture, ALOQA_VIDEO_CONTENT_CAMERA);
    aloqa_peer_sender_set_content (fixture->sender, ALOQA_VIDEO_CONTENT_TEXT);
    push_page (fixture, 0);
    tear_down (fixture, data);
    *fixture = (Fixture){ 0 };
    set_up (fixture, data);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++) {
    g_autofree char *path = g_strdup_printf (
        "/media/text-sender/text-that-is-scrolled-is-readable/%s-%u-kbps-%u-px",
        aloqa_codec_get_video (runs[i].codec)->name, runs[i].kbps, runs[i].step_px);

    g_test_add (path, Fixture, &runs[i], set_up, test_text_that_is_scrolled_is_readable, tear_down);
  }
  g_test_add ("/media/text-sender/each-content-follows-another", Fixture, &h264, set_up,
              test_each_content_follows_another, tear_down);
  g_test_add ("/media/text-sender/can-end-while-its-content-changes", Fixture, &h264, set_up,
              test_can_end_while_its_content_changes, tear_down);
  return aloqa_test_run_media ();
}
