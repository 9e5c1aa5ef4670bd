/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_ROLE_USER,
  ALOQA_ROLE_ADMIN,
} AloqaRole;

/*
 * The "User" of the HTTP interface. Valid by construction: the id is one, the user name is not
 * empty. What is only shown (names, bio) is cleaned and cut instead of refused.
 */
typedef struct {
  gint64 id;
  char *username;
  char *first_name;  /* or NULL, never "" */
  char *last_name;   /* likewise */
  AloqaRole role;    /* USER also where it is not known */
  char *profile_pic; /* or NULL: a file name below /uploads, never a path */
  char *bio;         /* or NULL */
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

/* The rules themselves, for those who have the parts and not a User. */
char *aloqa_display_name (const char *username, const char *first_name, const char *last_name);
char *aloqa_name_clean (const char *name);
gboolean aloqa_username_is_valid (const char *username);
gboolean aloqa_profile_pic_is_valid (const char *profile_pic);

#define ALOQA_TYPE_USER (aloqa_user_get_type ())
GType aloqa_user_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaUser, aloqa_user_free)

G_END_DECLS
