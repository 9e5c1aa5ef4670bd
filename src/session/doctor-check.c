/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor-check.h"

#include "session/doctor-private.h"

struct _AloqaDoctorCheck {
  GObject parent_instance;

  char *id;
  char *title;
  AloqaDoctorState state;
  char *finding; /* or NULL */
  char *remedy;  /* or NULL */
};

enum { PROP_ID = 1, PROP_TITLE, PROP_STATE, PROP_FINDING, PROP_REMEDY, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaDoctorCheck, aloqa_doctor_check, G_TYPE_OBJECT)

static void
aloqa_doctor_check_finalize (GObject *object)
{
  AloqaDoctorCheck *self = ALOQA_DOCTOR_CHECK (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->finding);
  g_free (self->remedy);

  G_OBJECT_CLASS (aloqa_doctor_check_parent_class)->finalize (object);
}

static void
aloqa_doctor_check_get_property (GObject *object, guint property_id, GValue *value,
                                 GParamSpec *pspec)
{
  AloqaDoctorCheck *self = ALOQA_DOCTOR_CHECK (object);

  switch (property_id) {
  case PROP_ID:
    g_value_set_string (value, self->id);
    break;
  case PROP_TITLE:
    g_value_set_string (value, self->title);
    break;
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_FINDING:
    g_value_set_string (value, self->finding);
    break;
  case PROP_REMEDY:
    g_value_set_string (value, self->remedy);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    break;
  }
}

static void
aloqa_doctor_check_class_init (AloqaDoctorCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = aloqa_doctor_check_finalize;
  object_class->get_property = aloqa_doctor_check_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, ALOQA_DOCTOR_RUNNING,
                                             ALOQA_DOCTOR_SKIPPED, ALOQA_DOCTOR_RUNNING, flags);
  properties[PROP_FINDING] = g_param_spec_string ("finding", NULL, NULL, NULL, flags);
  properties[PROP_REMEDY] = g_param_spec_string ("remedy", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_doctor_check_init (AloqaDoctorCheck *self)
{
}

/* Returns: (transfer full): a check that is running */
AloqaDoctorCheck *
aloqa_doctor_check_new (const char *id, const char *title)
{
  AloqaDoctorCheck *self = g_object_new (ALOQA_TYPE_DOCTOR_CHECK, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  return self;
}

/* It is over: once in its life. */
void
aloqa_doctor_check_conclude (AloqaDoctorCheck *self, const AloqaDoctorFinding *finding)
{
  self->state = finding->state;
  self->finding = g_strdup (finding->text);
  self->remedy = g_strdup (finding->remedy);
  for (guint id = PROP_STATE; id < N_PROPS; id++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

const char *
aloqa_doctor_check_get_id (AloqaDoctorCheck *self)
{
  return self->id;
}

const char *
aloqa_doctor_check_get_title (AloqaDoctorCheck *self)
{
  return self->title;
}

AloqaDoctorState
aloqa_doctor_check_get_state (AloqaDoctorCheck *self)
{
  return self->state;
}

/* Returns: (nullable): what was found, in a sentence */
const char *
aloqa_doctor_check_get_finding (AloqaDoctorCheck *self)
{
  return self->finding;
}

/* Returns: (nullable): what to do about it, in a sentence */
const char *
aloqa_doctor_check_get_remedy (AloqaDoctorCheck *self)
{
  return self->remedy;
}
