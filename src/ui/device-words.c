/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/device-words.h"

#include <glib/gi18n.h>

static char *
explain_loss (const char *role, const char *name, const char *instead)
{
  if (instead != NULL && *name == '\0')
    return g_strdup_printf (_ ("The device that you chose is not there. “%s” is used."), instead);
  if (instead != NULL)
    return g_strdup_printf (_ ("“%s” is gone. “%s” is used now."), name, instead);
  if (g_str_equal (role, "mic"))
    return g_strdup_printf (_ ("“%s” is gone. They do not hear you."), name);
  if (g_str_equal (role, "ring"))
    return g_strdup_printf (_ ("“%s” is gone. The ringing is not heard."), name);
  if (g_str_equal (role, "speaker"))
    return g_strdup_printf (_ ("“%s” is gone. You do not hear them."), name);
  return g_strdup_printf (_ ("“%s” is gone. They do not see you."), name);
}

/**
 * aloqa_device_words_for_news:
 * @role: "camera", "mic", "speaker" or "ring"
 * @name: of the device, or ""
 * @instead: (nullable): the name of another one
 *
 * Returns: (transfer full): one or two sentences
 */
char *
aloqa_device_words_for_news (AloqaDeviceNews news, const char *role, const char *name,
                             const char *instead)
{
  switch (news) {
  case ALOQA_DEVICE_NEWS_LOST:
    return explain_loss (role, name, instead);
  case ALOQA_DEVICE_NEWS_BROKEN:
    return g_strdup_printf (_ ("“%s” does not work. “%s” is used now."), name, instead);
  case ALOQA_DEVICE_NEWS_BACK:
  case ALOQA_DEVICE_NEWS_TAKEN_OVER:
    return g_strdup_printf (_ ("“%s” is used now."), name);
  }

  return g_strdup (name);
}

/**
 * aloqa_device_words_for_missing:
 * @kinds: bits, 1 << #AloqaDeviceKind
 *
 * Returns: (transfer none) (nullable): a sentence that is short, for a narrow window too; %NULL for none
 */
const char *
aloqa_device_words_for_missing (guint kinds)
{
  enum {
    CAMERA = 1 << ALOQA_DEVICE_CAMERA,
    MICROPHONE = 1 << ALOQA_DEVICE_MICROPHONE,
    SPEAKER = 1 << ALOQA_DEVICE_SPEAKER,
  };

  switch (kinds) {
  case CAMERA:
    return _ ("No camera was found. Plug one in.");
  case MICROPHONE:
    return _ ("No microphone was found. Plug one in.");
  case SPEAKER:
    return _ ("No speaker was found. Plug one in.");
  case CAMERA | MICROPHONE:
    return _ ("No camera or microphone was found.");
  case CAMERA | SPEAKER:
    return _ ("No camera or speaker was found.");
  case MICROPHONE | SPEAKER:
    return _ ("No microphone or speaker was found.");
  case CAMERA | MICROPHONE | SPEAKER:
    return _ ("No camera, microphone or speaker was found.");
  default:
    return NULL;
  }
}

/**
 * aloqa_device_words_for_choice:
 * @devices: of #AloqaDevice
 * @i: of one of them
 *
 * Returns: (transfer full): its name, and a number where one before it has the same
 */
char *
aloqa_device_words_for_choice (GListModel *devices, guint i)
{
  g_autoptr (AloqaDevice) device = g_list_model_get_item (devices, i);
  const char *name = aloqa_device_get_name (device);
  guint number = 1;

  for (guint other = 0; other < i; other++) {
    g_autoptr (AloqaDevice) before = g_list_model_get_item (devices, other);

    if (g_str_equal (aloqa_device_get_name (before), name))
      number++;
  }
  return number > 1 ? g_strdup_printf ("%s (%u)", name, number) : g_strdup (name);
}

/* Returns: (transfer full): the choice of whatever is the system's own, with its name */
char *
aloqa_device_words_for_default (GListModel *devices)
{
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++) {
    g_autoptr (AloqaDevice) device = g_list_model_get_item (devices, i);
    g_autofree char *name = aloqa_device_words_for_choice (devices, i);

    /* Translators: %s is the name of a device, the one that the system would choose */
    if (aloqa_device_is_default (device))
      return g_strdup_printf (_ ("Automatic (%s)"), name);
  }
  return g_strdup (_ ("Automatic"));
}
