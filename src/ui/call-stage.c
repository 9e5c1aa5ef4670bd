/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-stage.h"

#include "ui/call-avatar.h"
#include "ui/call-corner.h"

#include <glib/gi18n.h>

/* The own picture is small, and costs a repaint each time: half the rate looks as well. */
#define CORNER_FPS 15
#define AVATAR_PX 128
#define COMPACT_AVATAR_PX 64

struct _AloqaCallStage {
  GtkWidget parent_instance;

  GtkOverlay *overlay;
  AloqaVideoView *video;
  GtkWidget *card;
  AloqaCallAvatar *avatar;
  GtkLabel *name;
  GtkLabel *card_words;
  GtkLabel *picture_words;
  AloqaCallCorner *corner;

  AloqaFeed *remote_video; /* or NULL */
  AloqaFeed *own_video;    /* or NULL: the camera is off */
  gboolean shows_self;
  gboolean is_swapped;
  gboolean is_dimmed;
  gboolean is_compact;
  gboolean mirrors_self;
  gboolean shows_picture; /* as told last */
};

enum { PROP_SHOWS_PICTURE = 1, PROP_SHOWS_SELF, PROP_SWAPPED, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaCallStage, aloqa_call_stage, GTK_TYPE_WIDGET)

/* Swapped without a picture of one's own would show nobody. */
static gboolean
is_really_swapped (AloqaCallStage *self)
{
  return self->is_swapped && self->own_video != NULL && self->remote_video != NULL;
}

static void
update_picture (AloqaCallStage *self)
{
  gboolean shows_picture = !aloqa_video_view_is_blank (self->video);
  const char *words = gtk_label_get_text (self->card_words);

  gtk_widget_set_visible (self->card, !shows_picture);
  gtk_widget_set_visible (GTK_WIDGET (self->picture_words),
                          shows_picture && self->is_dimmed && *words != '\0');
  if (shows_picture && self->is_dimmed)
    gtk_widget_add_css_class (GTK_WIDGET (self->video), "dimmed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->video), "dimmed");

  if (shows_picture == self->shows_picture)
    return;
  self->shows_picture = shows_picture;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_PICTURE]);
}

/*
 * A camera that gives nothing is no black hole either. Unseen and not hidden: who is hidden learns of
 * no picture.
 */
static void
update_corner (AloqaCallStage *self)
{
  gboolean is_blank = aloqa_video_view_is_blank (aloqa_call_corner_get_video (self->corner)) &&
                      !is_really_swapped (self);

  gtk_widget_set_opacity (GTK_WIDGET (self->corner), is_blank ? 0 : 1);
  gtk_widget_set_can_target (GTK_WIDGET (self->corner), !is_blank);
}

static void
update_feeds (AloqaCallStage *self)
{
  AloqaVideoView *small = aloqa_call_corner_get_video (self->corner);
  gboolean is_swapped = is_really_swapped (self);
  AloqaFeed *in_corner = is_swapped ? self->remote_video : self->own_video;

  g_object_set (self->video, "mirrored", is_swapped && self->mirrors_self, NULL);
  g_object_set (small, "mirrored", !is_swapped && self->mirrors_self, "max-fps",
                is_swapped ? 0 : CORNER_FPS, NULL);
  aloqa_video_view_set_feed (self->video, is_swapped ? self->own_video : self->remote_video);
  aloqa_video_view_set_feed (small, self->shows_self ? in_corner : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->corner),
                          self->shows_self && !self->is_compact && in_corner != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->video), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_swapped ? _ ("Your picture") : _ ("Their picture"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->corner), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_swapped ? _ ("Their picture") : _ ("Your picture"), -1);
  update_corner (self);
  update_picture (self);
}

static void
corner_clicked_cb (AloqaCallStage *self)
{
  g_object_set (self, "swapped", !self->is_swapped, NULL);
}

static void
corner_dismissed_cb (AloqaCallStage *self)
{
  g_object_set (self, "swapped", FALSE, "shows-self", FALSE, NULL);
}

