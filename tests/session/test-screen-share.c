/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "session/screen-share.h"

#include "support/media-run.h"
#include "support/support.h"
#include "support/test-bus.h"

#include <string.h>

#define PORTAL "org.freedesktop.portal.Desktop"

/* A share on a session bus of the test's own, whose portal is installed and cannot be started. */
typedef struct {
  GTestDBus *bus;
  char *services;
  AloqaScreenShare *share;
  gboolean was_on;
  GError *error;
} Fixture;

static void
changed_cb (Fixture *f)
{
  f->was_on |= aloqa_screen_share_get_state (f->share) == ALOQA_SHARE_ON;
}

static void
failed_cb (Fixture *f, const GError *error)
{
  f->error = g_error_copy (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  f->services = aloqa_test_bus_add_dead_service (f->bus, PORTAL);
  g_test_dbus_up (f->bus);
  g_unsetenv ("DISPLAY");
  g_unsetenv ("WAYLAND_DISPLAY");
  f->share = aloqa_screen_share_new (5);
  g_signal_connect_swapped (f->share, "changed", G_CALLBACK (changed_cb), f);
  g_signal_connect_swapped (f->share, "failed", G_CALLBACK (failed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->share);
  aloqa_test_drain ();
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
  aloqa_test_bus_remove_dead_service (f->services, PORTAL);
  g_free (f->services);
  g_clear_error (&f->error);
}

static gboolean
has_error (gpointer user_data)
{
  return ((Fixture *) user_data)->error != NULL;
}

/* There is no X server of this number: it is tried, and that is what is told. */
static void
test_x_screen_is_shared_where_the_portal_cannot_start (Fixture *f, gconstpointer data)
{
  g_setenv ("DISPLAY", ":4242", TRUE);
  aloqa_screen_share_start (f->share, "");
  aloqa_test_wait_until (has_error, f);
  g_assert_true (f->was_on);
  g_assert_null (strstr (f->error->message, "portal"));
}

static void
test_wayland_is_never_shared_without_its_portal (Fixture *f, gconstpointer data)
{
  g_setenv ("DISPLAY", ":4242", TRUE);
  g_setenv ("WAYLAND_DISPLAY", "wayland-4242", TRUE);
  aloqa_screen_share_start (f->share, "");
  aloqa_test_wait_until (has_error, f);
  g_assert_false (f->was_on);
  g_assert_error (f->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED);
  g_assert_nonnull (strstr (f->error->message, "xdg-desktop-portal does not start"));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/screen-share/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  ADD ("x-screen-is-shared-where-the-portal-cannot-start",
       test_x_screen_is_shared_where_the_portal_cannot_start);
  ADD ("wayland-is-never-shared-without-its-portal",
       test_wayland_is_never_shared_without_its_portal);
  return aloqa_test_run_media ();
}
