/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Connections to a bus of a test's own, for what it tests and for what it makes up. */
GDBusConnection *aloqa_test_bus_connect (GTestDBus *bus);
char *aloqa_test_bus_add_dead_service (GTestDBus *bus, const char *name);
void aloqa_test_bus_remove_dead_service (const char *folder, const char *name);
void aloqa_test_bus_disconnect (GDBusConnection **connection);
void aloqa_test_bus_own_name (GDBusConnection *connection, const char *name);
gboolean aloqa_test_bus_has_owner (GDBusConnection *connection, const char *name);
void aloqa_test_bus_settle (GDBusConnection *connection);

G_END_DECLS
