/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sdp.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include "support/support.h"

#include <string.h>

#define SESSION "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
#define SHA256                                                                                     \
  "19:7E:18:F1:07:EE:3B:2B:35:29:7B:06:C8:27:96:C4:9E:AF:8B:17:66:E8:99:53:FE:CE:E2:EE:B4:F7:86:"  \
  "D5"
#define SHA1 "19:7E:18:F1:07:EE:3B:2B:35:29:7B:06:C8:27:96:C4:9E:AF:8B:17"

static AloqaSdp *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  AloqaSdp *sdp = aloqa_sdp_parse (text, &error);

  g_assert_no_error (error);
  return sdp;
}

static const AloqaSdpMedia *
get (const AloqaSdp *sdp, guint index)
{
  return g_ptr_array_index (sdp->media, index);
}

static void
test_what_is_not_said_has_its_default (void)
{
  g_autoptr (AloqaSdp) sdp = parse (SESSION AUDIO "m=application 0 DTLS/SCTP webrtc-channel\r\n");
  const AloqaSdpMedia *audio = get (sdp, 0);
  const AloqaSdpCodec *unknown = g_ptr_array_index (audio->codecs, 0);
  const AloqaSdpCodec *pcmu = g_ptr_array_index (audio->codecs, 1);

  g_assert_cmpuint (sdp->media->len, ==, 2);
  g_assert_null (sdp->bundle_mids);
  g_assert_false (sdp->is_ice_lite);
  g_assert_cmpint (audio->direction, ==, ALOQA_SDP_SENDRECV);
  g_assert_null (audio->mid);
  g_assert_null (audio->fingerprint_hash);
  g_assert_null (audio->ice_ufrag);
  g_assert_null (audio->setup);
  g_assert_null (audio->stream_id);
  g_assert_false (audio->is_rtcp_mux);
  g_assert_false (audio->is_bundle_only);
  g_assert_cmpuint (audio->candidates->len + audio->sources->len + audio->extensions->len, ==, 0);
  g_assert_cmpint (unknown->payload_type, ==, 111);
  g_assert_cmpstr (unknown->encoding, ==, "");
  g_assert_cmpuint (g_strv_length (unknown->feedback), ==, 0);
  g_assert_cmpstr (pcmu->encoding, ==, "PCMU");
  g_assert_cmpint (pcmu->clock_rate_hz, ==, 8000);
  g_assert_cmpint (get (sdp, 1)->kind, ==, ALOQA_SDP_OTHER);
  g_assert_cmpuint (get (sdp, 1)->codecs->len, ==, 0);
  g_assert_null (aloqa_sdp_get_media (sdp, ALOQA_SDP_VIDEO));
  g_assert_true (aloqa_sdp_get_media (sdp, ALOQA_SDP_OTHER) == get (sdp, 1));
}

static void
test_attributes_may_come_in_any_order (void)
{
  g_autoptr (AloqaSdp) sdp = parse (SESSION VIDEO "a=rtcp-fb:* transport-cc\r\n"
                                                  "a=rtcp-fb:96 nack pli\r\n"
                                                  "a=rtcp-fb:96 transport-cc\r\n"
                                                  "a=rtcp-fb:50 nack\r\n"
                                                  "a=fmtp:97 rtx-time=3000; apt=96\r\n"
                                                  "a=fmtp:96 max-fs=12288;max-fr=60\r\n"
                                                  "a=candidate:1 1 udp 5 192.0.2.2 9 typ host\r\n"
                                                  "a=rtpmap:97 RTX/90000\r\n"
                                                  "a=rtpmap:96 VP8/90000\r\n"
                                                  "a=ice-pwd:0123456789012345678901\r\n"
                                                  "a=ice-ufrag:abcd\r\n"
                                                  "a=mid:v\r\n");
  const AloqaSdpMedia *video = aloqa_sdp_get_media (sdp, ALOQA_SDP_VIDEO);
  const AloqaSdpCodec *vp8 = aloqa_sdp_media_get_codec (video, "vp8");
  const AloqaSdpCodec *rtx = aloqa_sdp_media_get_rtx (video, 96);
  const AloqaCandidate *candidate = g_ptr_array_index (video->candidates, 0);

  g_assert_cmpstr (vp8->encoding, ==, "VP8");
  g_assert_cmpint (vp8->clock_rate_hz, ==, 90000);
  g_assert_cmpstr (vp8->fmtp, ==, "max-fs=12288;max-fr=60");
  g_assert_cmpuint (g_strv_length (vp8->feedback), ==, 2);
  g_assert_cmpstr (vp8->feedback[0], ==, "transport-cc");
  g_assert_cmpstr (vp8->feedback[1], ==, "nack pli");
  g_assert_cmpint (rtx->payload_type, ==, 97);
  g_assert_cmpuint (g_strv_length (rtx->feedback), ==, 1);
  g_assert_null (aloqa_sdp_media_get_rtx (video, 97));
  g_assert_null (aloqa_sdp_media_get_codec (video, "H264"));
  g_assert_cmpstr (candidate->mid, ==, "v");
  g_assert_cmpint (candidate->m_line_index, ==, 0);
  g_assert_cmpstr (candidate->username_fragment, ==, "abcd");
}

