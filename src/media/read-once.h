/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Who shares memory with us may write there at any time: what is looked at twice may be two things. */
#define ALOQA_READ_ONCE(object) (*(const volatile __typeof__ (object) *) &(object))
