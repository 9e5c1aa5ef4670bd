/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-list.h"
#include "media/device-v4l2.h"
#include "media/devices.h"
#include "media/media.h"
#include "media/pulse-connection.h"
#include "media/retiring.h"

#include "support/desktop-session.h"
#include "support/media-run.h"
#include "support/support.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <pipewire/pipewire.h>
#include <pulse/glib-mainloop.h>
#include <string.h>

/* Without any daemon; with one in test-devices-pipewire.c. */

static GThread *main_thread;
static gint n_waited_for; /* atomic: contexts that went on the main thread, */
static gint n_gone;       /* and all that went */

/* Waits for a thread of PipeWire's own, which may not even have begun. */
void
pw_context_destroy (struct pw_context *context)
{
  void (*real) (struct pw_context *) = dlsym (RTLD_NEXT, "pw_context_destroy");

  if (g_thread_self () == main_thread)
    g_atomic_int_inc (&n_waited_for);
  real (context);
  g_atomic_int_inc (&n_gone);
}

static gint is_set_back; /* atomic */

/* The wall clock, as PulseAudio's main loop sees it: somebody has set it back by an hour. */
gint64
g_get_real_time (void)
{
  gint64 (*real) (void) = dlsym (RTLD_NEXT, "g_get_real_time");

  return real () - (g_atomic_int_get (&is_set_back) ? 3600 * (gint64) G_USEC_PER_SEC : 0);
}

static gboolean
is_ready (gpointer devices)
{
  return aloqa_devices_is_ready (devices);
}

