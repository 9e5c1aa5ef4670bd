/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/portal-request.h"

#include "desktop/portal-call.h"

#define REQUEST_INTERFACE "org.freedesktop.portal.Request"

/* How soon the call itself is answered; the Response may take as long as the person does. */
#define CALL_LIMIT_MS 25000

/* What the Response says (org.freedesktop.portal.Request). */
enum { RESPONSE_SUCCESS = 0, RESPONSE_DECLINED = 1 };

/* The data of the task. */
typedef struct {
  GDBusConnection *bus;
  char *path; /* of the request */
  guint response_subscription;
  guint owner_subscription;
  gulong cancelled_handler;
  gboolean is_made; /* the portal has answered the call */
  gboolean is_over;
  gboolean is_unwanted; /* cancelled */
} Request;

static void
free_request (gpointer data)
{
  Request *request = data;

  g_object_unref (request->bus);
  g_free (request->path);
  g_free (request);
}

/* Returns: whether the task is still to be returned; nothing more is heard from here on */
static gboolean
end (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  if (request->is_over)
    return FALSE;
  request->is_over = TRUE;
  g_dbus_connection_signal_unsubscribe (request->bus, request->response_subscription);
  g_dbus_connection_signal_unsubscribe (request->bus, request->owner_subscription);
  if (request->cancelled_handler != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), request->cancelled_handler);
  return TRUE;
}

static void
response_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
             const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  g_autoptr (GVariant) results = NULL;
  guint32 response;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")) || !end (task))
    return;

  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (response == RESPONSE_SUCCESS)
    g_task_return_pointer (task, g_steal_pointer (&results), (GDestroyNotify) g_variant_unref);
  else if (response == RESPONSE_DECLINED)
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_DECLINED,
                             "The desktop was told not to allow it");
  else
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal could not do it");
}

/* A portal that ends sends no Response. */
static void
owner_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  if (aloqa_portal_has_ended (parameters) && end (task))
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal ended before it had answered");
}

static void
listen (GTask *task, const char *path)
{
  Request *request = g_task_get_task_data (task);

  if (request->response_subscription != 0)
    g_dbus_connection_signal_unsubscribe (request->bus, request->response_subscription);
  g_free (request->path);
  request->path = g_strdup (path);
  request->response_subscription = g_dbus_connection_signal_subscribe (
      request->bus, ALOQA_PORTAL_NAME, REQUEST_INTERFACE, "Response", path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, response_cb, g_object_ref (task), g_object_unref);
}

static void
close_dialog (Request *request, const char *path)
{
  g_dbus_connection_call (request->bus, ALOQA_PORTAL_NAME, path, REQUEST_INTERFACE, "Close", NULL,
                          NULL, G_DBUS_CALL_FLAGS_NONE, CALL_LIMIT_MS, NULL, NULL, NULL);
}

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (reply == NULL) {
    if (end (task))
      aloqa_portal_return_error (task, error);
    else
      g_error_free (error);
    return;
  }

  g_variant_get (reply, "(&o)", &path);
  request->is_made = TRUE;
  if (request->is_unwanted)
    close_dialog (request, path);
  else if (!request->is_over && !g_str_equal (path, request->path))
    listen (task, path); /* portals older than 0.9 choose the path themselves */
}

/* The dialog goes away with the wish; before the call is answered there may be none yet. */
static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Request *request = g_task_get_task_data (task);

  if (!end (task))
    return;
  request->is_unwanted = TRUE;
  if (request->is_made)
    close_dialog (request, request->path);
  g_task_return_error_if_cancelled (task);
}

/* Where the Response will come from: known before the call, so that none is missed. */
static char *
make_path (GDBusConnection *bus, const char *token)
{
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  g_strdelimit (sender, ".", '_');
  return g_strdup_printf (ALOQA_PORTAL_PATH "/request/%s/%s", sender, token);
}

/* Returns: (transfer floating): @arguments with @options behind them */
static GVariant *
join (GVariant *arguments, GVariantDict *options)
{
  gsize n = g_variant_n_children (arguments);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_TUPLE);
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GVariant) child = g_variant_get_child_value (arguments, i);

    g_variant_builder_add_value (&builder, child);
  }
  g_variant_builder_add_value (&builder, g_variant_dict_end (options));
  return g_variant_builder_end (&builder);
}

/**
 * aloqa_portal_request_async:
 * @interface: such as "org.freedesktop.portal.Background"
 * @arguments: (transfer floating): a tuple of what stands before the options
 * @options: its content is taken; handle_token is added
 * @cancellable: (nullable): closes the person's dialog, too
 */
void
aloqa_portal_request_async (GDBusConnection *bus, const char *interface, const char *method,
                            GVariant *arguments, GVariantDict *options, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *token = g_strdup_printf ("aloqa%u", g_random_int ());
  g_autofree char *path = make_path (bus, token);
  Request *request = g_new0 (Request, 1);

  request->bus = g_object_ref (bus);
  g_task_set_task_data (task, request, free_request);
  g_variant_dict_insert (options, "handle_token", "s", token);
  g_variant_ref_sink (arguments);
  if (g_task_return_error_if_cancelled (task)) {
    g_variant_unref (arguments);
    g_variant_dict_clear (options);
    return;
  }

  listen (task, path);
  request->owner_subscription =
      aloqa_portal_watch_owner (bus, owner_cb, g_object_ref (task), g_object_unref);
  if (cancellable != NULL)
    request->cancelled_handler =
        g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task, 0);
  g_dbus_connection_call (bus, ALOQA_PORTAL_NAME, ALOQA_PORTAL_PATH, interface, method,
                          join (arguments, options), G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE,
                          CALL_LIMIT_MS, NULL, called_cb, g_object_ref (task));
  g_variant_unref (arguments);
}

/**
 * aloqa_portal_request_finish:
 *
 * Returns: (transfer full) (nullable): the results, of type a{sv}; or %NULL with an
 *   %ALOQA_PORTAL_ERROR or %G_IO_ERROR_CANCELLED
 */
GVariant *
aloqa_portal_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
