/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/desktop-session.h"

#include "support/support.h"

#include <json-glib/json-glib.h>

/* The made-up devices of a session. */

/* As hardware has them: WirePlumber 0.5 would take a speaker's monitor for the default microphone. */
#define SPEAKER_PRIORITY "priority.session=1000"
#define MICROPHONE_PRIORITY "priority.session=2000"
/* WirePlumber 0.4.13 crashes where it comes to suspend a node that was unplugged since it fell idle. */
#define NO_SUSPENSION "session.suspend-timeout-seconds=0"
/* As a loop, the sink behind a microphone is not listed. */
#define NO_PLACE_TO_LISTEN "node.link-group=loopback"

/* Returns: (transfer full): the graph; pw-dump says something else where that changes under it */
static JsonParser *
dump_graph (AloqaTestSession *self)
{
  for (guint n_tries = 0; n_tries < 50; n_tries++) {
    const char *const argv[] = { "pw-dump", NULL };
    g_autofree char *text = aloqa_test_session_ask (self, argv);
    g_autoptr (JsonParser) parser = json_parser_new ();

    if (json_parser_load_from_data (parser, text, -1, NULL) &&
        JSON_NODE_HOLDS_ARRAY (json_parser_get_root (parser)))
      return g_steal_pointer (&parser);
  }

  g_error ("pw-dump gives nothing that can be read");
}

/* Calls @func for each object of the graph of one type. */
static void
each_object (AloqaTestSession *self, const char *type,
             void (*func) (JsonObject *object, JsonObject *info, gpointer user_data),
             gpointer user_data)
{
  g_autoptr (JsonParser) parser = dump_graph (self);
  JsonArray *objects = json_node_get_array (json_parser_get_root (parser));

  for (guint i = 0; i < json_array_get_length (objects); i++) {
    JsonObject *object = json_array_get_object_element (objects, i);
    JsonNode *info = json_object_get_member (object, "info");

    if (g_str_equal (json_object_get_string_member_with_default (object, "type", ""), type) &&
        info != NULL && JSON_NODE_HOLDS_OBJECT (info))
      func (object, json_node_get_object (info), user_data);
  }
}

typedef struct {
  AloqaTestSession *session;
  const char *name;
  gint64 id;     /* -1: no such node */
  guint n_links; /* out of that node */
} Search;

static void
match_node (JsonObject *object, JsonObject *info, gpointer user_data)
{
  Search *search = user_data;
  JsonObject *props = json_object_get_object_member (info, "props");

  if (props != NULL &&
      g_str_equal (json_object_get_string_member_with_default (props, "node.name", ""),
                   search->name))
    search->id = json_object_get_int_member (object, "id");
}

static void
count_link (JsonObject *object, JsonObject *info, gpointer user_data)
{
  Search *search = user_data;

  search->n_links +=
      json_object_get_int_member_with_default (info, "output-node-id", -2) == search->id;
}

static gboolean
find_node (gpointer user_data)
{
  Search *search = user_data;

  search->id = -1;
  each_object (search->session, "PipeWire:Interface:Node", match_node, search);
  return search->id >= 0;
}

/**
 * aloqa_test_session_count_links:
 *
 * Returns: how many links lead out of the node; one that changes its state may be missed
 */
guint
aloqa_test_session_count_links (AloqaTestSession *self, const char *name)
{
  Search search = { .session = self, .name = name };

  if (find_node (&search))
    each_object (self, "PipeWire:Interface:Link", count_link, &search);
  return search.n_links;
}

static void
wait_for_node (AloqaTestSession *self, const char *name)
{
  Search search = { .session = self, .name = name };

  aloqa_test_wait_until (find_node, &search);
}

/* A node of the daemon's that is its own driver: with one of another process PipeWire 0.3.65 lets
 * whatever just runs drive it, be it a camera with its 15 rounds a second. */
static void
add_node (AloqaTestSession *self, const char *name, const char *description, const char *more)
{
  g_autofree char *props =
      g_strdup_printf ("{ factory.name=support.null-audio-sink node.name=%s "
                       "node.description=\"%s\" object.linger=true " NO_SUSPENSION " %s }",
                       name, description, more);
  g_autofree char *output = aloqa_test_session_ask (
      self, (const char *const[]){ "pw-cli", "create-node", "adapter", props, NULL });

  wait_for_node (self, name);
}

