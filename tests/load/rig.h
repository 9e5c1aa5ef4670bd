/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/tokens.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The real server as a process of its own, with its real limits: its users sign their tokens with
 * the key that it was started with, and come from many addresses of 127.0.0.0/8.
 */
typedef struct {
  char *folder;
  char *database_path;
  GSubprocess *process;
  pid_t pid;
  guint16 port;
  AloqaTokens *tokens;
} LoadRig;

LoadRig *load_rig_new (const char *program, guint n_users);
LoadRig *load_rig_join (guint16 port);
void load_rig_free (LoadRig *self);
char *load_rig_make_request (LoadRig *self, guint user);
int load_rig_connect (LoadRig *self, guint nth_address);
double load_rig_get_cpu_s (const LoadRig *self);
double load_rig_get_pss_kib (const LoadRig *self);

G_END_DECLS
