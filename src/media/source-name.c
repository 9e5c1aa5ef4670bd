/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/source-name.h"

#include <string.h>

/**
 * aloqa_source_name_after:
 * @source: as a person writes it: "camera", "camera:NAME", "file:PATH"
 * @kind: "camera", "file"
 *
 * Returns: (transfer none) (nullable): what follows "@kind:", "" where @source is @kind alone, and
 *   %NULL where it is another kind
 */
const char *
aloqa_source_name_after (const char *source, const char *kind)
{
  gsize length = strlen (kind);

  if (strncmp (source, kind, length) != 0)
    return NULL;
  if (source[length] == '\0')
    return source + length;
  return source[length] == ':' ? source + length + 1 : NULL;
}