/**
 * aloqa_test_session_add_speaker:
 *
 * A sink that swallows what is played; the microphone "@name.monitor" hears it.
 */
void
aloqa_test_session_add_speaker (AloqaTestSession *self, const char *name, const char *description)
{
  add_node (self, name, description,
            "media.class=Audio/Sink audio.position=[FL FR] " SPEAKER_PRIORITY);
}

/* Takes away a speaker that was added. */
void
aloqa_test_session_remove_node (AloqaTestSession *self, const char *name)
{
  Search search = { .session = self, .name = name };
  g_autofree char *id = NULL;
  g_autofree char *output = NULL;

  aloqa_test_wait_until (find_node, &search);
  id = g_strdup_printf ("%" G_GINT64_FORMAT, search.id);
  output = aloqa_test_session_ask (self, (const char *const[]){ "pw-cli", "destroy", id, NULL });
}

typedef struct {
  AloqaTestSession *session;
  const char *sink, *source;
} Cable;

/* Its ports appear a little after a node. */
static gboolean
lay_cable (gpointer user_data)
{
  Cable *cable = user_data;
  g_autofree char *output = g_strconcat (cable->sink, ":monitor_MONO", NULL);
  g_autofree char *input = g_strconcat (cable->source, ":input_MONO", NULL);
  g_autofree char *said = aloqa_test_session_ask (
      cable->session, (const char *const[]){ "pw-link", output, input, NULL });

  return aloqa_test_session_count_links (cable->session, cable->sink) > 0;
}

/**
 * aloqa_test_session_add_microphone:
 *
 * A source that hears what is played into the sink "@name.in".
 */
void
aloqa_test_session_add_microphone (AloqaTestSession *self, const char *name,
                                   const char *description)
{
  g_autofree char *sink = g_strconcat (name, ".in", NULL);
  Cable cable = { .session = self, .sink = sink, .source = name };

  add_node (self, sink, sink, "media.class=Audio/Sink audio.position=[MONO] " NO_PLACE_TO_LISTEN);
  add_node (self, name, description,
            "media.class=Audio/Source/Virtual audio.position=[MONO] " MICROPHONE_PRIORITY);
  aloqa_test_wait_until (lay_cable, &cable);
}

/* Unplugs a microphone that was added. */
void
aloqa_test_session_remove_microphone (AloqaTestSession *self, const char *name)
{
  g_autofree char *sink = g_strconcat (name, ".in", NULL);

  aloqa_test_session_remove_node (self, name);
  aloqa_test_session_remove_node (self, sink);
}

/**
 * aloqa_test_session_add_camera:
 * @mode: the only one that it has, as "640x480@30"
 * @format: "I420", "YUY2" or "JPEG"
 * @picture: the luma of its grey picture, or the path of its JPEG
 *
 * Returns: (transfer none): its process; the camera may not be there yet, and is unplugged when that
 *   ends
 */
GSubprocess *
aloqa_test_session_add_camera (AloqaTestSession *self, const char *name, const char *description,
                               const char *mode, const char *format, const char *picture)
{
  g_auto (GStrv) numbers = g_strsplit_set (mode, "x@", 3);

  return aloqa_test_session_spawn (self, (const char *const[]){ VIRTUAL_CAMERA, name, description,
                                                                numbers[0], numbers[1], numbers[2],
                                                                format, picture, NULL });
}

/* As a desktop does where a headset with a microphone is plugged in: it becomes the default of @kind,
 * "audio" or "video". */
void
aloqa_test_session_set_default (AloqaTestSession *self, const char *kind, const char *name)
{
  g_autofree char *key = g_strdup_printf ("default.configured.%s.source", kind);
  g_autofree char *value = g_strdup_printf ("{ \"name\": \"%s\" }", name);
  g_autofree char *output = aloqa_test_session_ask (
      self, (const char *const[]){ "pw-metadata", "0", key, value, "Spa:String:JSON", NULL });
}
