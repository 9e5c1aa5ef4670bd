/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_GLOBAL_KEYS (aloqa_global_keys_get_type ())
G_DECLARE_FINAL_TYPE (AloqaGlobalKeys, aloqa_global_keys, ALOQA, GLOBAL_KEYS, GObject)

typedef enum {
  ALOQA_GLOBAL_KEY_MUTE,
  ALOQA_GLOBAL_KEY_TALK,
  ALOQA_GLOBAL_KEY_ANSWER,
  ALOQA_GLOBAL_KEY_HANG_UP,
  ALOQA_N_GLOBAL_KEYS
} AloqaGlobalKey;

/*
 * What a call can be told from whatever window the person is in, where the desktop has global
 * shortcuts and the person wants them. Which keys they are the desktop knows, and changes.
 *
 * Signals, with an AloqaGlobalKey:
 *   pressed (int key)   again without being released where the desktop does not tell of that
 *   released (int key)  or cannot be heard any more
 */
AloqaGlobalKeys *aloqa_global_keys_new (void);
void aloqa_global_keys_ask (AloqaGlobalKeys *self, GDBusConnection *bus, const char *parent_window,
                            const char *const descriptions[ALOQA_N_GLOBAL_KEYS]);
gboolean aloqa_global_keys_was_asked (AloqaGlobalKeys *self);

G_END_DECLS
