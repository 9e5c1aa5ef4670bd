/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"
#include "protocol/user.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CONTACT (aloqa_contact_get_type ())
G_DECLARE_FINAL_TYPE (AloqaContact, aloqa_contact, ALOQA, CONTACT, GObject)

/* Whether somebody can be reached at this moment, as far as the server tells. */
typedef enum {
  ALOQA_PRESENCE_UNKNOWN, /* the server does not tell, or is out of reach itself: show nothing */
  ALOQA_PRESENCE_OFFLINE,
  ALOQA_PRESENCE_ONLINE,
} AloqaPresence;

/*
 * Somebody who can be called, or who calls. Properties, all read-only: `id`, `username`, `name` (for
 * people), `picture` (a file name on the server, or NULL; see aloqa_roster_load_picture_async()), and
 * with notify `online` (an AloqaPresence, as int), which the roster keeps up to date for its own.
 */
AloqaContact *
aloqa_contact_new (gint64 id, const char *username, const char *name, const char *picture);
AloqaContact *aloqa_contact_new_from_user (const AloqaUser *user);
AloqaContact *aloqa_contact_new_from_caller (const AloqaCaller *caller);
gint64 aloqa_contact_get_id (AloqaContact *self);
const char *aloqa_contact_get_username (AloqaContact *self);
const char *aloqa_contact_get_name (AloqaContact *self);
const char *aloqa_contact_get_picture (AloqaContact *self);
AloqaPresence aloqa_contact_get_online (AloqaContact *self);
void aloqa_contact_set_online (AloqaContact *self, AloqaPresence presence);
gboolean aloqa_contact_is_same (AloqaContact *self, AloqaContact *other);

G_END_DECLS