static void
test_the_session_speaks_for_its_media (void)
{
  g_autoptr (AloqaSdp) sdp = parse (
      SESSION "a=ice-lite\r\n"
              "a=group:LS 9\r\na=group:BUNDLE 0 1\r\na=group:BUNDLE 2\r\n"
              "a=fingerprint:SHA-256 19:7e:18:f1:07:ee:3b:2b:35:29:7b:06:c8:27:96:c4:9e:af:8b:17:"
              "66:e8:99:53:fe:ce:e2:ee:b4:f7:86:d5\r\n"
              "a=ice-ufrag:sess\r\na=ice-pwd:0123456789012345678901\r\n"
              "a=setup:actpass\r\na=recvonly\r\na=end-of-candidates\r\n"
              "a=extmap:3 urn:one\r\na=extmap:4/recvonly urn:two\r\n" AUDIO "a=mid:0\r\n" VIDEO
              "a=mid:1\r\na=sendonly\r\na=ice-ufrag:own1\r\n"
              "a=ice-pwd:ownownownownownownown1\r\na=setup:passive\r\n"
              "a=fingerprint:sha-1 " SHA1 "\r\na=extmap:3 urn:own\r\n");
  const AloqaSdpMedia *audio = get (sdp, 0), *video = get (sdp, 1);

  g_assert_true (sdp->is_ice_lite);
  g_assert_cmpuint (g_strv_length (sdp->bundle_mids), ==, 2);
  g_assert_cmpstr (audio->fingerprint_hash, ==, "sha-256");
  g_assert_cmpstr (audio->fingerprint_value, ==, SHA256);
  g_assert_cmpstr (audio->ice_ufrag, ==, "sess");
  g_assert_cmpstr (audio->ice_pwd, ==, "0123456789012345678901");
  g_assert_cmpstr (audio->setup, ==, "actpass");
  g_assert_cmpint (audio->direction, ==, ALOQA_SDP_RECVONLY);
  g_assert_true (audio->is_end_of_candidates);
  g_assert_cmpint (aloqa_sdp_media_get_extension_id (audio, "urn:one"), ==, 3);
  g_assert_cmpint (aloqa_sdp_media_get_extension_id (audio, "urn:two"), ==, 4);

  g_assert_cmpstr (video->fingerprint_hash, ==, "sha-1");
  g_assert_cmpstr (video->fingerprint_value, ==, SHA1);
  g_assert_cmpstr (video->ice_ufrag, ==, "own1");
  g_assert_cmpstr (video->ice_pwd, ==, "ownownownownownownown1");
  g_assert_cmpstr (video->setup, ==, "passive");
  g_assert_cmpint (video->direction, ==, ALOQA_SDP_SENDONLY);
  g_assert_cmpint (aloqa_sdp_media_get_extension_id (video, "urn:own"), ==, 3);
  g_assert_cmpint (aloqa_sdp_media_get_extension_id (video, "urn:one"), ==, 0);
  g_assert_cmpint (aloqa_sdp_media_get_extension_id (video, "urn:two"), ==, 4);
}

