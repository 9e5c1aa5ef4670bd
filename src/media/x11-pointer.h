/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>
#include <xcb/xcb.h>

G_BEGIN_DECLS

/* The mouse pointer of an X server, which its pictures do not have in them. */
typedef struct _AloqaX11Pointer AloqaX11Pointer;

AloqaX11Pointer *aloqa_x11_pointer_new (xcb_connection_t *connection);
void aloqa_x11_pointer_free (AloqaX11Pointer *self);
void aloqa_x11_pointer_add (AloqaX11Pointer *self, GstBuffer *picture);

G_END_DECLS
