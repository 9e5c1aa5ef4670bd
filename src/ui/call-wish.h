/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

/*
 * Whom to call and how, as the parameter of the action `win.call`: any page can wish it without
 * knowing who fulfils it.
 */
#define ALOQA_CALL_WISH_TYPE "(xsssb)" /* id, user name, name, picture or "", with video */

GVariant *aloqa_call_wish_new (AloqaContact *contact, AloqaCallKind kind);
AloqaContact *aloqa_call_wish_parse (GVariant *wish, AloqaCallKind *kind);

G_END_DECLS
