/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-resend.h"

/* A quarter of what is sent, and a burst of lost packets at once. */
#define PER_PACKET 0.25
#define MAX_ALLOWED 20

void
aloqa_resend_budget_init (AloqaResendBudget *self)
{
  *self = (AloqaResendBudget){ .n_allowed = MAX_ALLOWED };
}

void
aloqa_resend_budget_earn (AloqaResendBudget *self, guint n_packets)
{
  self->n_allowed = MIN (self->n_allowed + n_packets * PER_PACKET, MAX_ALLOWED);
}

/**
 * aloqa_resend_budget_spend:
 *
 * Returns: whether one lost packet may be sent again
 */
gboolean
aloqa_resend_budget_spend (AloqaResendBudget *self)
{
  if (self->n_allowed < 1)
    return FALSE;
  self->n_allowed -= 1;
  return TRUE;
}

typedef struct {
  GMutex lock; /* packets and requests come on threads of their own */
  AloqaResendBudget budget;
} Limit;

static void
limit_free (gpointer data)
{
  Limit *limit = data;

  g_mutex_clear (&limit->lock);
  g_free (limit);
}

static GstPadProbeReturn
packet_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Limit *limit = user_data;
  gboolean is_list = (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
  guint n_packets = is_list ? gst_buffer_list_length (GST_PAD_PROBE_INFO_BUFFER_LIST (info)) : 1;

  g_mutex_lock (&limit->lock);
  aloqa_resend_budget_earn (&limit->budget, n_packets);
  g_mutex_unlock (&limit->lock);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
request_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Limit *limit = user_data;
  const GstStructure *structure = gst_event_get_structure (GST_PAD_PROBE_INFO_EVENT (info));
  gboolean is_allowed;

  if (structure == NULL || !gst_structure_has_name (structure, "GstRTPRetransmissionRequest"))
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&limit->lock);
  is_allowed = aloqa_resend_budget_spend (&limit->budget);
  g_mutex_unlock (&limit->lock);
  return is_allowed ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/**
 * aloqa_peer_resend_limit:
 * @rtx_sender: an rtprtxsend that has just been made
 *
 * Any thread. What this needs lives as long as @rtx_sender's pads.
 */
void
aloqa_peer_resend_limit (GstElement *rtx_sender)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (rtx_sender, "sink");
  g_autoptr (GstPad) source = gst_element_get_static_pad (rtx_sender, "src");
  Limit *limit = g_new0 (Limit, 1);

  g_mutex_init (&limit->lock);
  aloqa_resend_budget_init (&limit->budget);
  g_object_set_data_full (G_OBJECT (rtx_sender), "aloqa-limit", limit, limit_free);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packet_cb,
                     limit, NULL);
  gst_pad_add_probe (source, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, request_cb, limit, NULL);
}
