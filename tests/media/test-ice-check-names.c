/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-rig.h"

/* Names that are looked up nowhere: each look-up fails with the error that its name says. */
#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

struct _TestResolver {
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
lookup_async (GResolver *resolver, const char *hostname, GResolverNameLookupFlags flags,
              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  if (g_str_has_prefix (hostname, "nobody"))
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "No such name");
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
                             "No name server answers");
}

static GList *
lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_with_flags_async = lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

static const struct {
  const char *url;
  const char *message;
} cases[] = {
  { "stun:nobody.invalid", "There is no host called nobody.invalid" },
  { "turn:nobody.invalid?transport=tcp", "There is no host called nobody.invalid" },
  { "turns:nobody.invalid", "There is no host called nobody.invalid" },
  { "stun:later.invalid", "The name later.invalid could not be looked up: No name server answers" },
  { "turns:later.invalid",
    "The name later.invalid could not be looked up: No name server answers" },
};

static void
test_names (void)
{
  g_autoptr (GResolver) resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  IceRig rig = { 0 };

  g_resolver_set_default (resolver);
  ice_rig_set_up (&rig);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    ice_rig_begin (&rig, cases[i].url, "secret", NULL);
    ice_rig_finish (&rig);
    ice_rig_assert_failed (&rig, ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND);
    g_assert_cmpstr (rig.error->message, ==, cases[i].message);
  }
  ice_rig_tear_down (&rig);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/ice-check/names-that-lead-nowhere-are-told", test_names);

  return g_test_run ();
}
