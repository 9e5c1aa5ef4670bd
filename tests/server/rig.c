/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rig.h"

#include "support/support.h"

/* bcrypt's quickest: these passwords protect nothing. */
#define QUICK_COST_LOG2 4

static gint64
add_user (Rig *self, const char *username, const char *first_name, const char *last_name)
{
  g_autoptr (GError) error = NULL;
  gint64 id =
      aloqa_server_add_user (self->server, username, "secret", first_name, last_name, &error);

  g_assert_no_error (error);
  return id;
}

Rig *
rig_new (void)
{
  return rig_new_with (&(AloqaServerConfig){ 0 });
}

/* @config: without users; its key and its password cost are set here */
Rig *
rig_new_with (const AloqaServerConfig *config)
{
  AloqaServerConfig own = *config;
  g_autoptr (GError) error = NULL;
  Rig *self = g_new0 (Rig, 1);

  own.secret_key = RIG_SECRET_KEY;
  own.password_cost_log2 = QUICK_COST_LOG2;
  self->server = aloqa_server_new (&own, &error);
  g_assert_no_error (error);
  self->ali = add_user (self, "ali", "Ali", "Aliyev");
  self->vali = add_user (self, "vali", NULL, NULL);
  self->guli = add_user (self, "guli", "Guli", NULL);

  aloqa_server_start (self->server, &error);
  g_assert_no_error (error);
  self->base = aloqa_server_dup_url (self->server);
  return self;
}

static gboolean
is_idle (gpointer user_data)
{
  return aloqa_server_get_n_connections (user_data) == 0;
}

void
rig_wait_idle (Rig *self)
{
  aloqa_test_wait_until (is_idle, self->server);
}

void
rig_free (Rig *self)
{
  aloqa_server_stop (self->server);
  rig_wait_idle (self);
  g_assert_finalize_object (self->server);
  g_free (self->base);
  g_free (self);
}
