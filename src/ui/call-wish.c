/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-wish.h"

/* Returns: (transfer floating) */
GVariant *
aloqa_call_wish_new (AloqaContact *contact, AloqaCallKind kind)
{
  const char *picture = aloqa_contact_get_picture (contact);

  return g_variant_new (ALOQA_CALL_WISH_TYPE, aloqa_contact_get_id (contact),
                        aloqa_contact_get_username (contact), aloqa_contact_get_name (contact),
                        picture != NULL ? picture : "", kind == ALOQA_CALL_VIDEO);
}

/* Returns: (transfer full): whom */
AloqaContact *
aloqa_call_wish_parse (GVariant *wish, AloqaCallKind *kind)
{
  const char *username, *name, *picture;
  gboolean has_video;
  gint64 id;

  g_variant_get (wish, "(x&s&s&sb)", &id, &username, &name, &picture, &has_video);
  *kind = has_video ? ALOQA_CALL_VIDEO : ALOQA_CALL_AUDIO;
  return aloqa_contact_new (id, username, name, *picture != '\0' ? picture : NULL);
}
