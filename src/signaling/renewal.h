/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "signaling/rest.h"

G_BEGIN_DECLS

/*
 * Keeps an access token fresh: knows what new ones are got with, and when. One renewal runs at a
 * time. The callbacks are called last, and may free it.
 */
typedef struct _AloqaRenewal AloqaRenewal;

typedef struct {
  void (*renewed) (gpointer owner, const AloqaCredentials *credentials);
  void (*refused) (gpointer owner, const GError *error); /* for good, with what is known here */
} AloqaRenewalEvents;

AloqaRenewal *aloqa_renewal_new (AloqaRest *rest, AloqaClock *clock,
                                 const AloqaRenewalEvents *events, gpointer owner);
void aloqa_renewal_free (AloqaRenewal *self);

void aloqa_renewal_set_password (AloqaRenewal *self, const char *username, const char *password);
void
aloqa_renewal_set_tokens (AloqaRenewal *self, const char *access_token, const char *refresh_token);
const char *aloqa_renewal_get_refresh_token (const AloqaRenewal *self);

void aloqa_renewal_run (AloqaRenewal *self);
void aloqa_renewal_note_refusal (AloqaRenewal *self);
void aloqa_renewal_note_acceptance (AloqaRenewal *self);

G_END_DECLS
