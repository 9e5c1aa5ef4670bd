/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"
#include "protocol/user.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CONTACT (aloqa_contact_get_type ())
G_DECLARE_FINAL_TYPE (AloqaContact, aloqa_contact, ALOQA, CONTACT, GObject)

/*
 * Somebody who can be called, or who calls. Properties, all read-only: `id`, `username`, `name` (for
 * people), `picture` (a file name on the server, or NULL).
 */
AloqaContact *
aloqa_contact_new (gint64 id, const char *username, const char *name, const char *picture);
AloqaContact *aloqa_contact_new_from_user (const AloqaUser *user);
AloqaContact *aloqa_contact_new_from_caller (const AloqaCaller *caller);
gint64 aloqa_contact_get_id (AloqaContact *self);
const char *aloqa_contact_get_username (AloqaContact *self);
const char *aloqa_contact_get_name (AloqaContact *self);
const char *aloqa_contact_get_picture (AloqaContact *self);

G_END_DECLS