static void
test_a_bundle_shares_one_transport (void)
{
  g_autoptr (AloqaSdp) sdp =
      parse (SESSION "a=group:BUNDLE a v\r\n" AUDIO "a=mid:a\r\na=ice-ufrag:abcd\r\n"
                     "a=ice-pwd:0123456789012345678901\r\na=setup:active\r\n"
                     "a=fingerprint:sha-256 " SHA256 "\r\n"
                     "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\na=bundle-only\r\n" AUDIO
                     "a=mid:other\r\n");
  const AloqaSdpMedia *video = get (sdp, 1), *other = get (sdp, 2);

  g_assert_true (video->is_bundle_only);
  g_assert_cmpint (video->port, ==, 0);
  g_assert_cmpstr (video->ice_ufrag, ==, "abcd");
  g_assert_cmpstr (video->fingerprint_value, ==, SHA256);
  g_assert_cmpstr (video->setup, ==, "active");
  g_assert_null (other->ice_ufrag);
  g_assert_null (other->fingerprint_value);
}

static void
test_the_best_fingerprint_counts (void)
{
  g_autoptr (AloqaSdp) sdp = parse (SESSION AUDIO "a=fingerprint:sha-1 " SHA1 "\r\n"
                                                  "a=fingerprint:sha-256 " SHA256 "\r\n"
                                                  "a=fingerprint:sha-9 what is this\r\n");

  g_assert_cmpstr (get (sdp, 0)->fingerprint_hash, ==, "sha-256");
  g_assert_cmpstr (get (sdp, 0)->fingerprint_value, ==, SHA256);
}

static void
test_streams_and_sources_are_told (void)
{
  g_autoptr (AloqaSdp) sdp = parse (SESSION VIDEO "a=ssrc-group:FID 1 2\r\n"
                                                  "a=ssrc:1 cname:x\r\na=ssrc:1 msid:s t\r\n"
                                                  "a=ssrc:2 cname:x\r\n"
                                                  "a=ssrc:4294967295 cname:x\r\n"
                                                  "a=ssrc-group:SIM 1 4294967295\r\n"
                                                  "a=msid:{stream} {track}\r\n" AUDIO
                                                  "a=msid:- only\r\na=msid:late t\r\n");
  const AloqaSdpMedia *video = get (sdp, 0);
  const AloqaSdpSource *first = &g_array_index (video->sources, AloqaSdpSource, 0);
  const AloqaSdpSource *second = &g_array_index (video->sources, AloqaSdpSource, 1);

  g_assert_cmpuint (video->sources->len, ==, 2);
  g_assert_cmpuint (first->ssrc, ==, 1);
  g_assert_cmpuint (first->rtx_ssrc, ==, 2);
  g_assert_cmpuint (second->ssrc, ==, G_MAXUINT32);
  g_assert_cmpuint (second->rtx_ssrc, ==, 0);
  g_assert_cmpstr (video->stream_id, ==, "{stream}");
  g_assert_cmpstr (video->track_id, ==, "{track}");
  g_assert_cmpstr (get (sdp, 1)->track_id, ==, "only");
}

static void
test_bad_candidates_are_left_out (void)
{
  g_autoptr (AloqaSdp) sdp = parse (SESSION AUDIO "a=candidate:1 1 udp 5 192.0.2.2 9 typ host\r\n"
                                                  "a=candidate:1 1 udp 5 example.com 9 typ host\r\n"
                                                  "a=candidate:what\r\n"
                                                  "a=candidate:2 2 tcp 5 fd00::2 9 typ relay\r\n"
                                                  "a=end-of-candidates\r\n");
  const AloqaSdpMedia *audio = get (sdp, 0);

  g_assert_cmpuint (audio->candidates->len, ==, 2);
  g_assert_cmpint (((AloqaCandidate *) g_ptr_array_index (audio->candidates, 1))->kind, ==,
                   ALOQA_CANDIDATE_RELAY);
  g_assert_true (audio->is_end_of_candidates);
}

