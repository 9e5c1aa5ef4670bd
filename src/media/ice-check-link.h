/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/ice-check.h"

G_BEGIN_DECLS

/*
 * The way that messages take between the check and one STUN or TURN server. Opened once in its life;
 * after close, or after it has failed, nothing comes any more.
 *
 * Signals, on the main thread:
 *   opened ()           messages can be sent
 *   message (GBytes *)  one that begins like a STUN message and has its size
 *   failed (GError *)   an ALOQA_ICE_CHECK_ERROR
 */
#define ALOQA_TYPE_ICE_LINK (aloqa_ice_link_get_type ())
G_DECLARE_DERIVABLE_TYPE (AloqaIceLink, aloqa_ice_link, ALOQA, ICE_LINK, GObject)

struct _AloqaIceLinkClass {
  GObjectClass parent_class;

  void (*open) (AloqaIceLink *self);
  void (*send) (AloqaIceLink *self, const guint8 *data, gsize length);
  gboolean is_reliable; /* whoever sends need not send again */
};

AloqaIceLink *
aloqa_ice_link_new (AloqaIceServer *server, GSocketAddress *address, GTlsDatabase *trust);
void aloqa_ice_link_open (AloqaIceLink *self);
void aloqa_ice_link_send (AloqaIceLink *self, GByteArray *message);
void aloqa_ice_link_close (AloqaIceLink *self);
gboolean aloqa_ice_link_is_reliable (AloqaIceLink *self);
const char *aloqa_ice_link_get_name (AloqaIceLink *self);

/* For the subclasses. */
GSocketConnectable *aloqa_ice_link_get_connectable (AloqaIceLink *self);
AloqaIceServer *aloqa_ice_link_get_server (AloqaIceLink *self);
GTlsDatabase *aloqa_ice_link_get_trust (AloqaIceLink *self);
GCancellable *aloqa_ice_link_get_cancellable (AloqaIceLink *self);
gboolean aloqa_ice_link_is_over (AloqaIceLink *self);
void aloqa_ice_link_take_opened (AloqaIceLink *self);
void aloqa_ice_link_take_message (AloqaIceLink *self, const guint8 *data, gsize length);
void aloqa_ice_link_fail (AloqaIceLink *self, AloqaIceCheckError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void aloqa_ice_link_fail_because (AloqaIceLink *self, const GError *cause);

G_END_DECLS
