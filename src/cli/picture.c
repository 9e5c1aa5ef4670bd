/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/picture.h"

#include "cli/report.h"

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *path = user_data;
  g_autoptr (GError) error = NULL;
  JsonObject *fields;

  if (!aloqa_call_media_save_snapshot_finish (ALOQA_CALL_MEDIA (source), result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      aloqa_report_error ("snapshot", error);
    return;
  }

  fields = json_object_new ();
  json_object_set_string_member (fields, "file", path);
  aloqa_report_event ("snapshot", fields, "A picture was saved as %s.", path);
}

/**
 * aloqa_picture_save:
 * @path: a PNG file, replaced
 *
 * Saves the next picture of the other side, and reports it.
 */
void
aloqa_picture_save (AloqaCallMedia *media, const char *path)
{
  aloqa_call_media_save_snapshot_async (media, path, saved_cb, g_strdup (path));
}
