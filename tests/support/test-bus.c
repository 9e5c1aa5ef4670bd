/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/test-bus.h"

#include "support/support.h"

#include <glib/gstdio.h>

static char *
get_service_path (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".service", NULL);

  return g_build_filename (folder, file, NULL);
}

/**
 * aloqa_test_bus_add_dead_service:
 * @bus: not up yet
 * @name: what is installed, and ends as soon as the bus starts it
 *
 * Returns: (transfer full): a folder for aloqa_test_bus_remove_dead_service()
 */
char *
aloqa_test_bus_add_dead_service (GTestDBus *bus, const char *name)
{
  char *folder = g_dir_make_tmp ("aloqa-services-XXXXXX", NULL);
  g_autofree char *path = get_service_path (folder, name);
  g_autofree char *text = g_strdup_printf ("[D-BUS Service]\nName=%s\nExec=/bin/false\n", name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_test_dbus_add_service_dir (bus, folder);
  return folder;
}

void
aloqa_test_bus_remove_dead_service (const char *folder, const char *name)
{
  g_autofree char *path = get_service_path (folder, name);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_remove (folder), ==, 0);
}

GDBusConnection *
aloqa_test_bus_connect (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* Where there is one, and it has not been closed. */
void
aloqa_test_bus_disconnect (GDBusConnection **connection)
{
  if (*connection != NULL && !g_dbus_connection_is_closed (*connection))
    g_dbus_connection_close_sync (*connection, NULL, NULL);
  g_clear_object (connection);
}

/* Returns: (transfer full): what the bus itself answers */
static GVariant *
ask_bus (GDBusConnection *connection, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
      arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

void
aloqa_test_bus_own_name (GDBusConnection *connection, const char *name)
{
  g_autoptr (GVariant) answer =
      ask_bus (connection, "RequestName", g_variant_new ("(su)", name, 0));
}

gboolean
aloqa_test_bus_has_owner (GDBusConnection *connection, const char *name)
{
  g_autoptr (GVariant) answer = ask_bus (connection, "NameHasOwner", g_variant_new ("(s)", name));
  gboolean has_owner;

  g_variant_get (answer, "(b)", &has_owner);
  return has_owner;
}

/* What was sent from here has arrived, and what had arrived is dealt with. */
void
aloqa_test_bus_settle (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer = ask_bus (connection, "GetId", NULL);

  aloqa_test_drain ();
}
