/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hop.h"

#include "support/support.h"

typedef struct {
  GThread *thread;
  int order[2];
  guint n_calls;
  guint n_freed;
} Record;

static Record record;

static void
note_cb (gpointer object, gpointer payload)
{
  g_assert_true (g_thread_self () == record.thread);
  record.order[record.n_calls++] = GPOINTER_TO_INT (payload);
}

static void
free_payload (gpointer payload)
{
  record.n_freed++;
}

static gpointer
call_twice (gpointer hop)
{
  aloqa_hop_call (hop, note_cb, GINT_TO_POINTER (1), free_payload);
  aloqa_hop_call (hop, note_cb, GINT_TO_POINTER (2), free_payload);
  return NULL;
}

static gboolean
is_all_freed (gpointer user_data)
{
  return record.n_freed == 2;
}

static void
test_arrives_on_the_main_thread_in_order (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AloqaHop) hop = aloqa_hop_new (object);

  record = (Record){ .thread = g_thread_self () };
  g_thread_join (g_thread_new ("hop", call_twice, hop));
  g_assert_cmpuint (record.n_calls, ==, 0);
  aloqa_test_wait_until (is_all_freed, NULL);

  g_assert_cmpuint (record.n_calls, ==, 2);
  g_assert_cmpint (record.order[0], ==, 1);
  g_assert_cmpint (record.order[1], ==, 2);
}

static void
test_gone_object_is_not_called_but_payload_is_freed (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AloqaHop) hop = aloqa_hop_new (object);

  record = (Record){ .thread = g_thread_self () };
  call_twice (hop);
  g_assert_finalize_object (object);
  aloqa_test_wait_until (is_all_freed, NULL);

  g_assert_cmpuint (record.n_calls, ==, 0);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/base/hop/arrives-on-the-main-thread-in-order",
                   test_arrives_on_the_main_thread_in_order);
  g_test_add_func ("/base/hop/gone-object-is-not-called-but-payload-is-freed",
                   test_gone_object_is_not_called_but_payload_is_freed);
  return g_test_run ();
}
