/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * All of the screen of an X server, with the pointer, picture by picture. Not GStreamer's ximagesrc: that
 * is Xlib's, which ends the program when the server goes. One thread at a time; each function waits for the
 * server for as long as that takes.
 */
typedef struct _AloqaX11Screen AloqaX11Screen;

AloqaX11Screen *aloqa_x11_screen_open (GError **error);
void aloqa_x11_screen_close (AloqaX11Screen *self);
gboolean aloqa_x11_screen_check (AloqaX11Screen *self, GError **error);
gboolean aloqa_x11_screen_take (AloqaX11Screen *self, GstSample **sample, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaX11Screen, aloqa_x11_screen_close)

G_END_DECLS
