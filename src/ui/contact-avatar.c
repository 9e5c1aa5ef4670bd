/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/contact-avatar.h"

#include "ui/contact-picture.h"

struct _AloqaContactAvatar {
  AdwBin parent_instance;

  AdwAvatar *avatar;
  AloqaContact *contact;
  GCancellable *loading;
};

enum { PROP_SIZE = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaContactAvatar, aloqa_contact_avatar, ADW_TYPE_BIN)

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaContactAvatar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = aloqa_contact_picture_load_finish (result, &error);

  if (self->contact == ALOQA_CONTACT (source) && texture != NULL)
    adw_avatar_set_custom_image (self->avatar, GDK_PAINTABLE (texture));
}

static void
stop_loading (AloqaContactAvatar *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

static void
aloqa_contact_avatar_get_property (GObject *object, guint property_id, GValue *value,
                                   GParamSpec *pspec)
{
  if (property_id == PROP_SIZE)
    g_value_set_int (value, adw_avatar_get_size (ALOQA_CONTACT_AVATAR (object)->avatar));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
aloqa_contact_avatar_set_property (GObject *object, guint property_id, const GValue *value,
                                   GParamSpec *pspec)
{
  if (property_id == PROP_SIZE)
    adw_avatar_set_size (ALOQA_CONTACT_AVATAR (object)->avatar, g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
aloqa_contact_avatar_dispose (GObject *object)
{
  AloqaContactAvatar *self = ALOQA_CONTACT_AVATAR (object);

  stop_loading (self);
  g_clear_object (&self->contact);

  G_OBJECT_CLASS (aloqa_contact_avatar_parent_class)->dispose (object);
}

static void
aloqa_contact_avatar_class_init (AloqaContactAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aloqa_contact_avatar_get_property;
  object_class->set_property = aloqa_contact_avatar_set_property;
  object_class->dispose = aloqa_contact_avatar_dispose;

  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, -1, G_MAXINT, -1,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  /* The name stands beside it. */
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
aloqa_contact_avatar_init (AloqaContactAvatar *self)
{
  self->avatar = ADW_AVATAR (adw_avatar_new (40, NULL, TRUE));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->avatar));
}

/**
 * aloqa_contact_avatar_show:
 * @roster: (nullable): who to ask for the picture; without it only initials
 * @contact: (nullable): whom to show; %NULL where the row is not in use
 */
void
aloqa_contact_avatar_show (AloqaContactAvatar *self, AloqaRoster *roster, AloqaContact *contact)
{
  GdkTexture *texture;

  stop_loading (self);
  g_set_object (&self->contact, contact);
  /* It stays as it is till somebody else is shown: other initials are most of a row's cost. */
  if (contact == NULL)
    return;

  texture = roster != NULL ? aloqa_contact_picture_peek (roster, contact) : NULL;
  adw_avatar_set_text (self->avatar, aloqa_contact_get_name (contact));
  adw_avatar_set_custom_image (self->avatar, (GdkPaintable *) texture);
  if (roster == NULL || texture != NULL || aloqa_contact_get_picture (contact) == NULL)
    return;

  self->loading = g_cancellable_new ();
  aloqa_contact_picture_load_async (roster, contact, self->loading, loaded_cb, g_object_ref (self));
}