static const struct {
  const char *text;
  int code;
  const char *begin; /* of the message */
} faults[] = {
#define BAD ALOQA_PROTOCOL_ERROR_BAD_SDP
  { "", BAD, "line 1: " },
  { "hello", BAD, "line 1: " },
  { "\r\n\r\nhello", BAD, "line 3: " },
  { "v=1\r\n", BAD, "line 1: " },
  { "v=0", BAD, "line 1: " },
  { "v=0\r\ns=-\r\n", BAD, "line 2: " },
  { "v=0\r\no=-\r\nt=0 0\r\n", BAD, "line 3: " },
  { "v=0\r\no=-\r\nm=audio 9 RTP/AVP 0\r\n", BAD, "line 3: " },
  { SESSION, BAD, "line 5: " },
  { SESSION AUDIO "hello\r\n", BAD, "line 6: " },
  { SESSION AUDIO "A=b\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=x\ra=y\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=x\x01\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=x\x7f\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=\xff\r\n", BAD, "The session description is not valid UTF-8" },
  { SESSION "m=\r\n", BAD, "line 5: " },
  { SESSION "m=audio\r\n", BAD, "line 5: " },
  { SESSION "m=audio 9 RTP/AVP\r\n", BAD, "line 5: " },
  { SESSION "m=audio 65536 RTP/AVP 0\r\n", BAD, "line 5: " },
  { SESSION "m=audio -1 RTP/AVP 0\r\n", BAD, "line 5: " },
  { SESSION "m=audio x RTP/AVP 0\r\n", BAD, "line 5: " },
  { SESSION "m=audio 9 RTP/AVP 128\r\n", BAD, "line 5: " },
  { SESSION "m=audio 9 RTP/AVP x\r\n", BAD, "line 5: " },
  { SESSION "m=audio 9 RTP/AVP 0 \r\n", BAD, "line 5: " },
  { SESSION AUDIO "a=mid:\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=mid:a b\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=mid:0\r\n" VIDEO "a=mid:0\r\n", BAD, "line 8: " },
  { SESSION AUDIO "a=sendrecv\r\na=inactive\r\n", BAD, "line 7: " },
  { SESSION AUDIO "a=rtpmap:111 opus\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=rtpmap:111 opus/0\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=rtpmap:111 opus/99999999999\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=rtpmap:111 opus/48000/0\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=rtpmap:111 /48000\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=rtcp-fb:111\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=extmap:0 urn:x\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=extmap:256 urn:x\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=extmap:1/up urn:x\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=extmap:1\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=extmap:1 urn:x\r\na=extmap:1 urn:y\r\n", BAD, "line 7: " },
  { SESSION AUDIO "a=fingerprint:sha-256 " SHA1 "\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=fingerprint:sha-1 " SHA1 ":\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=fingerprint:sha-1 XY:7E:18:F1:07:EE:3B:2B:35:29:7B:06:C8:27:96:C4:9E:AF:8B:"
                  "17\r\n",
    BAD, "line 6: " },
  { SESSION AUDIO "a=fingerprint:sha-1 197E18F107EE3B2B35297B06C82796C49EAF8B17\r\n", BAD,
    "line 6: " },
  { SESSION AUDIO "a=ice-ufrag:\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=ice-ufrag:a b\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=ice-pwd:\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=setup:both\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=ssrc:x cname:y\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=ssrc:4294967296 cname:y\r\n", BAD, "line 6: " },
  { SESSION AUDIO "a=ssrc-group:FID 1\r\n", BAD, "line 6: " },
#undef BAD
};

static void
check_fault (const char *text, int code, const char *begin)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSdp) sdp = aloqa_sdp_parse (text, &error);
  g_autofree char *normalized = aloqa_sdp_normalize (text, NULL);

  g_assert_null (sdp);
  g_assert_null (normalized);
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, begin));
}

static void
test_each_fault_names_its_line (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_test_message ("case %u", i);
    check_fault (faults[i].text, faults[i].code, faults[i].begin);
  }
}

