/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "session/roster.h"

G_BEGIN_DECLS

/*
 * People's pictures as something to paint, small and square. They are decoded on a thread, and the ones
 * shown last are kept.
 */
GdkTexture *aloqa_contact_picture_peek (AloqaRoster *roster, AloqaContact *contact);
void aloqa_contact_picture_load_async (AloqaRoster *roster, AloqaContact *contact,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
GdkTexture *aloqa_contact_picture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
