/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/device-list.h"

#include "cli/report.h"
#include "media/devices.h"
#include "session/camera-access.h"

static const struct {
  const char *kind;
  const char *heading;
  const char *none;
} kinds[ALOQA_DEVICE_N_KINDS] = {
  [ALOQA_DEVICE_CAMERA] = { "camera", "Cameras:", "  none found" },
  [ALOQA_DEVICE_MICROPHONE] = { "microphone", "Microphones:", "  none found" },
  [ALOQA_DEVICE_SPEAKER] = { "speaker", "Speakers:", "  none found" },
};

static void
print_device (AloqaDevice *device)
{
  JsonObject *fields = json_object_new ();

  json_object_set_string_member (fields, "kind", kinds[aloqa_device_get_kind (device)].kind);
  json_object_set_string_member (fields, "id", aloqa_device_get_id (device));
  json_object_set_string_member (fields, "name", aloqa_device_get_name (device));
  json_object_set_boolean_member (fields, "default", aloqa_device_is_default (device));
  aloqa_report_event ("device", fields, "  %s%s\n    %s", aloqa_device_get_name (device),
                      aloqa_device_is_default (device) ? " (default)" : "",
                      aloqa_device_get_id (device));
}

static void
print_heading (const char *text)
{
  aloqa_report_event ("devices", NULL, "%s", text);
}

/* What is not seen is not missing; nobody is asked for a camera for the sake of a list. */
static void
print_none (AloqaDeviceKind kind)
{
  gboolean is_hidden = kind == ALOQA_DEVICE_CAMERA && aloqa_camera_access_hides_cameras ();

  print_heading (is_hidden ? "  hidden" : kinds[kind].none);
  if (is_hidden)
    g_printerr (
        "aloqa-cli: In a sandbox no camera is listed before the desktop was asked for one: a "
        "call with --video-source camera asks.\n");
}

/**
 * aloqa_device_list_run:
 *
 * Prints what is plugged in, and to standard error why there may be more.
 */
AloqaExit
aloqa_device_list_run (void)
{
  g_autoptr (AloqaDevices) devices = aloqa_devices_new ();

  while (!aloqa_devices_is_ready (devices))
    g_main_context_iteration (NULL, TRUE);

  for (AloqaDeviceKind kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++) {
    GListModel *list = aloqa_devices_get_list (devices, kind);
    guint n_devices = g_list_model_get_n_items (list);

    print_heading (kinds[kind].heading);
    for (guint i = 0; i < n_devices; i++) {
      g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);

      print_device (device);
    }
    if (n_devices == 0)
      print_none (kind);
  }

  return ALOQA_EXIT_OK;
}
