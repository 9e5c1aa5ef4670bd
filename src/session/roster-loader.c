/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-loader.h"

#include "base/backoff.h"
#include "base/rate-limiter.h"
#include "protocol/limits.h"
#include "session/roster-search.h"

/* The waits before the server is asked again for what it did not give. */
#define FIRST_RETRY_US (2 * G_USEC_PER_SEC)
#define MAX_RETRY_US (60 * G_USEC_PER_SEC)

/* After a time without the server, as in sleep, the list may be out of date. */
#define FRESH_US (5 * 60 * G_USEC_PER_SEC)

/* The server is asked to search when the fingers rest, and for more than a letter. */
#define SEARCH_PAUSE_US (300 * 1000)
#define MIN_SEARCH_CHARS 2

/* At most one look in half a minute for those who were not there before. */
#define NEWCOMER_LOOKS_HZ (1.0 / 30)

struct _AloqaRosterLoader {
  AloqaAccount *account;
  AloqaConnection *connection;
  AloqaClock *clock;
  const AloqaRosterLoaderEvents *events;
  gpointer owner;

  GCancellable *cancellable; /* of a load */
  gboolean is_loading;
  gboolean is_loaded; /* at least once */
  gboolean is_whole;  /* that list has everybody */
  gint64 loaded_us;
  GError *error; /* of the last load, or NULL */
  AloqaBackoff backoff;
  guint retry_timer;
  AloqaRateLimiter newcomer_looks;

  char *search; /* to be sent */
  guint search_timer;
  GCancellable *search_cancellable; /* of the one on the way; NULL before the first */
};

/* What passes by itself, so that nobody has to ask again by hand. */
static gboolean
may_pass (const GError *error)
{
  return g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE) ||
         g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED) ||
         g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_RATE_LIMITED);
}

static void
retry_cb (gpointer user_data)
{
  AloqaRosterLoader *self = user_data;

  self->retry_timer = 0;
  aloqa_roster_loader_load (self);
}

static void
note_success (AloqaRosterLoader *self, guint n_users)
{
  self->is_loaded = TRUE;
  /* Cut by our own server, or by us. */
  self->is_whole = n_users != ALOQA_MAX_LISTED_USERS && n_users < ALOQA_MAX_USERS;
  self->loaded_us = aloqa_clock_get_now_us (self->clock);
  aloqa_backoff_reset (&self->backoff);
}

static void
retry_later (AloqaRosterLoader *self)
{
  self->retry_timer =
      aloqa_clock_add_timer (self->clock, aloqa_backoff_next_us (&self->backoff), retry_cb, self);
}

static void
users_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaRosterLoader *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = aloqa_rest_list_users_finish (ALOQA_REST (source), result, &error);

  /* Then this is freed already. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->is_loading = FALSE;
  g_clear_error (&self->error);
  if (users != NULL) {
    note_success (self, users->len);
    self->events->loaded (self->owner, users);
  } else {
    self->error = g_steal_pointer (&error);
    if (may_pass (self->error))
      retry_later (self);
  }
  self->events->changed (self->owner);
}

static void
users_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaRosterLoader *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = aloqa_rest_list_users_finish (ALOQA_REST (source), result, &error);

  if (users != NULL)
    self->events->found (self->owner, users);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("The server did not search: %s", error->message);
}

static void
cancel_search (AloqaRosterLoader *self)
{
  g_cancellable_cancel (self->search_cancellable);
  g_clear_object (&self->search_cancellable);
}

static void
search_pause_cb (gpointer user_data)
{
  AloqaRosterLoader *self = user_data;

  self->search_timer = 0;
  cancel_search (self);
  self->search_cancellable = g_cancellable_new ();
  aloqa_rest_list_users_async (aloqa_account_get_rest (self->account), self->search,
                               self->search_cancellable, users_found_cb, self);
}

static void
connection_state_cb (AloqaConnection *connection, GParamSpec *pspec, AloqaRosterLoader *self)
{
  gint64 age_us = aloqa_clock_get_now_us (self->clock) - self->loaded_us;

  if (aloqa_connection_get_state (connection) == ALOQA_CONNECTION_REGISTERED &&
      (self->error != NULL || (self->is_loaded && age_us > FRESH_US)))
    aloqa_roster_loader_load (self);
}

static void
account_renewed_cb (AloqaAccount *account, AloqaRosterLoader *self)
{
  if (self->error != NULL)
    aloqa_roster_loader_load (self);
}

/* Begins to load nothing by itself. */
AloqaRosterLoader *
aloqa_roster_loader_new (AloqaAccount *account, AloqaClock *clock,
                         const AloqaRosterLoaderEvents *events, gpointer owner)
{
  AloqaRosterLoader *self = g_new0 (AloqaRosterLoader, 1);

  self->account = g_object_ref (account);
  self->connection = g_object_ref (aloqa_account_get_connection (account));
  self->clock = g_object_ref (clock);
  self->events = events;
  self->owner = owner;
  self->cancellable = g_cancellable_new ();
  self->backoff = (AloqaBackoff){ .first_us = FIRST_RETRY_US, .max_us = MAX_RETRY_US };
  self->newcomer_looks = (AloqaRateLimiter){ .rate_hz = NEWCOMER_LOOKS_HZ, .burst = 1 };
  g_signal_connect (self->connection, "notify::state", G_CALLBACK (connection_state_cb), self);
  g_signal_connect (account, "renewed", G_CALLBACK (account_renewed_cb), self);
  return self;
}

