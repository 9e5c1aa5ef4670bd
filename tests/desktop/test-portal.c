/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/portal.h"

#include "support/support.h"
#include "support/test-bus.h"

#include <string.h>

/* A portal of the test's own, on a bus of the test's own. */
typedef struct {
  GTestDBus *test_bus;
  GDBusConnection *bus;
  GDBusConnection *portal_bus;
  GVariant *versions[2]; /* in the order of the interfaces; NULL: there is no such interface */
  const char *refusal;   /* the name of an error, or NULL */

  AloqaPortalOffer offer;
  GError *error;
  gboolean is_over;
} Fixture;

static const char *const interfaces[] = { "org.freedesktop.portal.ScreenCast",
                                          "org.freedesktop.portal.Camera" };

static const char introspection[] =
    "<node><interface name='org.freedesktop.DBus.Properties'><method name='GetAll'>"
    "<arg type='s' direction='in'/><arg type='a{sv}' direction='out'/></method></interface></node>";

static void
get_all_cb (GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *method, GVariant *parameters,
            GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *self = user_data;
  const char *wanted;
  GVariant *version = NULL;
  GVariantDict properties;

  g_variant_get (parameters, "(&s)", &wanted);
  for (gsize i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (g_str_equal (wanted, interfaces[i]))
      version = self->versions[i];

  if (self->refusal != NULL) {
    g_dbus_method_invocation_return_dbus_error (invocation, self->refusal, "Not for you");
  } else if (version == NULL) {
    g_dbus_method_invocation_return_dbus_error (
        invocation, "org.freedesktop.DBus.Error.InvalidArgs", "No such interface");
  } else {
    g_variant_dict_init (&properties, NULL);
    g_variant_dict_insert_value (&properties, "version", version);
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(@a{sv})", g_variant_dict_end (&properties)));
  }
}

/* @screen_cast, @camera: (nullable): their versions, floating */
static void
start_portal (Fixture *self, GVariant *screen_cast, GVariant *camera)
{
  static const GDBusInterfaceVTable table = { .method_call = get_all_cb };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (introspection, &error);

  g_assert_no_error (error);
  self->versions[0] = screen_cast != NULL ? g_variant_ref_sink (screen_cast) : NULL;
  self->versions[1] = camera != NULL ? g_variant_ref_sink (camera) : NULL;
  self->portal_bus = aloqa_test_bus_connect (self->test_bus);
  g_dbus_connection_register_object (self->portal_bus, "/org/freedesktop/portal/desktop",
                                     info->interfaces[0], &table, self, NULL, &error);
  g_assert_no_error (error);
  aloqa_test_bus_own_name (self->portal_bus, "org.freedesktop.portal.Desktop");
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->test_bus);
  self->bus = aloqa_test_bus_connect (self->test_bus);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_error (&self->error);
  aloqa_test_bus_disconnect (&self->bus);
  aloqa_test_bus_disconnect (&self->portal_bus);
  for (gsize i = 0; i < G_N_ELEMENTS (self->versions); i++)
    g_clear_pointer (&self->versions[i], g_variant_unref);
  g_test_dbus_down (self->test_bus);
  g_object_unref (self->test_bus);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  aloqa_portal_look_finish (result, &self->offer, &self->error);
  self->is_over = TRUE;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

static void
look (Fixture *self, GDBusConnection *bus)
{
  aloqa_portal_look_async (bus, NULL, looked_cb, self);
  aloqa_test_wait_until (is_over, self);
}

static void
assert_offer (Fixture *self, guint screen_cast_version, guint camera_version)
{
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->offer.screen_cast_version, ==, screen_cast_version);
  g_assert_cmpuint (self->offer.camera_version, ==, camera_version);
}

static void
test_both (Fixture *self, gconstpointer data)
{
  start_portal (self, g_variant_new_uint32 (4), g_variant_new_uint32 (1));
  look (self, self->bus);
  assert_offer (self, 4, 1);
}

