/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"

typedef struct {
  char *field;
  char *reason; /* the message without the field */
} AloqaProtocolErrorPrivate;

static void
aloqa_protocol_error_private_init (AloqaProtocolErrorPrivate *private)
{
}

static void
aloqa_protocol_error_private_copy (const AloqaProtocolErrorPrivate *from,
                                   AloqaProtocolErrorPrivate *to)
{
  to->field = g_strdup (from->field);
  to->reason = g_strdup (from->reason);
}

static void
aloqa_protocol_error_private_clear (AloqaProtocolErrorPrivate *private)
{
  g_free (private->field);
  g_free (private->reason);
}

G_DEFINE_EXTENDED_ERROR (AloqaProtocolError, aloqa_protocol_error)

/**
 * aloqa_protocol_error_get_field:
 * @error: an error of any domain
 *
 * Returns: (nullable): the JSON field at fault, such as "candidate.sdpMid"; owned by @error
 */
const char *
aloqa_protocol_error_get_field (const GError *error)
{
  return error->domain == ALOQA_PROTOCOL_ERROR ? aloqa_protocol_error_get_private (error)->field
                                               : NULL;
}

/**
 * aloqa_protocol_error_set:
 * @error: (out) (optional): where to put it, as for g_set_error()
 * @field: (nullable): the field at fault; the message begins with it
 * @format: what was expected, as it reads after "field: "
 */
void
aloqa_protocol_error_set (GError **error, AloqaProtocolError code, const char *field,
                          const char *format, ...)
{
  va_list arguments;
  AloqaProtocolErrorPrivate *private;
  g_autofree char *reason = NULL;

  if (error == NULL)
    return;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ALOQA_PROTOCOL_ERROR, code, "%s%s%s", field != NULL ? field : "",
               field != NULL ? ": " : "", reason);
  private = aloqa_protocol_error_get_private (*error);
  private->field = g_strdup (field);
  private->reason = g_steal_pointer (&reason);
}

/**
 * aloqa_protocol_error_nest:
 * @error: (inout) (optional): an error about something that is a field of a larger thing
 * @outer_field: the name of that field
 *
 * Makes "sdpMid" of "candidate" read "candidate.sdpMid". Errors of other domains stay as they are.
 */
void
aloqa_protocol_error_nest (GError **error, const char *outer_field)
{
  g_autoptr (GError) inner = NULL;
  g_autofree char *field = NULL;
  const AloqaProtocolErrorPrivate *private;

  if (error == NULL || *error == NULL || (*error)->domain != ALOQA_PROTOCOL_ERROR)
    return;

  inner = g_steal_pointer (error);
  private = aloqa_protocol_error_get_private (inner);
  field = private->field != NULL ? g_strconcat (outer_field, ".", private->field, NULL)
                                 : g_strdup (outer_field);
  aloqa_protocol_error_set (error, inner->code, field, "%s",
                            private->reason != NULL ? private->reason : inner->message);
}
