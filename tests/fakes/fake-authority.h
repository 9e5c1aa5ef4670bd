/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A certificate authority of a test's own: real certificates, for any name and any time. */
typedef struct _AloqaFakeAuthority AloqaFakeAuthority;

AloqaFakeAuthority *aloqa_fake_authority_new (void);
void aloqa_fake_authority_free (AloqaFakeAuthority *self);
void aloqa_fake_authority_write (AloqaFakeAuthority *self, const char *path);
GTlsCertificate *aloqa_fake_authority_issue (AloqaFakeAuthority *self, const char *host,
                                             gint64 begin_s, gint64 end_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaFakeAuthority, aloqa_fake_authority_free)

G_END_DECLS
