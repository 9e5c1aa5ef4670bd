/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/device-run.h"

/**
 * aloqa_test_run_with_devices:
 * @session: (out): a PipeWire of the program's own, with the speaker "speaker" and the microphone
 *   "mic"; there while the tests are added and run
 *
 * The main() of a program of tests with devices. Returns: 77, with the reason said, where there can
 * be no session
 */
int
aloqa_test_run_with_devices (int argc, char **argv, AloqaTestSession **session,
                             void (*add_tests) (void))
{
  g_autofree char *reason = NULL;
  int status;

  aloqa_test_init (&argc, &argv);
  *session = aloqa_test_session_start (&reason);
  if (*session == NULL) {
    g_print ("1..0 # SKIP %s\n", reason);
    return 77;
  }

  aloqa_test_session_add_speaker (*session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (*session, "mic", "Test microphone");
  aloqa_media_init (NULL);
  add_tests ();
  status = aloqa_test_run_media ();
  aloqa_test_session_stop (*session);

  return status;
}
