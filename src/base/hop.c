/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hop.h"

struct _AloqaHop {
  GWeakRef object;
};

typedef struct {
  AloqaHop *hop;
  AloqaHopFunc func;
  gpointer payload;
  GDestroyNotify destroy_payload;
} Call;

static gboolean
run_call (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GObject) object = g_weak_ref_get (&call->hop->object);

  if (object != NULL)
    call->func (object, call->payload);

  return G_SOURCE_REMOVE;
}

static void
free_call (gpointer user_data)
{
  Call *call = user_data;

  if (call->destroy_payload != NULL)
    call->destroy_payload (call->payload);
  aloqa_hop_unref (call->hop);
  g_free (call);
}

static void
clear_hop (gpointer self)
{
  g_weak_ref_clear (&((AloqaHop *) self)->object);
}

/**
 * aloqa_hop_new:
 * @object: a #GObject that lives on the main thread
 *
 * Returns: (transfer full): a hop to @object, to be made on the main thread
 */
AloqaHop *
aloqa_hop_new (gpointer object)
{
  AloqaHop *self = g_atomic_rc_box_new0 (AloqaHop);

  g_weak_ref_init (&self->object, object);
  return self;
}

AloqaHop *
aloqa_hop_ref (AloqaHop *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
aloqa_hop_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear_hop);
}

/* The same as a GClosureNotify, for g_signal_connect_data(). */
void
aloqa_hop_unref_closure (gpointer self, GClosure *closure)
{
  aloqa_hop_unref (self);
}

/**
 * aloqa_hop_call:
 * @func: called with the object and @payload in the default main context, unless the object is
 *   gone by then; the object may have been closed meanwhile, so @func checks its state
 * @payload: (transfer full): freed with @destroy_payload in the default main context, whether @func
 *   ran or not
 *
 * May be called from any thread, and never calls @func before it returns. Calls from one thread
 * arrive in order.
 */
void
aloqa_hop_call (AloqaHop *self, AloqaHopFunc func, gpointer payload, GDestroyNotify destroy_payload)
{
  Call *call = g_new0 (Call, 1);

  call->hop = aloqa_hop_ref (self);
  call->func = func;
  call->payload = payload;
  call->destroy_payload = destroy_payload;
  g_idle_add_full (G_PRIORITY_DEFAULT, run_call, call, free_call);
}
