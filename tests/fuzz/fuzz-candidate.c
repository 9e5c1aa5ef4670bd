/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "protocol/candidate.h"
#include "protocol/error.h"

#include <string.h>

static void
check_same (const AloqaCandidate *candidate, const AloqaCandidate *again)
{
  g_assert_cmpstr (candidate->line, ==, again->line);
  g_assert_cmpstr (candidate->mid, ==, again->mid);
  g_assert_cmpstr (candidate->username_fragment, ==, again->username_fragment);
  g_assert_cmpstr (candidate->foundation, ==, again->foundation);
  g_assert_cmpuint (candidate->component, ==, again->component);
  g_assert_cmpint (candidate->transport, ==, again->transport);
  g_assert_cmpuint (candidate->priority, ==, again->priority);
  g_assert_cmpstr (candidate->address, ==, again->address);
  g_assert_cmpuint (candidate->port, ==, again->port);
  g_assert_cmpint (candidate->kind, ==, again->kind);
  g_assert_cmpint (aloqa_candidate_is_mdns (candidate), ==, aloqa_candidate_is_mdns (again));
}

/* Up to three lines: the candidate, its mid and its username fragment. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) parts = g_strsplit (text, "\n", 3);
  guint n_parts = g_strv_length (parts);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCandidate) candidate =
      aloqa_candidate_new (n_parts > 0 ? parts[0] : "", n_parts > 1 ? parts[1] : NULL, 0,
                           n_parts > 2 ? parts[2] : NULL, &error);
  g_autoptr (AloqaCandidate) again = NULL;

  if (candidate == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    g_assert_nonnull (aloqa_protocol_error_get_field (error));
    return 0;
  }
  g_assert_no_error (error);
  /* It may go into an SDP as it is. */
  g_assert_null (strpbrk (candidate->line, "\r\n"));
  g_assert_true (aloqa_candidate_is_end (candidate) || candidate->address != NULL);
  again = aloqa_candidate_new (candidate->line, candidate->mid, candidate->m_line_index,
                               candidate->username_fragment, &error);
  g_assert_no_error (error);
  check_same (candidate, again);
  return 0;
}
