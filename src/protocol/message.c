/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message.h"

G_DEFINE_BOXED_TYPE (AloqaMessage, aloqa_message, aloqa_message_ref, aloqa_message_unref)

/**
 * aloqa_message_new:
 * @peer: to whom or from whom, or 0 on a frame between server and client alone
 *
 * Returns: (transfer full): a message with everything else unset, for the caller to fill before
 *   anybody else sees it
 */
AloqaMessage *
aloqa_message_new (AloqaMessageType type, gint64 peer)
{
  AloqaMessage *self;

  g_return_val_if_fail (type < ALOQA_N_MESSAGES, NULL);

  self = g_atomic_rc_box_new0 (AloqaMessage);
  self->type = type;
  self->peer = peer;
  return self;
}

AloqaMessage *
aloqa_message_ref (AloqaMessage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AloqaMessage *self = data;

  g_free (self->call_id);
  g_clear_pointer (&self->caller, aloqa_caller_free);
  g_free (self->sdp);
  g_clear_pointer (&self->candidate, aloqa_candidate_unref);
  g_free (self->device);
  g_clear_pointer (&self->online, g_array_unref);
  g_free (self->error_code);
  g_free (self->error_message);
  g_free (self->error_field);
}

void
aloqa_message_unref (AloqaMessage *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * aloqa_caller_new:
 * @first_name: (nullable)
 * @last_name: (nullable)
 * @profile_pic: (nullable): a file name below the server's /uploads
 *
 * Returns: (transfer full): free with aloqa_caller_free()
 */
AloqaCaller *
aloqa_caller_new (gint64 id, const char *username, const char *first_name, const char *last_name,
                  const char *profile_pic)
{
  AloqaCaller *self = g_new0 (AloqaCaller, 1);

  self->id = id;
  self->username = g_strdup (username);
  self->first_name = g_strdup (first_name);
  self->last_name = g_strdup (last_name);
  self->profile_pic = g_strdup (profile_pic);
  return self;
}

AloqaCaller *
aloqa_caller_copy (const AloqaCaller *self)
{
  return aloqa_caller_new (self->id, self->username, self->first_name, self->last_name,
                           self->profile_pic);
}

void
aloqa_caller_free (AloqaCaller *self)
{
  g_free (self->username);
  g_free (self->first_name);
  g_free (self->last_name);
  g_free (self->profile_pic);
  g_free (self);
}
