/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device.h"

#include <string.h>

/* No system has ids that are longer, and no menu has room for longer names. */
#define MAX_ID_BYTES 1023
#define MAX_NAME_BYTES 255

struct _AloqaDevice {
  GObject parent_instance;

  guint kind;
  char *id;
  char *name;
  gboolean is_default;
};

enum { PROP_KIND = 1, PROP_ID, PROP_NAME, PROP_IS_DEFAULT, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaDevice, aloqa_device, G_TYPE_OBJECT)

static void
aloqa_device_finalize (GObject *object)
{
  AloqaDevice *self = ALOQA_DEVICE (object);

  g_free (self->id);
  g_free (self->name);

  G_OBJECT_CLASS (aloqa_device_parent_class)->finalize (object);
}

static void
aloqa_device_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaDevice *self = ALOQA_DEVICE (object);

  switch (property_id) {
  case PROP_KIND:
    g_value_set_uint (value, self->kind);
    break;
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_IS_DEFAULT:
    g_value_set_boolean (value, self->is_default);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_device_class_init (AloqaDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = aloqa_device_finalize;
  object_class->get_property = aloqa_device_get_property;
  properties[PROP_KIND] =
      g_param_spec_uint ("kind", NULL, NULL, 0, ALOQA_DEVICE_N_KINDS - 1, 0, flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_IS_DEFAULT] = g_param_spec_boolean ("is-default", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_device_init (AloqaDevice *self)
{
}

/* Returns: what a source of this kind is called: "camera", "mic" or "speaker", alone or before a colon;
 * and its role in what is told of it */
const char *
aloqa_device_kind_get_role (AloqaDeviceKind kind)
{
  static const char *const roles[ALOQA_DEVICE_N_KINDS] = {
    [ALOQA_DEVICE_CAMERA] = "camera",
    [ALOQA_DEVICE_MICROPHONE] = "mic",
    [ALOQA_DEVICE_SPEAKER] = "speaker",
  };

  return roles[kind];
}

/*
 * Whoever makes a device can call it anything, and the kernel cuts the names of cameras after so many
 * bytes, be it inside a letter, which is left out then.
 */
static char *
make_text (const char *said, gsize max_bytes)
{
  gsize n_bytes = strnlen (said, max_bytes);
  const char *end;
  char *text;

  if (!g_utf8_validate_len (said, n_bytes, &end) &&
      g_utf8_get_char_validated (end, (gssize) n_bytes - (end - said)) == (gunichar) -2)
    n_bytes = (gsize) (end - said);
  text = g_utf8_make_valid (said, (gssize) n_bytes);
  /* Nothing that a terminal does something at. */
  for (char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      memset (c, ' ', (gsize) (g_utf8_next_char (c) - c));
  }
  return text;
}

/**
 * aloqa_device_new:
 * @id: what the system calls it, in any bytes
 * @name: what a person calls it, likewise
 *
 * An id that is no text, or very long, becomes one: under that name the system does not know it.
 *
 * Returns: (transfer full): a device that is not the default one
 */
AloqaDevice *
aloqa_device_new (AloqaDeviceKind kind, const char *id, const char *name)
{
  AloqaDevice *self = g_object_new (ALOQA_TYPE_DEVICE, NULL);

  self->kind = kind;
  self->id = make_text (id, MAX_ID_BYTES);
  self->name = make_text (name, MAX_NAME_BYTES);

  return self;
}

AloqaDeviceKind
aloqa_device_get_kind (AloqaDevice *self)
{
  return self->kind;
}

const char *
aloqa_device_get_id (AloqaDevice *self)
{
  return self->id;
}

const char *
aloqa_device_get_name (AloqaDevice *self)
{
  return self->name;
}

gboolean
aloqa_device_is_default (AloqaDevice *self)
{
  return self->is_default;
}

void
aloqa_device_set_is_default (AloqaDevice *self, gboolean is_default)
{
  if (self->is_default == is_default)
    return;

  self->is_default = is_default;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DEFAULT]);
}
