/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/*
 * Whom to call and how, as the parameter of the action `win.call`: any page can wish it without
 * knowing who fulfils it.
 */
#define ALOQA_CALL_WISH_TYPE "(xsssb)" /* id, user name, name, picture or "", with video */

GVariant *aloqa_call_wish_new (AloqaContact *contact, AloqaCallKind kind);
AloqaContact *aloqa_call_wish_parse (GVariant *wish, AloqaCallKind *kind);

/*
 * The same as the parameter of the action `app.call`, for what stays on the desktop when the program
 * has ended, or somebody else is signed in: ids mean something to one account on one server alone.
 */
#define ALOQA_CALL_BACK_TYPE "(sx" ALOQA_CALL_WISH_TYPE ")" /* origin, own id */

GVariant *aloqa_call_back_new (AloqaSession *session, AloqaContact *contact, AloqaCallKind kind);
gboolean aloqa_call_back_is_for (GVariant *call_back, AloqaSession *session);
const char *aloqa_call_back_get_origin (GVariant *call_back);
AloqaContact *aloqa_call_back_parse (GVariant *call_back, AloqaCallKind *kind);

G_END_DECLS
