/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * How many lost packets are sent again: a part of what is sent, and a few at once. More of them than
 * that are lost where the network is full, and sending them again keeps it full; then the other side
 * is better off with a new keyframe.
 */
typedef struct {
  double n_allowed;
} AloqaResendBudget;

void aloqa_resend_budget_init (AloqaResendBudget *self);
void aloqa_resend_budget_earn (AloqaResendBudget *self, guint n_packets);
gboolean aloqa_resend_budget_spend (AloqaResendBudget *self);

void aloqa_peer_resend_limit (GstElement *rtx_sender);

G_END_DECLS
