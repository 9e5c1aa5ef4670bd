/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls, and the standalone driver as well. Ends the program where a promise breaks. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
