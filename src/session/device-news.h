/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person is told of a device of a call. */
typedef enum {
  ALOQA_DEVICE_NEWS_LOST,       /* it is gone; another one is used instead, or none */
  ALOQA_DEVICE_NEWS_BACK,       /* it is there again, or one at last, and is used */
  ALOQA_DEVICE_NEWS_BROKEN,     /* it is there and cannot be used; another one is used instead */
  ALOQA_DEVICE_NEWS_TAKEN_OVER, /* it has become the system's default, and is used */
} AloqaDeviceNews;

const char *aloqa_device_news_to_string (AloqaDeviceNews news);

G_END_DECLS
