/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-entry-private.h"

enum {
  PROP_INCOMING = 1,
  PROP_PEER_ID,
  PROP_USERNAME,
  PROP_NAME,
  PROP_PICTURE,
  PROP_VIDEO,
  PROP_STARTED_US,
  PROP_DURATION_US,
  PROP_OUTCOME,
  PROP_REASON,
  PROP_SEEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaHistoryEntry, aloqa_history_entry, G_TYPE_OBJECT)

static void
aloqa_history_entry_get_property (GObject *object, guint property_id, GValue *value,
                                  GParamSpec *pspec)
{
  AloqaHistoryEntry *self = ALOQA_HISTORY_ENTRY (object);

  switch (property_id) {
  case PROP_INCOMING:
    g_value_set_boolean (value, self->is_incoming);
    break;
  case PROP_PEER_ID:
    g_value_set_int64 (value, self->peer_id);
    break;
  case PROP_USERNAME:
    g_value_set_string (value, self->username);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_PICTURE:
    g_value_set_string (value, self->picture);
    break;
  case PROP_VIDEO:
    g_value_set_boolean (value, self->kind == ALOQA_CALL_VIDEO);
    break;
  case PROP_STARTED_US:
    g_value_set_int64 (value, self->started_us);
    break;
  case PROP_DURATION_US:
    g_value_set_int64 (value, self->duration_us);
    break;
  case PROP_OUTCOME:
    g_value_set_int (value, self->outcome);
    break;
  case PROP_REASON:
    g_value_set_string (value, self->reason);
    break;
  case PROP_SEEN:
    g_value_set_boolean (value, self->is_seen);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_history_entry_finalize (GObject *object)
{
  AloqaHistoryEntry *self = ALOQA_HISTORY_ENTRY (object);

  g_free (self->key);
  g_free (self->username);
  g_free (self->name);
  g_free (self->picture);
  g_free (self->reason);

  G_OBJECT_CLASS (aloqa_history_entry_parent_class)->finalize (object);
}

static void
aloqa_history_entry_class_init (AloqaHistoryEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aloqa_history_entry_get_property;
  object_class->finalize = aloqa_history_entry_finalize;

  properties[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, flags);
  properties[PROP_PEER_ID] = g_param_spec_int64 ("peer-id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_PICTURE] = g_param_spec_string ("picture", NULL, NULL, NULL, flags);
  properties[PROP_VIDEO] = g_param_spec_boolean ("video", NULL, NULL, FALSE, flags);
  properties[PROP_STARTED_US] =
      g_param_spec_int64 ("started-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_DURATION_US] =
      g_param_spec_int64 ("duration-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_OUTCOME] = g_param_spec_int ("outcome", NULL, NULL, 0, ALOQA_N_OUTCOMES - 1,
                                               ALOQA_OUTCOME_ONGOING, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, "", flags);
  properties[PROP_SEEN] =
      g_param_spec_boolean ("seen", NULL, NULL, TRUE, flags | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_history_entry_init (AloqaHistoryEntry *self)
{
}

/* Returns: (transfer full): one to be filled */
AloqaHistoryEntry *
aloqa_history_entry_new (void)
{
  return g_object_new (ALOQA_TYPE_HISTORY_ENTRY, NULL);
}

void
aloqa_history_entry_set_seen (AloqaHistoryEntry *self)
{
  if (self->is_seen)
    return;

  self->is_seen = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN]);
}

/* The order of the list, which is total, and the one of the file. */
gboolean
aloqa_history_entry_is_newer (AloqaHistoryEntry *self, AloqaHistoryEntry *other)
{
  return self->started_us > other->started_us ||
         (self->started_us == other->started_us && g_strcmp0 (self->key, other->key) > 0);
}

gboolean
aloqa_history_entry_is_incoming (AloqaHistoryEntry *self)
{
  return self->is_incoming;
}

gint64
aloqa_history_entry_get_peer_id (AloqaHistoryEntry *self)
{
  return self->peer_id;
}

const char *
aloqa_history_entry_get_username (AloqaHistoryEntry *self)
{
  return self->username;
}

const char *
aloqa_history_entry_get_name (AloqaHistoryEntry *self)
{
  return self->name;
}

AloqaCallKind
aloqa_history_entry_get_kind (AloqaHistoryEntry *self)
{
  return self->kind;
}

gint64
aloqa_history_entry_get_started_us (AloqaHistoryEntry *self)
{
  return self->started_us;
}

gint64
aloqa_history_entry_get_duration_us (AloqaHistoryEntry *self)
{
  return self->duration_us;
}

AloqaOutcome
aloqa_history_entry_get_outcome (AloqaHistoryEntry *self)
{
  return self->outcome;
}

const char *
aloqa_history_entry_get_reason (AloqaHistoryEntry *self)
{
  return self->reason;
}

gboolean
aloqa_history_entry_is_seen (AloqaHistoryEntry *self)
{
  return self->is_seen;
}

/* Returns: (transfer full): when it began, in the time zone of this machine */
GDateTime *
aloqa_history_entry_dup_local_start (AloqaHistoryEntry *self)
{
  return g_date_time_new_from_unix_local (self->started_us / G_USEC_PER_SEC);
}

/* Returns: (transfer full): the other side as it was known then, to call again */
AloqaContact *
aloqa_history_entry_new_contact (AloqaHistoryEntry *self)
{
  return aloqa_contact_new (self->peer_id, self->username, self->name, self->picture);
}
