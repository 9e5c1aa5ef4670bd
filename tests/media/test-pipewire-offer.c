/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a screen's node says of its formats: some are ours, and some are not even formats. */
#include "media/pipewire-offer.h"

#include "support/support.h"

#include <spa/param/format.h>
#include <spa/param/param.h>
#include <spa/param/video/raw.h>
#include <spa/pod/builder.h>

#define MAX_FPS 30

typedef struct {
  guint8 memory[65536];
  struct spa_pod_builder builder;
  struct spa_pod_frame frame;
} Format;

static void
begin (Format *format)
{
  format->builder = SPA_POD_BUILDER_INIT (format->memory, sizeof format->memory);
  spa_pod_builder_push_object (&format->builder, &format->frame, SPA_TYPE_OBJECT_Format,
                               SPA_PARAM_EnumFormat);
  spa_pod_builder_add (&format->builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw), 0);
}

static void
add_rest (Format *format, guint max_fps)
{
  spa_pod_builder_add (&format->builder, SPA_FORMAT_VIDEO_size,
                       SPA_POD_Rectangle (&SPA_RECTANGLE (800, 600)), SPA_FORMAT_VIDEO_framerate,
                       SPA_POD_Fraction (&SPA_FRACTION (0, 1)), SPA_FORMAT_VIDEO_maxFramerate,
                       SPA_POD_Fraction (&SPA_FRACTION (max_fps, 1)), 0);
}

static gboolean
suits (Format *format)
{
  return aloqa_pipewire_offer_suits (spa_pod_builder_pop (&format->builder, &format->frame),
                                     MAX_FPS);
}

static gboolean
suits_with (guint32 pixels, guint max_fps)
{
  Format format;

  begin (&format);
  spa_pod_builder_add (&format.builder, SPA_FORMAT_VIDEO_format, SPA_POD_Id (pixels), 0);
  add_rest (&format, max_fps);
  return suits (&format);
}

static void
test_what_is_ours_suits (void)
{
  g_assert_true (suits_with (SPA_VIDEO_FORMAT_BGRx, 1));
  g_assert_true (suits_with (SPA_VIDEO_FORMAT_BGRx, MAX_FPS)); /* as a compositor fixes it */
  g_assert_false (suits_with (SPA_VIDEO_FORMAT_BGRx, MAX_FPS + 1));
  g_assert_false (suits_with (SPA_VIDEO_FORMAT_GRAY16_BE, MAX_FPS));
}

static void
add_ids (Format *format, guint32 choice, guint n_values)
{
  struct spa_pod_frame frame;

  spa_pod_builder_prop (&format->builder, SPA_FORMAT_VIDEO_format, 0);
  spa_pod_builder_push_choice (&format->builder, &frame, choice, 0);
  for (guint i = 0; i < n_values; i++)
    spa_pod_builder_id (&format->builder, SPA_VIDEO_FORMAT_BGRx);
  /* Without a value there is nothing that says of what type it would have been. */
  if (n_values == 0)
    spa_pod_builder_raw (&format->builder, &SPA_POD_INIT (sizeof (guint32), SPA_TYPE_Id),
                         sizeof (struct spa_pod));
  spa_pod_builder_pop (&format->builder, &frame);
}

static void
test_choice_needs_its_values (void)
{
  static const struct {
    guint32 choice;
    guint n_needed;
    gboolean is_ours; /* with so many */
  } rows[] = {
    { SPA_CHOICE_None, 1, TRUE }, { SPA_CHOICE_Range, 3, TRUE },  { SPA_CHOICE_Step, 4, FALSE },
    { SPA_CHOICE_Enum, 2, TRUE }, { SPA_CHOICE_Flags, 1, FALSE }, { 77, 9, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (guint n = 0; n <= rows[i].n_needed; n++) {
      Format format;

      begin (&format);
      add_ids (&format, rows[i].choice, n);
      add_rest (&format, MAX_FPS);
      g_assert_cmpint (suits (&format), ==, n == rows[i].n_needed && rows[i].is_ours);
    }
  }
}

static void
add_modifier_step (Format *format, gint64 step)
{
  struct spa_pod_frame frame;

  spa_pod_builder_prop (&format->builder, SPA_FORMAT_VIDEO_modifier, SPA_POD_PROP_FLAG_MANDATORY);
  spa_pod_builder_push_choice (&format->builder, &frame, SPA_CHOICE_Step, 0);
  for (guint i = 0; i < 3; i++)
    spa_pod_builder_long (&format->builder, 0);
  spa_pod_builder_long (&format->builder, step);
  spa_pod_builder_pop (&format->builder, &frame);
}

static void
test_nothing_is_divided_by_nothing (void)
{
  for (gint64 step = -1; step <= 0; step++) {
    Format format;

    begin (&format);
    add_ids (&format, SPA_CHOICE_Enum, 2);
    add_modifier_step (&format, step);
    add_rest (&format, MAX_FPS);
    g_assert_false (suits (&format));
  }
}

/* What nobody asked for is taken over as it is. */
static void
test_too_much_is_refused (void)
{
  static const guint8 bytes[20000];
  static const struct {
    guint n_bytes;
    gboolean is_ours;
  } rows[] = {
    { 1000, TRUE }, { 7000, TRUE }, { 8192, FALSE }, { 16100, FALSE }, { 20000, FALSE }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Format format;

    begin (&format);
    spa_pod_builder_add (&format.builder, SPA_FORMAT_START_Binary + 1,
                         SPA_POD_Bytes (bytes, rows[i].n_bytes), 0);
    add_ids (&format, SPA_CHOICE_Enum, 2);
    add_rest (&format, MAX_FPS);
    g_assert_cmpint (suits (&format), ==, rows[i].is_ours);
  }
}

/* Each of these comes out twice as long. */
static void
test_what_is_repeated_has_room (void)
{
  Format format;

  begin (&format);
  for (guint i = 0; i < 320; i++)
    spa_pod_builder_add (&format.builder, SPA_FORMAT_VIDEO_size,
                         SPA_POD_Rectangle (&SPA_RECTANGLE (800, 600)), 0);
  add_ids (&format, SPA_CHOICE_Enum, 2);
  add_rest (&format, MAX_FPS);
  g_assert_true (suits (&format));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, func) g_test_add_func ("/media/pipewire-offer/" name, func)
  ADD ("what-is-ours-suits", test_what_is_ours_suits);
  ADD ("choice-needs-its-values", test_choice_needs_its_values);
  ADD ("nothing-is-divided-by-nothing", test_nothing_is_divided_by_nothing);
  ADD ("too-much-is-refused", test_too_much_is_refused);
  ADD ("what-is-repeated-has-room", test_what_is_repeated_has_room);
  return g_test_run ();
}
