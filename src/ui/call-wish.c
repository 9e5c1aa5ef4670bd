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

static gint64
get_own_id (AloqaSession *session)
{
  return aloqa_account_get_user (aloqa_session_get_account (session))->id;
}

/**
 * aloqa_call_back_new:
 * @session: signed in
 *
 * Returns: (transfer floating)
 */
GVariant *
aloqa_call_back_new (AloqaSession *session, AloqaContact *contact, AloqaCallKind kind)
{
  return g_variant_new ("(sx@" ALOQA_CALL_WISH_TYPE ")", aloqa_session_get_origin (session),
                        get_own_id (session), aloqa_call_wish_new (contact, kind));
}

/* Whether @session is signed in as the one that it is of. */
gboolean
aloqa_call_back_is_for (GVariant *call_back, AloqaSession *session)
{
  gint64 own_id;

  g_variant_get_child (call_back, 1, "x", &own_id);
  return own_id == get_own_id (session) &&
         g_str_equal (aloqa_call_back_get_origin (call_back), aloqa_session_get_origin (session));
}

const char *
aloqa_call_back_get_origin (GVariant *call_back)
{
  const char *origin;

  g_variant_get_child (call_back, 0, "&s", &origin);
  return origin;
}

/* Returns: (transfer full): whom */
AloqaContact *
aloqa_call_back_parse (GVariant *call_back, AloqaCallKind *kind)
{
  g_autoptr (GVariant) wish = g_variant_get_child_value (call_back, 2);

  return aloqa_call_wish_parse (wish, kind);
}
