/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-avatar.h"

#include "ui/contact-avatar.h"

/* The ring at its loudest, in logical pixels around the picture. */
#define RING_PX 12
#define QUIET_DB (-50.0)
#define LOUD_DB (-12.0)
/* How much of a fall is shown at each update: the ring rises at once and sinks softly. */
#define FALL 0.3
/* Less is not seen, and need not be painted. */
#define STEP 0.02

struct _AloqaCallAvatar {
  GtkWidget parent_instance;

  GtkWidget *avatar;
  int size_px;
  double level; /* 0 … 1 */
};

enum { PROP_SIZE = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaCallAvatar, aloqa_call_avatar, GTK_TYPE_WIDGET)

static void
aloqa_call_avatar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AloqaCallAvatar *self = ALOQA_CALL_AVATAR (widget);
  float size = (float) self->size_px, ring = (float) (RING_PX * self->level);
  float x = (float) (gtk_widget_get_width (widget) - size) / 2 - ring;
  float y = (float) (gtk_widget_get_height (widget) - size) / 2 - ring;
  GskRoundedRect circle;
  GdkRGBA color;

  if (self->level > STEP) {
    gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "accent_bg_color",
                                    &color);
    color.alpha = 0.5f;
    gsk_rounded_rect_init_from_rect (
        &circle, &GRAPHENE_RECT_INIT (x, y, size + 2 * ring, size + 2 * ring), size / 2 + ring);
    gtk_snapshot_push_rounded_clip (snapshot, &circle);
    gtk_snapshot_append_color (snapshot, &color, &circle.bounds);
    gtk_snapshot_pop (snapshot);
  }
  GTK_WIDGET_CLASS (aloqa_call_avatar_parent_class)->snapshot (widget, snapshot);
}

static void
aloqa_call_avatar_get_property (GObject *object, guint property_id, GValue *value,
                                GParamSpec *pspec)
{
  AloqaCallAvatar *self = ALOQA_CALL_AVATAR (object);

  switch (property_id) {
  case PROP_SIZE:
    g_value_set_int (value, self->size_px);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_call_avatar_set_property (GObject *object, guint property_id, const GValue *value,
                                GParamSpec *pspec)
{
  AloqaCallAvatar *self = ALOQA_CALL_AVATAR (object);

  switch (property_id) {
  case PROP_SIZE:
    self->size_px = g_value_get_int (value);
    g_object_set (self->avatar, "size", self->size_px, NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_call_avatar_dispose (GObject *object)
{
  AloqaCallAvatar *self = ALOQA_CALL_AVATAR (object);

  g_clear_pointer (&self->avatar, gtk_widget_unparent);

  G_OBJECT_CLASS (aloqa_call_avatar_parent_class)->dispose (object);
}

static void
aloqa_call_avatar_class_init (AloqaCallAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = aloqa_call_avatar_get_property;
  object_class->set_property = aloqa_call_avatar_set_property;
  object_class->dispose = aloqa_call_avatar_dispose;
  widget_class->snapshot = aloqa_call_avatar_snapshot;

  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 16, 512, 128,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "callavatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
aloqa_call_avatar_init (AloqaCallAvatar *self)
{
  self->size_px = 128;
  self->avatar = g_object_new (ALOQA_TYPE_CONTACT_AVATAR, "size", self->size_px, NULL);
  gtk_widget_set_margin_top (self->avatar, RING_PX);
  gtk_widget_set_margin_bottom (self->avatar, RING_PX);
  gtk_widget_set_margin_start (self->avatar, RING_PX);
  gtk_widget_set_margin_end (self->avatar, RING_PX);
  gtk_widget_set_parent (self->avatar, GTK_WIDGET (self));
}

/**
 * aloqa_call_avatar_set_contact:
 * @contact: (nullable): whom to show
 * @roster: (nullable): where their picture comes from; initials without
 */
void
aloqa_call_avatar_set_contact (AloqaCallAvatar *self, AloqaContact *contact, AloqaRoster *roster)
{
  aloqa_contact_avatar_show (ALOQA_CONTACT_AVATAR (self->avatar), roster, contact);
}

/* Shows how loud they are, in dBFS; to be called some ten times a second. */
void
aloqa_call_avatar_set_level_db (AloqaCallAvatar *self, double level_db)
{
  double level = CLAMP ((level_db - QUIET_DB) / (LOUD_DB - QUIET_DB), 0, 1);

  level = MAX (level, self->level - FALL);
  if (ABS (level - self->level) < STEP)
    return;
  self->level = level;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
