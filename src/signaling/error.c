/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/error.h"

G_DEFINE_QUARK (aloqa_signaling_error, aloqa_signaling_error)