void
aloqa_roster_loader_free (AloqaRosterLoader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  cancel_search (self);
  aloqa_clock_clear_timer (self->clock, &self->retry_timer);
  aloqa_clock_clear_timer (self->clock, &self->search_timer);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_signal_handlers_disconnect_by_data (self->account, self);
  g_object_unref (self->connection);
  g_object_unref (self->account);
  g_object_unref (self->clock);
  g_clear_error (&self->error);
  g_free (self->search);
  g_free (self);
}

/* Asks for everybody, unless that is under way. */
void
aloqa_roster_loader_load (AloqaRosterLoader *self)
{
  if (self->is_loading)
    return;

  aloqa_clock_clear_timer (self->clock, &self->retry_timer);
  self->is_loading = TRUE;
  aloqa_rest_list_users_async (aloqa_account_get_rest (self->account), NULL, self->cancellable,
                               users_listed_cb, self);
  self->events->changed (self->owner);
}

/* Whether nobody can be found by asking the server who is not in its list. */
gboolean
aloqa_roster_loader_has_everybody (AloqaRosterLoader *self)
{
  return self->is_loaded && self->is_whole;
}

/* Somebody is there who was not in the last list; a crowd that comes is looked at in one go. Of a list
 * that lacks people anyway that is nothing new. */
void
aloqa_roster_loader_look_for_newcomers (AloqaRosterLoader *self)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  if (aloqa_roster_loader_has_everybody (self) &&
      aloqa_rate_limiter_take (&self->newcomer_looks, now_us))
    aloqa_roster_loader_load (self);
}

/* A server looks for one text in each of somebody's names: of several words, the one that says most. */
static char *
dup_longest_word (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, ALOQA_ROSTER_WORD_ENDS, -1);
  const char *longest = "";

  for (char **word = words; *word != NULL; word++) {
    if (g_utf8_strlen (*word, -1) > g_utf8_strlen (longest, -1))
      longest = *word;
  }
  return g_strdup (longest);
}

/**
 * aloqa_roster_loader_search_soon:
 * @text: (nullable): %NULL for nothing; in any case instead of what was to be searched for
 */
void
aloqa_roster_loader_search_soon (AloqaRosterLoader *self, const char *text)
{
  aloqa_clock_clear_timer (self->clock, &self->search_timer);
  g_free (self->search);
  self->search = text != NULL ? dup_longest_word (text) : NULL;
  if (self->search == NULL || g_utf8_strlen (self->search, -1) < MIN_SEARCH_CHARS)
    return;

  self->search_timer = aloqa_clock_add_timer (self->clock, SEARCH_PAUSE_US, search_pause_cb, self);
}

gboolean
aloqa_roster_loader_is_loading (AloqaRosterLoader *self)
{
  return self->is_loading;
}

/* Whether everybody was loaded, once at least. */
gboolean
aloqa_roster_loader_is_loaded (AloqaRosterLoader *self)
{
  return self->is_loaded;
}

/* Returns: (nullable): why the last load failed */
const GError *
aloqa_roster_loader_get_error (AloqaRosterLoader *self)
{
  return self->error;
}
