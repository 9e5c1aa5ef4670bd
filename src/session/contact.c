/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/contact.h"

struct _AloqaContact {
  GObject parent_instance;

  gint64 id;
  char *username;
  char *name;
  char *picture;
  AloqaPresence online;
};

enum { PROP_ID = 1, PROP_USERNAME, PROP_NAME, PROP_PICTURE, PROP_ONLINE, N_PROPS };

static GParamSpec *online_property;

G_DEFINE_FINAL_TYPE (AloqaContact, aloqa_contact, G_TYPE_OBJECT)

static void
aloqa_contact_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaContact *self = ALOQA_CONTACT (object);

  switch (property_id) {
  case PROP_ID:
    g_value_set_int64 (value, self->id);
    break;
  case PROP_USERNAME:
    g_value_set_string (value, self->username);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_PICTURE:
    g_value_set_string (value, self->picture);
    break;
  case PROP_ONLINE:
    g_value_set_int (value, self->online);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_contact_finalize (GObject *object)
{
  AloqaContact *self = ALOQA_CONTACT (object);

  g_free (self->username);
  g_free (self->name);
  g_free (self->picture);

  G_OBJECT_CLASS (aloqa_contact_parent_class)->finalize (object);
}

static void
aloqa_contact_class_init (AloqaContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aloqa_contact_get_property;
  object_class->finalize = aloqa_contact_finalize;

  g_object_class_install_property (object_class, PROP_ID,
                                   g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, flags));
  g_object_class_install_property (object_class, PROP_USERNAME,
                                   g_param_spec_string ("username", NULL, NULL, NULL, flags));
  g_object_class_install_property (object_class, PROP_NAME,
                                   g_param_spec_string ("name", NULL, NULL, NULL, flags));
  g_object_class_install_property (object_class, PROP_PICTURE,
                                   g_param_spec_string ("picture", NULL, NULL, NULL, flags));
  online_property =
      g_param_spec_int ("online", NULL, NULL, ALOQA_PRESENCE_UNKNOWN, ALOQA_PRESENCE_ONLINE,
                        ALOQA_PRESENCE_UNKNOWN, flags | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_property (object_class, PROP_ONLINE, online_property);
}

static void
aloqa_contact_init (AloqaContact *self)
{
}

/**
 * aloqa_contact_new:
 * @name: (nullable): how people know them; %NULL to show the user name
 * @picture: (nullable): a file name below the server's /uploads
 */
AloqaContact *
aloqa_contact_new (gint64 id, const char *username, const char *name, const char *picture)
{
  AloqaContact *self = g_object_new (ALOQA_TYPE_CONTACT, NULL);

  self->id = id;
  self->username = g_strdup (username);
  self->name = g_strdup (name != NULL ? name : username);
  self->picture = g_strdup (picture);
  return self;
}

AloqaContact *
aloqa_contact_new_from_user (const AloqaUser *user)
{
  g_autofree char *name = aloqa_user_dup_display_name (user);

  return aloqa_contact_new (user->id, user->username, name, user->profile_pic);
}

AloqaContact *
aloqa_contact_new_from_caller (const AloqaCaller *caller)
{
  g_autofree char *name = NULL;

  if (caller->first_name != NULL && caller->last_name != NULL)
    name = g_strdup_printf ("%s %s", caller->first_name, caller->last_name);
  return aloqa_contact_new (caller->id, caller->username, name, caller->profile_pic);
}

gint64
aloqa_contact_get_id (AloqaContact *self)
{
  return self->id;
}

const char *
aloqa_contact_get_username (AloqaContact *self)
{
  return self->username;
}

const char *
aloqa_contact_get_name (AloqaContact *self)
{
  return self->name;
}

const char *
aloqa_contact_get_picture (AloqaContact *self)
{
  return self->picture;
}

AloqaPresence
aloqa_contact_get_online (AloqaContact *self)
{
  return self->online;
}

/* For the one who hears what the server tells. */
void
aloqa_contact_set_online (AloqaContact *self, AloqaPresence presence)
{
  if (self->online == presence)
    return;

  self->online = presence;
  g_object_notify_by_pspec (G_OBJECT (self), online_property);
}

/* Whether @other says the same of the same person; presence is not looked at. */
gboolean
aloqa_contact_is_same (AloqaContact *self, AloqaContact *other)
{
  return self->id == other->id && g_str_equal (self->username, other->username) &&
         g_str_equal (self->name, other->name) && g_strcmp0 (self->picture, other->picture) == 0;
}
