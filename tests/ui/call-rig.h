/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"
#include "support/support.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * A window for the view of a call, and "ali" signed in to a real server, whose contact "echo" is
 * another program that answers and shows a moving picture.
 */
typedef struct {
  GSubprocess *server;
  GSubprocess *contact;
  char *url;
  AloqaSession *session;
  AloqaLiveCall *call; /* the last one */
  GtkWindow *window;
  GtkWidget *view; /* where calls that are dialled are seen, or NULL */
} CallRig;

void call_rig_set_up (CallRig *rig, gconstpointer data);
void call_rig_tear_down (CallRig *rig, gconstpointer data);
void call_rig_set_up_view (CallRig *rig, gconstpointer data);
void call_rig_start_contact (CallRig *rig, const char *const *options);
void call_rig_tell_contact (CallRig *rig, const char *command);
void call_rig_start_caller (CallRig *rig, const char *const *options);
void call_rig_stop_contact (CallRig *rig);
void call_rig_show (CallRig *rig, GtkWidget *child, int width_px, int height_px);
void call_rig_dial (CallRig *rig, AloqaCallKind kind);
void call_rig_await_call (CallRig *rig);
void call_rig_await_phase (CallRig *rig, AloqaPhase phase);
void call_rig_run (guint duration_ms);
GdkTexture *call_rig_shoot (CallRig *rig, const char *name);
GtkWidget *call_rig_find (GtkWidget *root, const char *type_name);
GtkWidget *call_rig_find_tooltip (GtkWidget *root, const char *words);
GtkLabel *call_rig_find_words (GtkWidget *root, const char *text);
GtkWidget *call_rig_find_button (GtkWidget *root, const char *text);
gboolean call_rig_says (GtkWidget *root, const char *text);
void call_rig_await_words (GtkWidget *root, const char *text);
void call_rig_await_no_words (GtkWidget *root, const char *text);
int call_rig_run_tests (int argc, char **argv, void (*add_tests) (GSubprocess *display));

G_END_DECLS
