/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "media/pipewire-pointer.h"
#include "media/screen-pointer.h"

#define WIDTH_PX 24
#define HEIGHT_PX 16

/* Returns: (transfer full): black */
static GstSample *
make_picture (GstVideoInfo *info)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;

  gst_video_info_set_format (info, GST_VIDEO_FORMAT_BGRx, WIDTH_PX, HEIGHT_PX);
  caps = gst_video_info_to_caps (info);
  buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  gst_buffer_memset (buffer, 0, 0, info->size);
  return gst_sample_new (buffer, caps, NULL, NULL);
}

/* What a compositor says of its pointer, and after that once more the second half of it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (AloqaPipewirePointer) pointer = aloqa_pipewire_pointer_new ();
  g_autoptr (GstSample) picture = NULL;
  GstVideoInfo info;

  gst_init (NULL, NULL);
  picture = make_picture (&info);
  for (size_t begin = 0; begin < size; begin += size / 2 + 1) {
    g_autofree uint8_t *memory =
        g_memdup2 (data + begin, size - begin); /* as aligned as shared memory */
    struct spa_meta meta = { .type = SPA_META_Cursor,
                             .size = (uint32_t) (size - begin),
                             .data = memory };
    const struct spa_buffer buffer = { .n_metas = 1, .metas = &meta };
    g_autoptr (GstSample) sample = NULL;
    g_autoptr (GstBuffer) drawn = NULL;

    aloqa_pipewire_pointer_read (pointer, &buffer);
    g_assert_false (
        aloqa_pipewire_pointer_read (pointer, &buffer)); /* the same again is no change */
    sample = aloqa_pipewire_pointer_add (pointer, picture);
    drawn = aloqa_screen_pointer_draw (gst_sample_get_buffer (sample), &info);
    g_assert_cmpuint (gst_buffer_get_size (drawn), ==, info.size);
  }
  return 0;
}
