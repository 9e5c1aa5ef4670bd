/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/device-news.h"

/* Returns: a static string, as programs read it */
const char *
aloqa_device_news_to_string (AloqaDeviceNews news)
{
  static const char *const words[] = { "lost", "back", "broken", "taken-over" };

  return words[news];
}