static void
test_lists_are_empty_without_daemons (void)
{
  AloqaDevices *devices = aloqa_devices_new ();
  gint64 begin_us = g_get_monotonic_time ();

  g_assert_false (aloqa_devices_is_ready (devices));
  aloqa_test_wait_until (is_ready, devices);
  g_test_message ("ready after %.1f ms", (g_get_monotonic_time () - begin_us) / 1000.0);
  for (guint kind = ALOQA_DEVICE_MICROPHONE; kind < ALOQA_DEVICE_N_KINDS; kind++)
    g_assert_cmpuint (g_list_model_get_n_items (aloqa_devices_get_list (devices, kind)), ==, 0);

  aloqa_test_drain ();
  g_assert_finalize_object (devices);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
is_found (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

static void
test_search_without_daemons_says_what_to_do (void)
{
  AloqaDevices *devices = aloqa_devices_new ();

  for (guint i = 0; i < 2; i++) { /* before it is ready, and after */
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    aloqa_devices_find_async (devices, ALOQA_DEVICE_MICROPHONE, "", NULL, found_cb, &result);
    g_assert_null (result);
    aloqa_test_wait_until (is_found, &result);
    g_assert_null (aloqa_devices_find_finish (devices, result, &error));
    g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND);
    g_assert_nonnull (strstr (error->message, "microphone"));
    g_assert_nonnull (strstr (error->message, "PipeWire"));
  }
  aloqa_test_drain ();
  g_assert_finalize_object (devices);
}

static void
test_let_go_of_at_any_time (void)
{
  for (guint i = 0; i < 50; i++) {
    AloqaDevices *devices = aloqa_devices_dup_shared ();

    g_assert_true (devices == aloqa_devices_dup_shared ());
    g_object_unref (devices);
    for (guint n = 0; n < i; n++)
      g_main_context_iteration (NULL, FALSE);
    g_object_unref (devices);
  }
  /* Before PipeWire's own thread has begun. */
  for (guint i = 0; i < 200; i++)
    g_object_unref (aloqa_devices_dup_shared ());
  aloqa_test_drain ();
}

static void
test_nobody_waits_for_a_list_that_goes (void)
{
  gint n_before;

  aloqa_retiring_wait ();
  n_before = g_atomic_int_get (&n_gone);
  g_object_unref (aloqa_devices_new ());
  aloqa_retiring_wait ();
  g_assert_cmpint (g_atomic_int_get (&n_gone), ==, n_before + 1);
  g_assert_cmpint (g_atomic_int_get (&n_waited_for), ==, 0);
}

static void
ignore_server (pa_context *context, gpointer user_data)
{
}

static void
count (gpointer n)
{
  ++*(guint *) n;
}

static gboolean
is_counted (gpointer n)
{
  return *(guint *) n > 0;
}

static void
test_server_is_looked_for_again_whatever_the_clock_says (void)
{
  static const AloqaPulseConnectionFuncs funcs = { ignore_server, ignore_server, count };
  pa_glib_mainloop *mainloop = pa_glib_mainloop_new (NULL);
  guint n_again = 0;
  AloqaPulseConnection *connection =
      aloqa_pulse_connection_new (pa_glib_mainloop_get_api (mainloop), "test", &funcs, &n_again);

  g_atomic_int_set (&is_set_back, TRUE);
  aloqa_test_wait_until (is_counted, &n_again);
  g_atomic_int_set (&is_set_back, FALSE);
  aloqa_pulse_connection_free (connection);
  pa_glib_mainloop_free (mainloop);
}

static const struct {
  const char *name, *id;
} searches[] = {
  { "", "usb" },    /* the system's default */
  { "pci", "pci" }, /* by id before a part of another's name */
  { "Headset", "usb" },   { "headset pro", "pro" },
  { "BUILT", "pci" },     { "monitor", "monitor" }, /* hidden, by its id */
  { "Monitor of", NULL }, { "nothing", NULL },
};

static void
add (AloqaDeviceList *list, const char *id, const char *name, gboolean is_hidden)
{
  g_autoptr (AloqaDevice) device = aloqa_device_new (ALOQA_DEVICE_SPEAKER, id, name);

  aloqa_device_list_add (list, device, is_hidden);
}

/* The name of a camera that the kernel cut inside a letter, and what somebody hostile may send. */
static void
test_names_are_text_whatever_is_sent (void)
{
  static const struct {
    const char *said, *name;
  } rows[] = {
    { "Камера", "Камера" },
    { "USB-\xd0\x9a\xd0\xb0\xd0", "USB-Ка" },
    { "Cam\xff"
      "era",
      "Cam\xef\xbf\xbd"
      "era" },
    { "\x1b[2JCam\nera\x7f\xc2\x9b", " [2JCam era   " },
    { "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "", "" },
  };
  g_autofree char *endless = g_strnfill (100000, 'a');
  g_autoptr (AloqaDeviceList) list = aloqa_device_list_new ();
  AloqaDevice *device;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    add (list, rows[i].said, rows[i].said, FALSE);
    device = aloqa_device_list_get (list, (guint) i);
    g_assert_cmpstr (aloqa_device_get_name (device), ==, rows[i].name);
    g_assert_cmpstr (aloqa_device_get_id (device), ==, rows[i].name);
  }
  g_assert_null (aloqa_device_list_find (list, "nothing")); /* all were looked at */

  add (list, endless, endless, FALSE);
  device = aloqa_device_list_get (list, G_N_ELEMENTS (rows));
  g_assert_cmpuint (strlen (aloqa_device_get_name (device)), ==, 255);
  g_assert_cmpuint (strlen (aloqa_device_get_id (device)), ==, 1023);
}

static void
test_finds_by_id_name_and_part (void)
{
  g_autoptr (AloqaDeviceList) list = aloqa_device_list_new ();

  add (list, "pro", "Headset Pro with pci", FALSE);
  add (list, "pci", "Built-in Audio", FALSE);
  add (list, "usb", "Headset", FALSE);
  add (list, "monitor", "Monitor of Headset", TRUE);
  aloqa_device_list_set_default (list, "usb");

  g_assert_cmpuint (g_list_model_get_n_items (aloqa_device_list_get_model (list)), ==, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (searches); i++) {
    AloqaDevice *device = aloqa_device_list_find (list, searches[i].name);

    g_assert_cmpstr (device != NULL ? aloqa_device_get_id (device) : NULL, ==, searches[i].id);
  }
}

static void
test_exactly_one_is_the_default (void)
{
  g_autoptr (AloqaDeviceList) list = aloqa_device_list_new ();
  g_autoptr (AloqaDevice) removed = NULL;

  aloqa_device_list_set_default (list, "b"); /* told before the device is */
  add (list, "a", "A", FALSE);
  g_assert_true (aloqa_device_is_default (aloqa_device_list_get (list, 0)));
  add (list, "b", "B", FALSE);
  g_assert_false (aloqa_device_is_default (aloqa_device_list_get (list, 0)));
  g_assert_true (aloqa_device_is_default (aloqa_device_list_get (list, 1)));
  removed = aloqa_device_list_remove (list, "b");
  g_assert_cmpstr (aloqa_device_get_id (removed), ==, "b");
  g_assert_true (aloqa_device_is_default (aloqa_device_list_get (list, 0)));
  g_assert_null (aloqa_device_list_remove (list, "b"));
  g_assert_null (aloqa_device_list_find (list, "b"));
}

static void
write_entry (const char *folder, const char *device, const char *file, const char *text)
{
  g_autofree char *device_folder = g_build_filename (folder, device, NULL);
  g_autofree char *path = g_build_filename (device_folder, file, NULL);

  g_mkdir_with_parents (device_folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
remove_folder (const char *folder)
{
  const char *const argv[] = { "rm", "-r", "--", folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

/* The folders that the kernel shows for two webcams, one with a second node for its metadata. */
static void
test_kernel_s_cameras_are_listed_once (void)
{
  g_autofree char *folder = g_dir_make_tmp ("aloqa-XXXXXX", NULL);
  g_autoptr (GPtrArray) cameras = NULL;

  write_entry (folder, "video10", "index", "0\n");
  write_entry (folder, "video10", "name", "Second: Cam\n");
  write_entry (folder, "video2", "index", "0\n");
  write_entry (folder, "video2", "name", "First Cam\n");
  write_entry (folder, "video3", "index", "1\n");
  write_entry (folder, "video3", "name", "First Cam\n");
  write_entry (folder, "v4l-subdev0", "index", "0\n");
  write_entry (folder, "video4", "name", "no index\n");
  cameras = aloqa_device_v4l2_list (folder);

  g_assert_cmpuint (cameras->len, ==, 2);
  g_assert_cmpstr (aloqa_device_get_id (cameras->pdata[0]), ==, "/dev/video2");
  g_assert_cmpstr (aloqa_device_get_name (cameras->pdata[0]), ==, "First Cam");
  g_assert_cmpstr (aloqa_device_get_id (cameras->pdata[1]), ==, "/dev/video10");
  g_assert_cmpstr (aloqa_device_get_name (cameras->pdata[1]), ==, "Second: Cam");
  g_assert_true (aloqa_device_v4l2_is_one (cameras->pdata[0]));
  remove_folder (folder);

  g_ptr_array_unref (cameras);
  cameras = aloqa_device_v4l2_list ("/nowhere/at/all");
  g_assert_cmpuint (cameras->len, ==, 0);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_test_hide_daemons ();
  main_thread = g_thread_self ();
  aloqa_media_init (NULL);
  g_test_add_func ("/media/devices/lists-are-empty-without-daemons",
                   test_lists_are_empty_without_daemons);
  g_test_add_func ("/media/devices/search-without-daemons-says-what-to-do",
                   test_search_without_daemons_says_what_to_do);
  g_test_add_func ("/media/devices/let-go-of-at-any-time", test_let_go_of_at_any_time);
  g_test_add_func ("/media/devices/nobody-waits-for-a-list-that-goes",
                   test_nobody_waits_for_a_list_that_goes);
  g_test_add_func ("/media/devices/server-is-looked-for-again-whatever-the-clock-says",
                   test_server_is_looked_for_again_whatever_the_clock_says);
  g_test_add_func ("/media/devices/names-are-text-whatever-is-sent",
                   test_names_are_text_whatever_is_sent);
  g_test_add_func ("/media/devices/finds-by-id-name-and-part", test_finds_by_id_name_and_part);
  g_test_add_func ("/media/devices/exactly-one-is-the-default", test_exactly_one_is_the_default);
  g_test_add_func ("/media/devices/kernel-s-cameras-are-listed-once",
                   test_kernel_s_cameras_are_listed_once);
  return aloqa_test_run_media ();
}
