/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_CANDIDATE_HOST,
  ALOQA_CANDIDATE_SERVER_REFLEXIVE,
  ALOQA_CANDIDATE_PEER_REFLEXIVE,
  ALOQA_CANDIDATE_RELAY,
} AloqaCandidateKind;

typedef enum {
  ALOQA_TRANSPORT_UDP,
  ALOQA_TRANSPORT_TCP,
} AloqaTransport;

/* An ICE candidate (RFC 8839, section 5.1), valid by construction; immutable, counted. */
typedef struct {
  char *line;              /* "candidate:…", without "a="; "" marks the end of candidates */
  char *mid;               /* or NULL: go by m_line_index */
  int m_line_index;        /* -1 where the sender gave none */
  char *username_fragment; /* or NULL */

  /* Taken from the line; unset where it is "". */
  char *foundation;
  guint component; /* 1 RTP, 2 RTCP */
  AloqaTransport transport;
  guint32 priority;
  char *address; /* IPv4, IPv6 or a name that ends in .local */
  guint16 port;
  AloqaCandidateKind kind;
} AloqaCandidate;

AloqaCandidate *aloqa_candidate_new (const char *line, const char *mid, int m_line_index,
                                     const char *username_fragment, GError **error);
AloqaCandidate *aloqa_candidate_ref (AloqaCandidate *self);
void aloqa_candidate_unref (AloqaCandidate *self);
gboolean aloqa_candidate_is_end (const AloqaCandidate *self);
gboolean aloqa_candidate_is_mdns (const AloqaCandidate *self);

#define ALOQA_TYPE_CANDIDATE (aloqa_candidate_get_type ())
GType aloqa_candidate_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaCandidate, aloqa_candidate_unref)

G_END_DECLS
