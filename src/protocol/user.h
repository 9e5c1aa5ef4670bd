/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/name.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_USER_ROLE_USER,
  ALOQA_USER_ROLE_ADMIN,
} AloqaUserRole;

/*
 * The "User" of the HTTP interface. Valid by construction: the id is one, the user name is not
 * empty. What is only shown (names, bio) is cleaned and cut instead of refused.
 */
typedef struct {
  gint64 id;
  char *username;
  char *first_name;   /* or NULL, never "" */
  char *last_name;    /* likewise */
  AloqaUserRole role; /* USER also where it is not known */
  char *profile_pic;  /* or NULL: a file name below /uploads, never a path */
  char *bio;          /* or NULL */
  gboolean is_active;
  char *created_at; /* or NULL: as the server wrote it; UTC where it has no zone */
  char *updated_at; /* likewise */
} AloqaUser;

AloqaUser *aloqa_user_new (gint64 id, const char *username);
AloqaUser *aloqa_user_copy (const AloqaUser *self);
void aloqa_user_free (AloqaUser *self);
char *aloqa_user_dup_display_name (const AloqaUser *self);

AloqaUser *aloqa_user_parse (const char *text, gssize length, GError **error);
GPtrArray *aloqa_user_parse_list (const char *text, gssize length, GError **error);
char *aloqa_user_to_json (const AloqaUser *self);
char *aloqa_user_list_to_json (GPtrArray *users);

AloqaUser *aloqa_user_from_object (JsonObject *object, GError **error);
JsonObject *aloqa_user_to_object (const AloqaUser *self);

#define ALOQA_TYPE_USER (aloqa_user_get_type ())
GType aloqa_user_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaUser, aloqa_user_free)

G_END_DECLS
