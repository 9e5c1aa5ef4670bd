/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-controller.h"
#include "session/contact.h"
#include "session/history-store.h"
#include "signaling/account.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_ROSTER (aloqa_roster_get_type ())
G_DECLARE_FINAL_TYPE (AloqaRoster, aloqa_roster, ALOQA, ROSTER, GObject)

/* What a page of people is to show. */
typedef enum {
  ALOQA_ROSTER_LOADING,  /* nobody is known yet; the server is being asked */
  ALOQA_ROSTER_READY,    /* there are items */
  ALOQA_ROSTER_EMPTY,    /* there is nobody else on this server */
  ALOQA_ROSTER_NO_MATCH, /* nobody matches the search */
  ALOQA_ROSTER_OFFLINE, /* nobody is known: the server is out of reach, and asked again by itself */
  ALOQA_ROSTER_FAILED,  /* nobody is known: see the error; aloqa_roster_refresh() asks again */
} AloqaRosterState;

/*
 * The people who can be called from the account that is signed in: a GListModel of AloqaContact that
 * match the search, by name; with a search, names that begin with it come first.
 *
 * People stay the same objects for as long as the server says the same of them. Who was loaded stays
 * when the server goes out of reach. Their property `online` follows the server's presence frames.
 *
 * Properties, with notify:
 *   state (int): an AloqaRosterState
 *   loading (gboolean): the server is being asked, whether or not there is something to show
 *   error (GError, nullable): an ALOQA_SIGNALING_ERROR: why the last load failed; with items shown
 *     it means that they may be out of date
 *   search (const char *, read and write): never NULL
 *   n-contacts (guint): how many there are without the search
 */
AloqaRoster *aloqa_roster_new (AloqaAccount *account, AloqaClock *clock,
                               AloqaCallController *controller, AloqaHistoryStore *store);
void aloqa_roster_refresh (AloqaRoster *self);
void aloqa_roster_set_search (AloqaRoster *self, const char *search);
const char *aloqa_roster_get_search (AloqaRoster *self);
AloqaRosterState aloqa_roster_get_state (AloqaRoster *self);
gboolean aloqa_roster_is_loading (AloqaRoster *self);
const GError *aloqa_roster_get_error (AloqaRoster *self);
guint aloqa_roster_get_n_contacts (AloqaRoster *self);
AloqaContact *aloqa_roster_find (AloqaRoster *self, gint64 id);

/*
 * Pictures, of any contact of this server, in the roster or not: the file's bytes (PNG, JPEG, …, not
 * looked into), from a cache of bounded size. Finish gives NULL without an error for somebody who has
 * none.
 */
void aloqa_roster_load_picture_async (AloqaRoster *self, AloqaContact *contact,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
GBytes *aloqa_roster_load_picture_finish (AloqaRoster *self, GAsyncResult *result, GError **error);

/*
 * Which protocol to dial by: what is @wanted, or instead of ALOQA_DIAL_AUTO what is known to have
 * worked with @contact. It is learnt from the calls, and kept with the history.
 */
AloqaDialProtocol
aloqa_roster_choose_protocol (AloqaRoster *self, AloqaContact *contact, AloqaDialProtocol wanted);

G_END_DECLS
