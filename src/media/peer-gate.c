/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-gate.h"

#include <string.h>

#include "media/fingerprint.h"

/* GstDtlsConnectionState, which has no public header. */
#define DTLS_FAILED 2
#define DTLS_CONNECTED 4

struct _AloqaPeerGate {
  AloqaPeerGateFunc func;
  gpointer user_data;
  int state;      /* atomic: read for every packet */
  gsize bytes_in; /* atomic */

  GMutex lock; /* guards what follows, and changes of state */
  char *expected_hash;
  char *expected_value;
  gboolean is_verified;
};

/* SHUT leads to the others; OPEN only to BROKEN; BROKEN is the end. */
static void
transition_to_state (AloqaPeerGate *self, AloqaPeerGateState state)
{
  AloqaPeerGateState old;
  gboolean is_change;

  g_mutex_lock (&self->lock);
  old = (AloqaPeerGateState) g_atomic_int_get (&self->state);
  is_change = old != state && old != ALOQA_PEER_GATE_BROKEN &&
              (old == ALOQA_PEER_GATE_SHUT || state == ALOQA_PEER_GATE_BROKEN);
  if (is_change)
    g_atomic_int_set (&self->state, (int) state);
  g_mutex_unlock (&self->lock);

  if (is_change) {
    g_debug ("gate %p: state %d → %d", (void *) self, (int) old, (int) state);
    self->func (state, self->user_data);
  }
}

/* Comes while the handshake is under way, before there are keys; a second one, of a renegotiation,
 * is held to the same. */
static void
certificate_cb (GObject *decoder, GParamSpec *pspec, gpointer user_data)
{
  AloqaPeerGate *self = user_data;
  g_autofree char *pem = NULL;
  gboolean is_right;

  g_object_get (decoder, "peer-pem", &pem, NULL);
  g_mutex_lock (&self->lock);
  is_right = aloqa_fingerprint_matches (pem, self->expected_hash, self->expected_value);
  self->is_verified = is_right;
  g_mutex_unlock (&self->lock);

  if (!is_right)
    transition_to_state (self, ALOQA_PEER_GATE_BROKEN);
}

static void
connection_state_cb (GObject *decoder, GParamSpec *pspec, gpointer user_data)
{
  AloqaPeerGate *self = user_data;
  gboolean is_verified;
  int connection_state;

  g_object_get (decoder, "connection-state", &connection_state, NULL);
  g_mutex_lock (&self->lock);
  is_verified = self->is_verified;
  g_mutex_unlock (&self->lock);

  if (connection_state == DTLS_CONNECTED)
    transition_to_state (self, is_verified ? ALOQA_PEER_GATE_OPEN : ALOQA_PEER_GATE_BROKEN);
  else if (connection_state == DTLS_FAILED)
    transition_to_state (self, ALOQA_PEER_GATE_FAILED);
}

static gsize
get_size (GstPadProbeInfo *info)
{
  if ((GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0)
    return gst_buffer_list_calculate_size (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
  return gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));
}

static GstPadProbeReturn
outgoing_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerGate *self = user_data;
  gboolean is_open = g_atomic_int_get (&self->state) == ALOQA_PEER_GATE_OPEN;

  return is_open ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
incoming_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerGate *self = user_data;

  if (g_atomic_int_get (&self->state) != ALOQA_PEER_GATE_OPEN)
    return GST_PAD_PROBE_DROP;

  g_atomic_pointer_add (&self->bytes_in, get_size (info));
  return GST_PAD_PROBE_OK;
}

static void
add_probe (AloqaPeerGate *self, GstElement *element, const char *pad_name,
           GstPadProbeCallback callback)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  g_return_if_fail (pad != NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, callback,
                     self, NULL);
}

/**
 * aloqa_peer_gate_new:
 * @func: what to do on a change of state
 */
AloqaPeerGate *
aloqa_peer_gate_new (AloqaPeerGateFunc func, gpointer user_data)
{
  AloqaPeerGate *self = g_new0 (AloqaPeerGate, 1);

  self->func = func;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  return self;
}

/**
 * aloqa_peer_gate_free:
 *
 * To be called when the pipeline stands still, since its threads use @self.
 */
void
aloqa_peer_gate_free (AloqaPeerGate *self)
{
  g_free (self->expected_hash);
  g_free (self->expected_value);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * aloqa_peer_gate_expect:
 * @hash: "sha-256" and the like, from the remote description
 * @value: "AB:CD:…", likewise
 *
 * To be called before the remote description is applied: a handshake before it is a wrong one.
 */
void
aloqa_peer_gate_expect (AloqaPeerGate *self, const char *hash, const char *value)
{
  g_mutex_lock (&self->lock);
  g_free (self->expected_hash);
  g_free (self->expected_value);
  self->expected_hash = g_strdup (hash);
  self->expected_value = g_strdup (value);
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_peer_gate_guard:
 * @element: any element that webrtcbin has just added; those at the ends of the transport are
 *   watched from here on, the others let be
 */
void
aloqa_peer_gate_guard (AloqaPeerGate *self, GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";

  if (strcmp (name, "dtlssrtpdec") == 0) {
    g_signal_connect (element, "notify::peer-pem", G_CALLBACK (certificate_cb), self);
    g_signal_connect (element, "notify::connection-state", G_CALLBACK (connection_state_cb), self);
    add_probe (self, element, "rtp_src", incoming_cb);
    add_probe (self, element, "rtcp_src", incoming_cb);
  } else if (strcmp (name, "dtlssrtpenc") == 0) {
    add_probe (self, element, "rtp_sink_0", outgoing_cb);
    add_probe (self, element, "rtcp_sink_0", outgoing_cb);
  }
}

/**
 * aloqa_peer_gate_get_bytes_in:
 *
 * Returns: how much RTP and RTCP the other side has sent that was really its own
 */
guint64
aloqa_peer_gate_get_bytes_in (AloqaPeerGate *self)
{
  return (gsize) g_atomic_pointer_get (&self->bytes_in);
}