/* @start, and @n times @format with the count, from 1, in place of "#". */
static char *
repeat (const char *start, const char *format, guint n)
{
  g_autoptr (GString) text = g_string_new (start);

  for (guint i = 0; i < n; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i + 1);
    g_auto (GStrv) parts = g_strsplit (format, "#", -1);
    g_autofree char *line = g_strjoinv (number, parts);

    g_string_append (text, line);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check_limit (const char *start, const char *format, guint limit)
{
  g_autofree char *most = repeat (start, format, limit);
  g_autofree char *too_many = repeat (start, format, limit + 1);
  g_autoptr (AloqaSdp) sdp = NULL;

  g_test_message ("%s", format);
  sdp = parse (most);
  g_assert_nonnull (sdp);
  check_fault (too_many, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "line ");
}

static void
test_counts_end_at_their_limits (void)
{
  check_limit (SESSION, "m=audio 9 RTP/AVP 0\r\n", ALOQA_MAX_SDP_MEDIA);
  check_limit (SESSION AUDIO, "a=x#\r\n", ALOQA_MAX_SDP_LINES - 5);
  check_limit (SESSION AUDIO, "a=rtcp-fb:0 x#\r\n", ALOQA_MAX_SDP_FEEDBACK);
  check_limit (SESSION AUDIO, "a=extmap:# urn:x\r\n", ALOQA_MAX_SDP_EXTENSIONS);
  check_limit (SESSION AUDIO, "a=candidate:#\r\n", ALOQA_MAX_SDP_CANDIDATES);
  check_limit (SESSION AUDIO, "a=ssrc:# cname:x\r\n", ALOQA_MAX_SDP_SSRCS);
}

static void
check_length_limit (const char *start, guint limit)
{
  g_autofree char *longest = g_strnfill (limit, 'x');
  g_autofree char *fits = g_strconcat (start, longest, "\r\n", NULL);
  g_autofree char *too_long = g_strconcat (start, longest, "x\r\n", NULL);
  g_autoptr (AloqaSdp) sdp = parse (fits);

  g_test_message ("%s", start);
  g_assert_nonnull (sdp);
  check_fault (too_long, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "line 6: ");
}

static void
test_lengths_end_at_their_limits (void)
{
  g_autofree char *line = g_strnfill (ALOQA_MAX_SDP_LINE_BYTES - 10, 'x');
  g_autofree char *format = g_strconcat ("a=", line, "\r\n", NULL);
  g_autofree char *too_large = repeat (SESSION AUDIO, format, ALOQA_MAX_SDP_BYTES / 4000);

  check_length_limit (SESSION AUDIO "a=mid:", ALOQA_MAX_MID_CHARS);
  check_length_limit (SESSION AUDIO "a=ice-ufrag:", ALOQA_MAX_ICE_UFRAG_CHARS);
  check_length_limit (SESSION AUDIO "a=ice-pwd:", ALOQA_MAX_ICE_PWD_CHARS);
  check_length_limit (SESSION AUDIO "a=", ALOQA_MAX_SDP_LINE_BYTES - 2);
  check_fault (too_large, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "The session description is over");
}

static void
test_all_payload_types_fit (void)
{
  g_autofree char *text = repeat (SESSION "m=video 9 RTP/AVP 0", " #", 127);
  g_autofree char *twice = g_strconcat (text, " 5 5", NULL);
  g_autoptr (AloqaSdp) sdp = parse (twice);

  g_assert_cmpuint (get (sdp, 0)->codecs->len, ==, ALOQA_MAX_SDP_CODECS);
}

static void
test_normalizing_changes_line_ends_only (void)
{
  g_autofree char *normalized =
      aloqa_sdp_normalize ("\nv=0\no=-\r\ns= \n\n\nm=audio 9 RTP/AVP 0\na=x y ", NULL);
  g_autofree char *again = aloqa_sdp_normalize (normalized, NULL);

  g_assert_cmpstr (normalized, ==, "v=0\r\no=-\r\ns= \r\nm=audio 9 RTP/AVP 0\r\na=x y \r\n");
  g_assert_cmpstr (again, ==, normalized);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/sdp/what-is-not-said-has-its-default", test_what_is_not_said_has_its_default);
  g_test_add_func ("/sdp/attributes-may-come-in-any-order", test_attributes_may_come_in_any_order);
  g_test_add_func ("/sdp/the-session-speaks-for-its-media", test_the_session_speaks_for_its_media);
  g_test_add_func ("/sdp/a-bundle-shares-one-transport", test_a_bundle_shares_one_transport);
  g_test_add_func ("/sdp/the-best-fingerprint-counts", test_the_best_fingerprint_counts);
  g_test_add_func ("/sdp/streams-and-sources-are-told", test_streams_and_sources_are_told);
  g_test_add_func ("/sdp/bad-candidates-are-left-out", test_bad_candidates_are_left_out);
  g_test_add_func ("/sdp/each-fault-names-its-line", test_each_fault_names_its_line);
  g_test_add_func ("/sdp/counts-end-at-their-limits", test_counts_end_at_their_limits);
  g_test_add_func ("/sdp/lengths-end-at-their-limits", test_lengths_end_at_their_limits);
  g_test_add_func ("/sdp/all-payload-types-fit", test_all_payload_types_fit);
  g_test_add_func ("/sdp/normalizing-changes-line-ends-only",
                   test_normalizing_changes_line_ends_only);

  return g_test_run ();
}
