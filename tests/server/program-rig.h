/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client.h"

G_BEGIN_DECLS

/* What it says when it accepts, with its URL behind. */
#define PROGRAM_READY "listening on "

/* The built program, with a temporary folder of its own and nothing in its environment. */
typedef struct {
  char *folder;
  char *database; /* in a folder that is not there yet */
  GSubprocessLauncher *launcher;
} ProgramRig;

void program_rig_set_up (ProgramRig *self, gconstpointer data);
void program_rig_tear_down (ProgramRig *self, gconstpointer data);
GSubprocess *program_spawn (ProgramRig *self, const char *arguments, const char *database);

/* One run to its end. */
typedef struct {
  int status;
  char *out;
  char *err;
} ProgramOutcome;

ProgramOutcome *
program_run (ProgramRig *self, const char *arguments, const char *database, const char *input);
void program_outcome_free (ProgramOutcome *self);

/* One that serves. */
typedef struct {
  GSubprocess *process;
  char *base;
} ProgramServing;

ProgramServing *program_serve (ProgramRig *rig, const char *arguments, const char *database);
char *program_stop (ProgramServing *self, int signal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProgramOutcome, program_outcome_free)

G_END_DECLS
