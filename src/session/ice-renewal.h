/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "signaling/rest.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_ICE_RENEWAL (aloqa_ice_renewal_get_type ())
G_DECLARE_FINAL_TYPE (AloqaIceRenewal, aloqa_ice_renewal, ALOQA, ICE_RENEWAL, GObject)

/*
 * Asks the server for its STUN and TURN servers anew before their passwords end, and goes on asking
 * where it does not answer.
 *
 * Signal "renewed" (GPtrArray * of AloqaIceServer)
 */
AloqaIceRenewal *aloqa_ice_renewal_new (AloqaRest *rest, AloqaClock *clock, gint64 ttl_s);
void aloqa_ice_renewal_check (AloqaIceRenewal *self);

G_END_DECLS
