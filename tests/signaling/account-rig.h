/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "signaling/account.h"
#include "support/support.h"

G_BEGIN_DECLS

/* An account on a scripted server, in a time that stands still. */
typedef struct {
  AloqaFakeServer *server;
  AloqaServerAddress *address;
  AloqaClock *clock;
  AloqaAccount *account;
  GAsyncResult *result;
  GError *signed_out; /* or NULL: what "signed-out" said */
  guint n_renewed;
} AccountRig;

void account_rig_set_up (AccountRig *rig, gconstpointer data);
void account_rig_tear_down (AccountRig *rig, gconstpointer data);

void account_rig_advance_ms (AccountRig *rig, gint64 duration_ms);
gint64 account_rig_get_next_ms (AccountRig *rig);

gboolean account_rig_sign_in (AccountRig *rig, const char *password, GError **error);
gboolean account_rig_sign_in_with_token (AccountRig *rig, const char *token, GError **error);
gboolean account_rig_finish_sign_in (AccountRig *rig, GError **error);
void account_rig_start (AccountRig *rig);
void account_rig_connect (AccountRig *rig);

/* Each waits for it, and ends the test where it does not come. */
void account_rig_await_state (AccountRig *rig, AloqaConnectionState state);
void account_rig_await_renewals (AccountRig *rig, guint n_renewals);
void account_rig_await_refreshes (AccountRig *rig, guint n_refreshes);
void account_rig_await_next_ms (AccountRig *rig, gint64 next_ms);
void account_rig_await_end (AccountRig *rig);

/* For operations whose result is looked at by the test itself. */
void account_rig_keep_result (GObject *source, GAsyncResult *result, gpointer user_data);
gboolean account_rig_has_result (gpointer user_data);

G_END_DECLS
