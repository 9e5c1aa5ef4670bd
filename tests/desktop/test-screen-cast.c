/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a portal is asked for when a person wants to share something. */
#include "desktop/screen-cast.h"

#include "support/support.h"
#include "support/test-bus.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#define PATH "/org/freedesktop/portal/desktop"
#define SESSION PATH "/session/one/two"
#define NODE_ID 42

static const char introspection[] =
    "<node><interface name='org.freedesktop.DBus.Properties'><method name='GetAll'>"
    "<arg type='s' direction='in'/><arg type='a{sv}' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.portal.ScreenCast'>"
    "<method name='CreateSession'><arg type='a{sv}' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='SelectSources'><arg type='o' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='o' direction='out'/></method>"
    "<method name='Start'><arg type='o' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "<method name='OpenPipeWireRemote'><arg type='o' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='h' direction='out'/></method>"
    "</interface></node>";

/* A portal of the test's own, on a bus of the test's own, whose person says yes. */
typedef struct {
  GTestDBus *test_bus;
  GDBusConnection *bus;
  GDBusConnection *portal_bus;
  GVariant *properties;
  GVariant *selected; /* what SelectSources was told last, or NULL */
  guint n_selects, n_starts;

  AloqaScreenCast *cast;
  GError *error;
  gboolean is_over;
} Fixture;

static GVariant *
make_results (const char *method)
{
  g_auto (GVariantDict) results = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder streams = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ua{sv})"));

  if (g_str_equal (method, "CreateSession"))
    g_variant_dict_insert (&results, "session_handle", "s", SESSION);
  if (g_str_equal (method, "Start")) {
    g_variant_builder_add (&streams, "(ua{sv})", NODE_ID, NULL);
    g_variant_dict_insert_value (&results, "streams", g_variant_builder_end (&streams));
  } else {
    g_variant_builder_clear (&streams);
  }
  return g_variant_dict_end (&results);
}

static void
answer (Fixture *self, GDBusMethodInvocation *invocation, const char *method, GVariant *options)
{
  g_auto (GStrv) parts = g_strsplit (g_dbus_method_invocation_get_sender (invocation) + 1, ".", -1);
  g_autofree char *sender = g_strjoinv ("_", parts);
  g_autofree char *path = NULL;
  const char *token;

  g_assert_true (g_variant_lookup (options, "handle_token", "&s", &token));
  path = g_strconcat (PATH "/request/", sender, "/", token, NULL);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
  g_dbus_connection_emit_signal (self->portal_bus, NULL, path, "org.freedesktop.portal.Request",
                                 "Response", g_variant_new ("(u@a{sv})", 0, make_results (method)),
                                 NULL);
}

static void
open_remote (GDBusMethodInvocation *invocation)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  g_unix_fd_list_append (list, fd, NULL);
  close (fd);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           list);
}

static void
call_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
         const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (GVariant) options = NULL;

  if (g_str_equal (method, "GetAll")) {
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(@a{sv})", self->properties));
    return;
  }
  if (g_str_equal (method, "OpenPipeWireRemote")) {
    open_remote (invocation);
    return;
  }

  options = g_variant_get_child_value (parameters, g_variant_n_children (parameters) - 1);
  if (g_str_equal (method, "SelectSources")) {
    self->n_selects++;
    self->selected = g_variant_ref (options);
  }
  self->n_starts += g_str_equal (method, "Start");
  answer (self, invocation, method, options);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static const GDBusInterfaceVTable table = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (introspection, NULL);

  self->test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->test_bus);
  self->bus = aloqa_test_bus_connect (self->test_bus);
  self->portal_bus = aloqa_test_bus_connect (self->test_bus);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (g_dbus_connection_register_object (
                          self->portal_bus, PATH, info->interfaces[i], &table, self, NULL, NULL),
                      !=, 0);
  aloqa_test_bus_own_name (self->portal_bus, "org.freedesktop.portal.Desktop");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->cast);
  g_clear_error (&self->error);
  g_clear_pointer (&self->selected, g_variant_unref);
  g_clear_pointer (&self->properties, g_variant_unref);
  aloqa_test_bus_disconnect (&self->bus);
  aloqa_test_bus_disconnect (&self->portal_bus);
  aloqa_test_drain ();
  g_test_dbus_down (self->test_bus);
  g_object_unref (self->test_bus);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->cast = aloqa_screen_cast_open_finish (result, &self->error);
  self->is_over = TRUE;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

/* @cursors: what the desktop offers; -1: it is too old to say */
static void
share (Fixture *self, guint32 sources, int cursors)
{
  g_auto (GVariantDict) properties = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&properties, "AvailableSourceTypes", "u", sources);
  if (cursors >= 0)
    g_variant_dict_insert (&properties, "AvailableCursorModes", "u", (guint32) cursors);
  self->properties = g_variant_ref_sink (g_variant_dict_end (&properties));
  aloqa_screen_cast_open_async (self->bus, "", NULL, opened_cb, self);
  aloqa_test_wait_until (is_over, self);
}

/* Whatever there is, in one dialog, which comes once. */
static void
test_person_chooses_in_one_dialog (Fixture *self, gconstpointer data)
{
  guint32 types;
  gboolean is_multiple;
  int fd;

  share (self, 7, 7);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->n_selects, ==, 1);
  g_assert_cmpuint (self->n_starts, ==, 1);
  g_assert_true (g_variant_lookup (self->selected, "types", "u", &types));
  g_assert_cmpuint (types, ==, 1 | 2); /* screens and windows; no new and empty screen */
  g_assert_true (g_variant_lookup (self->selected, "multiple", "b", &is_multiple));
  g_assert_false (is_multiple);

  g_assert_cmpuint (aloqa_screen_cast_get_node_id (self->cast), ==, NODE_ID);
  fd = aloqa_screen_cast_steal_fd (self->cast);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

/* The pointer is in the picture: the desktop draws it, or tells of it so that we do. It is hidden only
 * where there is no other choice, and what is not offered ends the share. */
static void
test_pointer_is_in_the_picture (Fixture *self, gconstpointer data)
{
  static const struct {
    int offered;
    guint32 asked; /* 0: nothing */
  } rows[] = {
    { 1 | 2 | 4, 2 }, { 1 | 2, 2 }, { 2, 2 }, { 2 | 4, 2 }, { 1 | 4, 4 },
    { 1, 1 },         { 4, 4 },     { 0, 0 }, { -1, 0 },    { 8 | 1, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint32 asked = 0;

    if (i > 0) {
      tear_down (self, data);
      *self = (Fixture){ 0 };
      set_up (self, data);
    }
    share (self, 3, rows[i].offered);
    g_assert_no_error (self->error);
    g_variant_lookup (self->selected, "cursor_mode", "u", &asked);
    g_assert_cmpuint (asked, ==, rows[i].asked);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add ("/desktop/screen-cast/person-chooses-in-one-dialog", Fixture, NULL, set_up,
              test_person_chooses_in_one_dialog, tear_down);
  g_test_add ("/desktop/screen-cast/pointer-is-in-the-picture", Fixture, NULL, set_up,
              test_pointer_is_in_the_picture, tear_down);
  return g_test_run ();
}