static void
test_camera_only (Fixture *self, gconstpointer data)
{
  start_portal (self, NULL, g_variant_new_uint32 (2));
  look (self, self->bus);
  assert_offer (self, 0, 2);
}

static void
test_neither (Fixture *self, gconstpointer data)
{
  start_portal (self, NULL, NULL);
  look (self, self->bus);
  assert_offer (self, 0, 0);
}

static void
test_strange_version (Fixture *self, gconstpointer data)
{
  start_portal (self, g_variant_new_string ("4"), g_variant_new_uint32 (1));
  look (self, self->bus);
  assert_offer (self, 0, 1);
}

static void
test_refusal (Fixture *self, gconstpointer data)
{
  self->refusal = "org.freedesktop.DBus.Error.AccessDenied";
  start_portal (self, NULL, NULL);
  look (self, self->bus);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED);
  g_assert_nonnull (strstr (self->error->message, "Not for you"));
}

static void
test_no_portal (Fixture *self, gconstpointer data)
{
  look (self, self->bus);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED);
}

/* As under a bare window manager, where the session is not there that its service belongs to. */
static void
test_portal_that_cannot_start (Fixture *self, gconstpointer data)
{
  g_autoptr (GTestDBus) test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autofree char *folder =
      aloqa_test_bus_add_dead_service (test_bus, "org.freedesktop.portal.Desktop");
  GDBusConnection *bus;

  g_test_dbus_up (test_bus);
  bus = aloqa_test_bus_connect (test_bus);
  look (self, bus);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_UNREACHABLE);
  aloqa_test_bus_disconnect (&bus);
  g_test_dbus_down (test_bus);
  aloqa_test_bus_remove_dead_service (folder, "org.freedesktop.portal.Desktop");
}

static void
test_portal_whose_start_is_refused (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "org.freedesktop.systemd1.UnitMasked",
                                       "org.freedesktop.DBus.Error.NoReply",
                                       "org.freedesktop.DBus.Error.TimedOut" };

  start_portal (self, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    self->refusal = names[i];
    look (self, self->bus);
    g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_UNREACHABLE);
    g_assert_nonnull (strstr (self->error->message, "start: Not for you"));
    g_clear_error (&self->error);
    self->is_over = FALSE;
  }
}

static void
test_no_session (Fixture *self, gconstpointer data)
{
  g_autofree char *address = g_strdup (g_getenv ("DBUS_SESSION_BUS_ADDRESS"));

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/invalid/bus", TRUE);
  look (self, NULL);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_SESSION);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  start_portal (self, NULL, NULL);
  aloqa_portal_look_async (self->bus, cancellable, looked_cb, self);
  g_cancellable_cancel (cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static const struct {
  const char *path;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  { "/portal/both-are-found", test_both },
  { "/portal/one-without-the-other-is-found", test_camera_only },
  { "/portal/neither-is-no-error", test_neither },
  { "/portal/version-of-a-strange-type-does-not-count", test_strange_version },
  { "/portal/refusal-is-told", test_refusal },
  { "/portal/none-is-told", test_no_portal },
  { "/portal/one-that-cannot-start-is-told", test_portal_that_cannot_start },
  { "/portal/one-whose-start-is-refused-is-told", test_portal_whose_start_is_refused },
  { "/portal/no-session-is-told", test_no_session },
  { "/portal/can-be-cancelled", test_cancel },
};

static void
do_nothing (Fixture *self, gconstpointer data)
{
}

static void
skip (Fixture *self, gconstpointer data)
{
  g_test_skip ("dbus-daemon is not installed");
}

int
main (int argc, char **argv)
{
  g_autofree char *daemon = NULL;

  aloqa_test_init (&argc, &argv);
  daemon = g_find_program_in_path ("dbus-daemon");

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    if (daemon != NULL)
      g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    else
      g_test_add (tests[i].path, Fixture, NULL, do_nothing, skip, do_nothing);
  }

  return g_test_run ();
}