static void
aloqa_call_stage_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaCallStage *self = ALOQA_CALL_STAGE (object);

  switch (property_id) {
  case PROP_SHOWS_PICTURE:
    g_value_set_boolean (value, self->shows_picture);
    break;
  case PROP_SHOWS_SELF:
    g_value_set_boolean (value, self->shows_self);
    break;
  case PROP_SWAPPED:
    g_value_set_boolean (value, self->is_swapped);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_call_stage_set_property (GObject *object, guint property_id, const GValue *value,
                               GParamSpec *pspec)
{
  AloqaCallStage *self = ALOQA_CALL_STAGE (object);

  switch (property_id) {
  case PROP_SHOWS_SELF:
    self->shows_self = g_value_get_boolean (value);
    break;
  case PROP_SWAPPED:
    self->is_swapped = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
  update_feeds (self);
}

static void
aloqa_call_stage_dispose (GObject *object)
{
  AloqaCallStage *self = ALOQA_CALL_STAGE (object);

  g_clear_object (&self->remote_video);
  g_clear_object (&self->own_video);
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CALL_STAGE);

  G_OBJECT_CLASS (aloqa_call_stage_parent_class)->dispose (object);
}

static void
aloqa_call_stage_class_init (AloqaCallStageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS;

  g_type_ensure (ALOQA_TYPE_VIDEO_VIEW);
  g_type_ensure (ALOQA_TYPE_CALL_AVATAR);
  g_type_ensure (ALOQA_TYPE_CALL_CORNER);

  object_class->get_property = aloqa_call_stage_get_property;
  object_class->set_property = aloqa_call_stage_set_property;
  object_class->dispose = aloqa_call_stage_dispose;

  properties[PROP_SHOWS_PICTURE] = g_param_spec_boolean (
      "shows-picture", NULL, NULL, FALSE, flags | G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SHOWS_SELF] =
      g_param_spec_boolean ("shows-self", NULL, NULL, TRUE, flags | G_PARAM_READWRITE);
  properties[PROP_SWAPPED] =
      g_param_spec_boolean ("swapped", NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "callstage");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/call-stage.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, overlay);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, video);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, card);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, avatar);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, name);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, card_words);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, picture_words);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallStage, corner);
}

static void
aloqa_call_stage_init (AloqaCallStage *self)
{
  self->shows_self = self->mirrors_self = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  aloqa_call_corner_attach (self->corner, self->overlay);
  g_object_bind_property (self->card_words, "label", self->picture_words, "label", 0);
  g_signal_connect_object (self->video, "notify::is-blank", G_CALLBACK (update_picture), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (aloqa_call_corner_get_video (self->corner), "notify::is-blank",
                           G_CALLBACK (update_corner), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->corner, "clicked", G_CALLBACK (corner_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->corner, "dismissed", G_CALLBACK (corner_dismissed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * aloqa_call_stage_set_contact:
 * @contact: (nullable): the other side
 * @roster: (nullable): where their avatar's picture comes from
 */
void
aloqa_call_stage_set_contact (AloqaCallStage *self, AloqaContact *contact, AloqaRoster *roster)
{
  aloqa_call_avatar_set_contact (self->avatar, contact, roster);
  gtk_label_set_text (self->name, contact != NULL ? aloqa_contact_get_name (contact) : "");
}

/**
 * aloqa_call_stage_set_feeds:
 * @remote_video: (nullable): what comes from the other side
 * @own_video: (nullable): what the own camera shows, while it is on
 */
void
aloqa_call_stage_set_feeds (AloqaCallStage *self, AloqaFeed *remote_video, AloqaFeed *own_video)
{
  gboolean has_remote = g_set_object (&self->remote_video, remote_video);
  gboolean has_own = g_set_object (&self->own_video, own_video);

  if (has_remote || has_own)
    update_feeds (self);
}

/* What is said below the name; over a picture only while that is dimmed. */
void
aloqa_call_stage_set_words (AloqaCallStage *self, const char *words)
{
  if (g_str_equal (gtk_label_get_text (self->card_words), words))
    return;
  gtk_label_set_text (self->card_words, words);
  update_picture (self);
}

/* The picture is not what happens now: on hold, or reconnecting. */
void
aloqa_call_stage_set_dimmed (AloqaCallStage *self, gboolean is_dimmed)
{
  self->is_dimmed = is_dimmed;
  update_picture (self);
}

/* A camera's own picture is looked at as into a mirror; a screen is not. */
void
aloqa_call_stage_set_mirrors_self (AloqaCallStage *self, gboolean mirrors_self)
{
  if (self->mirrors_self == mirrors_self)
    return;
  self->mirrors_self = mirrors_self;
  update_feeds (self);
}

void
aloqa_call_stage_set_level_db (AloqaCallStage *self, double level_db)
{
  if (!self->shows_picture)
    aloqa_call_avatar_set_level_db (self->avatar, level_db);
}

/* What is covered at the top and the bottom, so that the corner stays clear of it. */
void
aloqa_call_stage_set_insets (AloqaCallStage *self, int top_px, int bottom_px)
{
  aloqa_call_corner_set_insets (self->corner, top_px, bottom_px);
}

/* There is room for one picture only. */
void
aloqa_call_stage_set_compact (AloqaCallStage *self, gboolean is_compact)
{
  if (is_compact == self->is_compact)
    return;
  self->is_compact = is_compact;
  g_object_set (self->avatar, "size", is_compact ? COMPACT_AVATAR_PX : AVATAR_PX, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->name), !is_compact);
  gtk_widget_set_visible (GTK_WIDGET (self->card_words), !is_compact);
  update_feeds (self);
}

void
aloqa_call_stage_move_corner (AloqaCallStage *self)
{
  aloqa_call_corner_move_on (self->corner);
}

gboolean
aloqa_call_stage_shows_picture (AloqaCallStage *self)
{
  return self->shows_picture;
}

/* Whether there was a picture until of late, and nothing comes any more, not even black. */
gboolean
aloqa_call_stage_has_stalled (AloqaCallStage *self)
{
  return !self->shows_picture &&
         !aloqa_video_paintable_is_blank (aloqa_video_view_get_paintable (self->video));
}
