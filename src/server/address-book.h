/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/quota.h"

G_BEGIN_DECLS

/* What all users at one address may send together: kept a while after the last one has gone. */
typedef struct _AloqaAddressBook AloqaAddressBook;

AloqaAddressBook *aloqa_address_book_new (const AloqaSettings *settings);
void aloqa_address_book_free (AloqaAddressBook *self);
AloqaQuota *aloqa_address_book_acquire (AloqaAddressBook *self, const char *address);
void aloqa_address_book_release (AloqaAddressBook *self, AloqaQuota *quota);
void aloqa_address_book_forget (AloqaAddressBook *self, gint64 now_us);
void aloqa_address_book_reload (AloqaAddressBook *self);

G_END_DECLS
