/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/message.h"
#include "protocol/sdp.h"

#include "support/support.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Real frames and session descriptions, recorded from browsers on the existing server. */

static const char *const traces[] = { "audio_new", "legacy",        "reject",
                                      "video_new", "video_new_ffA", "video_new_ffB" };

static const struct {
  const char *name;
  int opus_payload_type;
  int vp8_payload_type; /* -1 in an audio call */
  int vp8_rtx_payload_type;
  int n_audio_codecs, n_video_codecs;
  int transport_cc_id;
} descriptions[] = {
  { "audio_new_chromium_offer", 111, -1, -1, 8, 0, 3 },
  { "audio_new_chromium_answer", 111, -1, -1, 8, 0, 3 },
  { "audio_new_firefox_offer", 109, -1, -1, 5, 0, 7 },
  { "audio_new_firefox_answer", 111, -1, -1, 5, 0, 3 },
  { "video_new_chromium_offer", 111, 96, 97, 8, 23, 3 },
  { "video_new_chromium_answer", 111, 96, 97, 8, 23, 3 },
  { "video_new_firefox_offer", 109, 120, 124, 5, 9, 7 },
  { "video_new_firefox_answer", 111, 96, 97, 5, 9, 3 },
};

static char *
read_description (const char *name)
{
  g_autofree char *path = g_strconcat ("sdp/", name, ".sdp", NULL);

  return aloqa_test_read_fixture (path, NULL);
}

static void
check_frame (JsonObject *line)
{
  AloqaSide writer = strcmp (json_object_get_string_member (line, "dir"), "send") == 0
                         ? ALOQA_SIDE_CLIENT
                         : ALOQA_SIDE_SERVER;
  JsonObject *data = json_object_get_object_member (line, "data");
  g_autofree char *text = json_to_string (json_object_get_member (line, "data"), FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = aloqa_message_parse (text, -1, writer, &error);
  g_autoptr (AloqaMessage) again = NULL;
  g_autofree char *json = NULL, *json_again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (aloqa_message_type_to_string (message->type), ==,
                   json_object_get_string_member (data, "type"));
  if (json_object_has_member (data, "sdp"))
    g_assert_cmpstr (
        message->sdp, ==,
        json_object_get_string_member (json_object_get_object_member (data, "sdp"), "sdp"));

  json = aloqa_message_to_json (message, writer);
  again = aloqa_message_parse (json, -1, writer, &error);
  g_assert_no_error (error);
  json_again = aloqa_message_to_json (again, writer);
  g_assert_cmpstr (json, ==, json_again);
}

static void
test_every_recorded_frame_parses (gconstpointer data)
{
  g_autofree char *path = g_strconcat ("traces/", data, ".jsonl", NULL);
  g_autofree char *text = aloqa_test_read_fixture (path, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_frames = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (JsonNode) node = NULL;

    if (*lines[i] == '\0')
      continue;
    node = json_from_string (lines[i], NULL);
    check_frame (json_node_get_object (node));
    n_frames++;
  }
  g_assert_cmpuint (n_frames, >=, 8);
}

static void
check_media (const AloqaSdpMedia *media, gboolean is_answer)
{
  g_assert_cmpint (media->direction, ==, ALOQA_SDP_SENDRECV);
  g_assert_cmpstr (media->protocol, ==, "UDP/TLS/RTP/SAVPF");
  g_assert_cmpint (media->port, ==, 9);
  g_assert_cmpstr (media->fingerprint_hash, ==, "sha-256");
  g_assert_cmpuint (strlen (media->fingerprint_value), ==, 95);
  g_assert_cmpuint (strlen (media->ice_ufrag), >=, 4);
  g_assert_cmpuint (strlen (media->ice_pwd), >=, 22);
  g_assert_cmpstr (media->setup, ==, is_answer ? "active" : "actpass");
  g_assert_cmpuint (strlen (media->stream_id), >=, 36);
  g_assert_true (media->is_rtcp_mux);
  g_assert_cmpuint (media->sources->len, ==, 1);
}

static void
test_browsers_descriptions_say_what_they_say (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++) {
    g_autofree char *text = read_description (descriptions[i].name);
    gboolean is_answer = g_str_has_suffix (descriptions[i].name, "answer");
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaSdp) sdp = aloqa_sdp_parse (text, &error);
    const AloqaSdpMedia *audio, *video;

    g_test_message ("%s", descriptions[i].name);
    g_assert_no_error (error);
    audio = aloqa_sdp_get_media (sdp, ALOQA_SDP_AUDIO);
    video = aloqa_sdp_get_media (sdp, ALOQA_SDP_VIDEO);
    check_media (audio, is_answer);
    g_assert_cmpint (audio->codecs->len, ==, descriptions[i].n_audio_codecs);
    g_assert_cmpint (aloqa_sdp_media_get_codec (audio, "OPUS")->payload_type, ==,
                     descriptions[i].opus_payload_type);
    g_assert_cmpint (aloqa_sdp_media_get_codec (audio, "opus")->n_channels, ==, 2);
    g_assert_cmpstr (audio->mid, ==, "0");
    g_assert_cmpstr (sdp->bundle_mids[0], ==, "0");
    if (descriptions[i].vp8_payload_type < 0) {
      g_assert_null (video);
      continue;
    }

    check_media (video, is_answer);
    g_assert_cmpstr (video->stream_id, ==, audio->stream_id);
    g_assert_cmpint (video->codecs->len, ==, descriptions[i].n_video_codecs);
    g_assert_cmpint (aloqa_sdp_media_get_codec (video, "VP8")->payload_type, ==,
                     descriptions[i].vp8_payload_type);
    g_assert_cmpint (
        aloqa_sdp_media_get_rtx (video, descriptions[i].vp8_payload_type)->payload_type, ==,
        descriptions[i].vp8_rtx_payload_type);
    g_assert_cmpint (
        aloqa_sdp_media_get_extension_id (
            video, "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
        ==, descriptions[i].transport_cc_id);
    g_assert_cmpuint (g_array_index (video->sources, AloqaSdpSource, 0).rtx_ssrc, !=, 0);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (traces); i++) {
    g_autofree char *path = g_strconcat ("/protocol/every-recorded-frame-parses/", traces[i], NULL);

    g_test_add_data_func (path, traces[i], test_every_recorded_frame_parses);
  }
  g_test_add_func ("/protocol/browsers-descriptions-say-what-they-say",
                   test_browsers_descriptions_say_what_they_say);

  return g_test_run ();
}
