/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <nice/agent.h>

/* RFC 8445, 14.2: Ta may be 5 ms where the checks are fewer bytes than the media that follows.
 * libnice waits three to four of its ticks (20 ms by default) before it has chosen a pair. */
#define STUN_PACING_MS 5
/* After libnice's 3 a request is given up within 2 s: too soon for a TURN server behind a TCP and a
 * TLS handshake on a slow network. RFC 8489, 6.2.1 sends 7; 5 are 8 s, less than we wait for a path. */
#define STUN_MAX_SENDS 5

static void
set_if_there (GObject *object, const char *property, const char *value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (object), property) != NULL)
    gst_util_set_object_arg (object, property, value);
}

/* webrtcbin asks libnice for regular nomination, which where no two own addresses meet waits until
 * every other pair has failed, 8 s later: from accept to picture was 9.6 s between any two homes
 * behind routers. Aggressive nomination (RFC 5245, 8.1.1.2; what browsers do) sends on the first pair
 * that works and moves on to a better one. The property is for construction only, and webrtcbin
 * constructs: the class is asked itself, before the agent has a stream. */
static void
nominate_at_once (GObject *agent)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (agent);
  GParamSpec *pspec = g_object_class_find_property (class, "nomination-mode");
  g_auto (GValue) value = G_VALUE_INIT;

  if (pspec == NULL)
    return;
  g_value_init (&value, pspec->value_type);
  if (gst_value_deserialize (&value, "aggressive"))
    class->set_property (agent, pspec->param_id, &value, pspec);
}

/* libnice (0.1.21) collects its signals under its lock and emits them outside of it, on each thread
 * that lets go of it: of two states the older one may be told last. webrtcbin believes that, and
 * after "ready" and a late "connecting" holds back whatever arrives: on a busy machine one call in
 * twenty never connected. This comes after webrtcbin's own handler, on any thread. */
static void
component_state_cb (NiceAgent *agent, guint stream_id, guint component_id, guint told,
                    gpointer user_data)
{
  guint state = nice_agent_get_component_state (agent, stream_id, component_id);

  if (state != told)
    g_signal_emit_by_name (agent, "component-state-changed", stream_id, component_id, state);
}

static gboolean
has_network (void)
{
  struct ifaddrs *interfaces = NULL;
  gboolean result = FALSE;

  if (getifaddrs (&interfaces) != 0)
    return TRUE;
  for (struct ifaddrs *i = interfaces; i != NULL && !result; i = i->ifa_next) {
    int family = i->ifa_addr != NULL ? i->ifa_addr->sa_family : AF_UNSPEC;

    result = (i->ifa_flags & IFF_UP) != 0 && (i->ifa_flags & IFF_LOOPBACK) == 0 &&
             (family == AF_INET || family == AF_INET6);
  }
  freeifaddrs (interfaces);
  return result;
}

/* libnice would speak to it in clear text: it gets the near end of a tunnel. */
static char *
open_tunnel (AloqaPeerEngine *self, const AloqaIceServer *server, GTlsDatabase *database)
{
  g_autoptr (GError) error = NULL;
  AloqaTurnTls *tunnel = aloqa_turn_tls_new (server, database, &error);

  if (tunnel == NULL) {
    g_warning ("No tunnel to the TURN server: %s", error->message);
    return NULL;
  }
  g_ptr_array_add (self->tunnels, tunnel);
  return aloqa_ice_server_to_uri (server, "127.0.0.1", aloqa_turn_tls_get_port (tunnel));
}

static void
add_server (AloqaPeerEngine *self, const AloqaIceServer *server, GTlsDatabase *database)
{
  g_autofree char *uri = server->kind == ALOQA_ICE_SERVER_TURN_TLS
                             ? open_tunnel (self, server, database)
                             : aloqa_ice_server_to_uri (server, NULL, 0);
  gboolean is_added;

  if (uri == NULL)
    return;
  if (server->kind == ALOQA_ICE_SERVER_STUN)
    g_object_set (self->webrtc, "stun-server", uri, NULL);
  else
    g_signal_emit_by_name (self->webrtc, "add-turn-server", uri, &is_added);
}

/* Called with every own candidate, on webrtcbin's thread. */
static void
candidate_cb (GstElement *webrtc, guint m_line_index, const char *line, gpointer user_data)
{
  AloqaPeerEvent *event = aloqa_peer_event_new (ALOQA_PEER_EVENT_CANDIDATE);

  event->text = g_strdup (line);
  aloqa_peer_engine_tell (user_data, event);
}

static void
gathering_state_cb (GstElement *webrtc, GParamSpec *pspec, gpointer user_data)
{
  GstWebRTCICEGatheringState state;

  g_object_get (webrtc, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    aloqa_peer_engine_tell_type (user_data, ALOQA_PEER_EVENT_GATHERED);
}

static void
connection_state_cb (GstElement *webrtc, GParamSpec *pspec, gpointer user_data)
{
  GstWebRTCICEConnectionState state;

  g_object_get (webrtc, "ice-connection-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING)
    aloqa_peer_engine_tell_type (user_data, ALOQA_PEER_EVENT_CHECKING);
  else if (state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    aloqa_peer_engine_tell_type (user_data, ALOQA_PEER_EVENT_NO_PATH);
}

/**
 * aloqa_peer_engine_set_up_ice:
 *
 * To be called before any track is added.
 */
void
aloqa_peer_engine_set_up_ice (AloqaPeerEngine *self, const AloqaPeerConfig *config)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean is_added;

  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  /* No request to the router to open ports: it takes time, and it is not ours to ask. */
  set_if_there (agent, "upnp", "false");
  /* Over TCP between the two sides nothing is won: where UDP is shut in, TURN is what helps. */
  set_if_there (agent, "ice-tcp", "false");
  set_if_there (agent, "stun-pacing-timer", G_STRINGIFY (STUN_PACING_MS));
  set_if_there (agent, "stun-max-retransmissions", G_STRINGIFY (STUN_MAX_SENDS));
  nominate_at_once (agent);
  g_signal_connect_after (agent, "component-state-changed", G_CALLBACK (component_state_cb), NULL);

  /* Two programs on a machine without any network can still call each other. */
  if (!has_network ())
    g_signal_emit_by_name (ice, "add-local-ip-address", "127.0.0.1", &is_added);
  if (config->is_relay_only)
    g_object_set (self->webrtc, "ice-transport-policy", GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY,
                  NULL);
  for (guint i = 0; config->ice_servers != NULL && i < config->ice_servers->len; i++)
    add_server (self, g_ptr_array_index (config->ice_servers, i), config->tls_database);

  g_signal_connect (self->webrtc, "on-ice-candidate", G_CALLBACK (candidate_cb), self);
  g_signal_connect (self->webrtc, "notify::ice-gathering-state", G_CALLBACK (gathering_state_cb),
                    self);
  g_signal_connect (self->webrtc, "notify::ice-connection-state", G_CALLBACK (connection_state_cb),
                    self);
}

/**
 * aloqa_peer_engine_add_candidate:
 * @line: "candidate:…" of the other side's, valid; it may be "" for their end
 *
 * The remote description is applied.
 */
void
aloqa_peer_engine_add_candidate (AloqaPeerEngine *self, const char *line)
{
  /* All media is on the transport of the first m-line that webrtcbin knows. */
  g_signal_emit_by_name (self->webrtc, "add-ice-candidate", 0, *line != '\0' ? line : NULL);
}
