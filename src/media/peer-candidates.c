/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-private.h"

#include <string.h>

/* libnice checks at most a hundred pairs; more candidates than that are an attack on other hosts. */
#define MAX_CANDIDATES 50

typedef struct {
  AloqaPeer *peer;
  AloqaCandidate *candidate;
} Lookup;

static void
free_lookup (Lookup *lookup)
{
  g_object_unref (lookup->peer);
  aloqa_candidate_unref (lookup->candidate);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, free_lookup)

/* @candidate as if it had been written with @address. */
static char *
rewrite_address (const AloqaCandidate *candidate, GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);
  g_auto (GStrv) words = g_strsplit (candidate->line, " ", 6);

  /* foundation, component, transport, priority, address, the rest: valid by construction */
  g_free (words[4]);
  words[4] = g_steal_pointer (&text);
  return g_strjoinv (" ", words);
}

/* A name that nobody here knows is no fault: the browser behind it learns our address from our
 * checks, and we learn its from its own. */
static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  if (addresses == NULL) {
    g_debug ("peer %p: an mDNS candidate is not known here: %s", (void *) lookup->peer,
             error->message);
    return;
  }
  if (lookup->peer->engine != NULL) {
    line = rewrite_address (lookup->candidate, addresses->data);
    aloqa_peer_engine_add_candidate (lookup->peer->engine, line);
  }
  g_resolver_free_addresses (addresses);
}

static void
resolve (AloqaPeer *self, AloqaCandidate *candidate)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Lookup *lookup = g_new0 (Lookup, 1);

  lookup->peer = g_object_ref (self);
  lookup->candidate = aloqa_candidate_ref (candidate);
  if (self->lookups == NULL)
    self->lookups = g_cancellable_new ();
  g_resolver_lookup_by_name_async (resolver, candidate->address, self->lookups, resolved_cb,
                                   lookup);
}

static void
apply (AloqaPeer *self, AloqaCandidate *candidate)
{
  if (!aloqa_sdp_remote_is_for_transport (self->remote, candidate))
    return;
  if (aloqa_candidate_is_end (candidate)) {
    aloqa_peer_engine_add_candidate (self->engine, "");
    return;
  }
  if (candidate->component != 1 || candidate->transport != ALOQA_TRANSPORT_UDP ||
      self->n_remote_candidates >= MAX_CANDIDATES)
    return;

  self->n_remote_candidates++;
  self->last_candidate_us = g_get_monotonic_time ();
  if (aloqa_candidate_is_mdns (candidate))
    resolve (self, candidate);
  else
    aloqa_peer_engine_add_candidate (self->engine, candidate->line);
}

/**
 * aloqa_peer_candidates_flush:
 *
 * Applies what has been waiting, if it may be by now.
 */
void
aloqa_peer_candidates_flush (AloqaPeer *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  if (!self->is_open || !self->is_remote_applied || self->engine == NULL)
    return;

  waiting = g_steal_pointer (&self->remote_candidates);
  self->remote_candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_candidate_unref);
  for (guint i = 0; i < waiting->len; i++)
    apply (self, g_ptr_array_index (waiting, i));
}

void
aloqa_peer_candidates_close (AloqaPeer *self)
{
  if (self->lookups != NULL)
    g_cancellable_cancel (self->lookups);
  g_clear_object (&self->lookups);
  g_ptr_array_set_size (self->remote_candidates, 0);
}

/**
 * aloqa_peer_add_candidate:
 * @candidate: (transfer none): one of the other side's
 *
 * May be called at any time, before the remote description too: it waits until there is one and the
 * peer is open. One that is of no use here (RTCP's own, TCP, of another m-line or another call) is
 * dropped.
 */
void
aloqa_peer_add_candidate (AloqaPeer *self, AloqaCandidate *candidate)
{
  g_return_if_fail (ALOQA_IS_PEER (self));
  g_return_if_fail (candidate != NULL);

  if (self->is_closed || self->remote_candidates->len >= MAX_CANDIDATES)
    return;
  g_ptr_array_add (self->remote_candidates, aloqa_candidate_ref (candidate));
  aloqa_peer_candidates_flush (self);
}

/**
 * aloqa_peer_open:
 *
 * From here on a callee's packets may go to the other side: the person has accepted. May be called
 * before the offer is there.
 */
void
aloqa_peer_open (AloqaPeer *self)
{
  g_return_if_fail (ALOQA_IS_PEER (self));

  self->is_open = TRUE;
  aloqa_peer_candidates_flush (self);
}
