/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CLOCK (aloqa_clock_get_type ())
G_DECLARE_DERIVABLE_TYPE (AloqaClock, aloqa_clock, ALOQA, CLOCK, GObject)

/*
 * Monotonic time and one-shot timers. The class itself is the system's clock on the main context;
 * tests subclass it with one that moves only when told to.
 */
struct _AloqaClockClass {
  GObjectClass parent_class;

  gint64 (*get_now_us) (AloqaClock *self);
  guint (*add_timer) (AloqaClock *self, gint64 delay_us, GSourceOnceFunc callback,
                      gpointer user_data);
  void (*remove_timer) (AloqaClock *self, guint timer_id);
};

AloqaClock *aloqa_clock_new (void);
AloqaClock *aloqa_clock_new_awake (void);
gint64 aloqa_clock_get_now_us (AloqaClock *self);
gint64 aloqa_clock_get_system_us (void);
guint aloqa_clock_add_timer (AloqaClock *self, gint64 delay_us, GSourceOnceFunc callback,
                             gpointer user_data);
void aloqa_clock_clear_timer (AloqaClock *self, guint *timer_id);

G_END_DECLS
