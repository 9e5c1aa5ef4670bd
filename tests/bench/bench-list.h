/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/roster-rig.h"

G_BEGIN_DECLS

/* What the measuring of long lists shares: a real window, and what its frame clock says. */

#define N_PEOPLE 2000

/* A window with a page in it, on the screen and at rest. */
typedef struct {
  GtkWidget *window;
  GdkFrameClock *clock;
  gint64 refresh_us;
  gint64 paint_us;  /* the time of the processor when the frame was begun */
  GArray *works_us; /* of gint64: what each frame took of the processor's time */
} BenchList;

void bench_list_begin (BenchList *self, GtkWidget *page);
void bench_list_end (BenchList *self);

GtkWidget *bench_list_make_people_page (RosterRig *rig);
GtkWidget *bench_list_find_child (GtkWidget *parent, GType type);
char *bench_list_make_name (guint number);

void bench_list_run_for_ms (guint duration_ms);
gint64 bench_list_get_cpu_us (void);
int bench_list_compare_times (gconstpointer a, gconstpointer b);

G_END_DECLS
