/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How unevenly packets arrive: by how much each comes later than the quickest of the last seconds,
 * and what 95 of 100 stay below. In the manner of libwebrtc's NetEq: a histogram that forgets. A
 * plain struct, pure; the first packet may carry any time.
 */
#define ALOQA_JITTER_N_BINS 200
#define ALOQA_JITTER_BIN_US 2000
#define ALOQA_JITTER_N_MINIMA 8
/* More than this nothing is held back for. */
#define ALOQA_JITTER_MAX_LATENCY_MS 400

typedef struct {
  guint clock_rate_hz;
  gboolean has_packets;
  guint32 last_rtp_time;
  gint64 rtp_time; /* without wrapping around, from the first packet on */
  gint64 first_us;
  gint64 minima_us[ALOQA_JITTER_N_MINIMA]; /* the least delay in each of the last half seconds */
  gint64 minimum_index;                    /* which half second the newest is */
  double bins[ALOQA_JITTER_N_BINS];
  double weight; /* their sum */
} AloqaJitterEstimator;

void aloqa_jitter_estimator_init (AloqaJitterEstimator *self, guint clock_rate_hz);
void aloqa_jitter_estimator_add (AloqaJitterEstimator *self, gint64 arrival_us, guint32 rtp_time,
                                 gboolean counts);
double aloqa_jitter_estimator_get_ms (const AloqaJitterEstimator *self);

typedef struct {
  guint least_ms;
  guint margin_ms;   /* on top of what is measured */
  guint min_rise_ms; /* a smaller change is a trifle */
  guint min_fall_ms;
} AloqaJitterPolicy;

/*
 * What a jitter buffer's length becomes of that: up at once, down slowly, and not for a trifle,
 * since each change is heard or seen. A plain struct: set the first two, and zero the last.
 */
typedef struct {
  const AloqaJitterPolicy *policy;
  guint latency_ms; /* what the buffer has */
  gint64 changed_us;
} AloqaJitterTarget;

gboolean aloqa_jitter_target_update (AloqaJitterTarget *self, double wanted_ms, gint64 now_us);

G_END_DECLS
