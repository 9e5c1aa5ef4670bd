/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>

#include "ui/window-handle.h"

/* Keys that work in whatever window the person is: they do what the actions on the bus do. */

static const struct {
  const char *action; /* NULL: it is held down */
  const char *description;
} rows[ALOQA_N_GLOBAL_KEYS] = {
  [ALOQA_GLOBAL_KEY_MUTE] = { "toggle-mute", N_ ("Microphone on and off") },
  [ALOQA_GLOBAL_KEY_TALK] = { NULL, N_ ("Speak while muted, as long as it is held") },
  [ALOQA_GLOBAL_KEY_ANSWER] = { "answer", N_ ("Answer") },
  [ALOQA_GLOBAL_KEY_HANG_UP] = { "hang-up", N_ ("Hang up") },
};

static void
pressed_cb (AloqaApplication *self, int key)
{
  if (rows[key].action != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (self), rows[key].action, NULL);
  else
    aloqa_calls_set_talking (self->calls, TRUE);
}

static void
released_cb (AloqaApplication *self, int key)
{
  if (rows[key].action == NULL)
    aloqa_calls_set_talking (self->calls, FALSE);
}

void
aloqa_application_add_keys (AloqaApplication *self)
{
  self->keys = aloqa_global_keys_new ();
  g_signal_connect_object (self->keys, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keys, "released", G_CALLBACK (released_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
handle_cb (const char *handle, gpointer user_data)
{
  AloqaApplication *self = user_data;
  const char *descriptions[ALOQA_N_GLOBAL_KEYS];

  for (guint i = 0; i < ALOQA_N_GLOBAL_KEYS; i++)
    descriptions[i] = _ (rows[i].description);
  aloqa_global_keys_ask (self->keys, NULL, handle, descriptions);
}

/* The first time in this run the desktop may ask the person, before @window. */
void
aloqa_application_ask_for_keys (AloqaApplication *self, AloqaWindow *window)
{
  if (!aloqa_global_keys_was_asked (self->keys))
    aloqa_window_handle_get (GTK_WIDGET (window), handle_cb, g_object_ref (self), g_object_unref);
}
