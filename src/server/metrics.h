/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_REJECTION_BAD_MESSAGE,
  ALOQA_REJECTION_TOO_LARGE,
  ALOQA_REJECTION_RATE_LIMITED,
  ALOQA_REJECTION_NOT_IN_CALL,
  ALOQA_REJECTION_WRONG_PASSWORD,
  ALOQA_REJECTION_SIGN_IN_DELAYED,
  ALOQA_REJECTION_BAD_TOKEN,
  ALOQA_REJECTION_CONNECTION, /* one too many */
  ALOQA_REJECTION_REQUEST,    /* of HTTP, too large or of an unknown length */
  ALOQA_REJECTION_REQUESTS,   /* of HTTP, too many */
  ALOQA_REJECTION_SLOW_EXCHANGE,
  ALOQA_REJECTION_FLOOD,       /* went on sending more than was allowed */
  ALOQA_REJECTION_SLOW_READER, /* did not read what was sent */
  ALOQA_REJECTION_SILENT,      /* did not answer pings */
  ALOQA_N_REJECTIONS,
} AloqaRejection;

#define ALOQA_N_LATENCIES 8

/* What has been counted since the start. Plain: all zero at the start. */
typedef struct {
  guint64 n_messages[ALOQA_N_MESSAGES]; /* received and understood */
  guint64 n_relayed;                    /* frames sent because of what somebody else said */
  guint64 n_calls;                      /* that rang */
  guint64 n_sign_ins;
  guint64 n_rejections[ALOQA_N_REJECTIONS];
  guint64 n_latencies[ALOQA_N_LATENCIES]; /* cumulative buckets, see metrics.c */
  guint64 n_handled;
  double handled_s;
  double longest_lag_s; /* of the main loop, since it was last asked for */
} AloqaMetrics;

/* What there is at this moment. */
typedef struct {
  guint n_connections;
  guint n_websockets;
  guint n_users;
  guint n_calls;
} AloqaGauges;

void aloqa_metrics_note_rejection (AloqaMetrics *self, AloqaRejection rejection, gint64 user_id);
void aloqa_metrics_note_handled (AloqaMetrics *self, gint64 took_us);
void aloqa_metrics_note_lag (AloqaMetrics *self, gint64 lag_us);
char *aloqa_metrics_to_text (AloqaMetrics *self, const AloqaGauges *gauges);

G_END_DECLS
