/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/virtual-source.h"

#include <spa/buffer/meta.h>
#include <spa/param/param.h>
#include <spa/pod/builder.h>

/* To be called when the format is known. @n_buffers: so many and no others, or 0 */
void
virtual_source_offer_buffers (struct pw_stream *stream, guint n_buffers, gsize size_bytes,
                              guint stride_bytes, const VirtualMeta *metas, guint n_metas)
{
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[1 + VIRTUAL_METAS_MAX];

  params[0] = spa_pod_builder_add_object (
      &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
      SPA_POD_CHOICE_RANGE_Int (n_buffers != 0 ? (int) n_buffers : 2,
                                n_buffers != 0 ? (int) n_buffers : 2,
                                n_buffers != 0 ? (int) n_buffers : 16),
      SPA_PARAM_BUFFERS_blocks, SPA_POD_Int (1), SPA_PARAM_BUFFERS_size,
      SPA_POD_Int ((int) size_bytes), SPA_PARAM_BUFFERS_stride, SPA_POD_Int ((int) stride_bytes));
  for (guint i = 0; i < n_metas; i++)
    params[1 + i] = spa_pod_builder_add_object (
        &builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta, SPA_PARAM_META_type,
        SPA_POD_Id (metas[i].type), SPA_PARAM_META_size, SPA_POD_Int ((int) metas[i].size_bytes));
  pw_stream_update_params (stream, params, 1 + n_metas);
}

static void
quit_cb (void *user_data, int signal_number)
{
  pw_main_loop_quit (user_data);
}

/* Until it is ended by a signal, or @loop is. Returns: the status of the program */
int
virtual_source_run (struct pw_main_loop *loop, struct pw_stream *stream,
                    enum pw_stream_flags more_flags, const struct spa_pod **formats,
                    guint n_formats)
{
  pw_loop_add_signal (pw_main_loop_get_loop (loop), SIGTERM, quit_cb, loop);
  pw_loop_add_signal (pw_main_loop_get_loop (loop), SIGINT, quit_cb, loop);
  if (pw_stream_connect (stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                         PW_STREAM_FLAG_DRIVER | PW_STREAM_FLAG_MAP_BUFFERS | more_flags, formats,
                         n_formats) < 0)
    return 1;

  pw_main_loop_run (loop);
  pw_stream_destroy (stream);
  pw_main_loop_destroy (loop);
  return 0;
}
