/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "base/log.h"
#include "cli/device-list.h"
#include "cli/doctor-report.h"
#include "cli/program.h"
#include "cli/report.h"
#include "media/media.h"
#include "session/camera-access.h"

static AloqaExit
run (const AloqaOptions *options)
{
  switch (options->command) {
  case ALOQA_COMMAND_DEVICES:
    return aloqa_device_list_run ();
  case ALOQA_COMMAND_DOCTOR:
    return aloqa_doctor_report_run (options);
  case ALOQA_COMMAND_CALL:
  case ALOQA_COMMAND_ANSWER:
    aloqa_media_warm_up ();
    return aloqa_program_run (options);
  case ALOQA_COMMAND_CONTACTS:
  default:
    return aloqa_program_run (options);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (AloqaOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  AloqaExit status;

  aloqa_media_limit_arenas ();
  setlocale (LC_ALL, "");
  options = aloqa_options_parse (argv, &error);
  if (options == NULL) {
    g_printerr ("aloqa-cli: %s\nTry 'aloqa-cli --help'.\n", error->message);
    return ALOQA_EXIT_USAGE;
  }

  aloqa_log_init (options->is_verbose);
  aloqa_report_init (options->is_json);
  aloqa_camera_access_init ();
  if (!aloqa_media_init (&error)) {
    aloqa_report_error ("media", error);
    return ALOQA_EXIT_MEDIA;
  }

  status = run (options);
  aloqa_media_finish ();
  return status;
}
