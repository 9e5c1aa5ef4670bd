/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/passwords.h"

#include "server/limits.h"
#include "server/server.h"

#include <crypt.h>
#include <string.h>

/* What the existing system uses; 0.2 s of a processor in 2020, which is the point. */
#define DEFAULT_COST_LOG2 12

/* bcrypt's salt (Provos and Mazières, 1999). */
#define SALT_BYTES 16

struct _AloqaPasswords {
  GThreadPool *pool; /* of GTask */
  guint cost_log2;
  guint max_waiting;
  char *dummy_setting; /* of a password that nobody knows */
  int is_closing;      /* atomic */
};

typedef struct {
  char *hash;
  char *password;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  explicit_bzero (check->password, strlen (check->password));
  g_free (check->password);
  g_free (check->hash);
  g_free (check);
}

static char *
make_setting (guint cost_log2, GError **error)
{
  char salt[SALT_BYTES];
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];

  if (getentropy (salt, sizeof salt) != 0 ||
      crypt_gensalt_rn ("$2b$", cost_log2, salt, sizeof salt, setting, sizeof setting) == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "this system cannot make bcrypt hashes");
    return NULL;
  }

  return g_strdup (setting);
}

/* Returns: NULL for a setting that is no setting. */
static char *
run_crypt (const char *password, const char *setting)
{
  struct crypt_data *data = g_new0 (struct crypt_data, 1);
  char *result = g_strdup (crypt_rn (password, setting, data, sizeof *data));

  explicit_bzero (data, sizeof *data);
  g_free (data);
  return result;
}

/* Takes as long wherever two strings of one length begin to differ. */
static gboolean
is_equal (const char *a, const char *b)
{
  gsize length = strlen (a);
  guchar difference = 0;

  if (strlen (b) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guchar) (a[i] ^ b[i]);
  return difference == 0;
}

static void
verify_in_thread (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  AloqaPasswords *self = user_data;
  Check *check = g_task_get_task_data (task);
  /* Only bcrypt: an old DES hash in a file would be checked in a microsecond, and broken in one. */
  gboolean is_known = check->hash != NULL && g_str_has_prefix (check->hash, "$2");
  g_autofree char *result = NULL;

  if (g_atomic_int_get (&self->is_closing)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the server is stopping");
    return;
  }

  result = run_crypt (check->password, is_known ? check->hash : self->dummy_setting);
  g_task_return_boolean (task, is_known && result != NULL && is_equal (result, check->hash));
}

/**
 * aloqa_passwords_new:
 * @cost_log2: bcrypt's rounds as a power of two, 4 to 31; 0: the usual 12
 *
 * Returns: (transfer full): with one worker for each processor but one, so that a wave of sign-ins
 *   leaves the main thread a processor
 */
AloqaPasswords *
aloqa_passwords_new (guint cost_log2)
{
  AloqaPasswords *self = g_new0 (AloqaPasswords, 1);
  guint n_workers = MAX (g_get_num_processors (), 2) - 1;

  self->cost_log2 = cost_log2 != 0 ? cost_log2 : DEFAULT_COST_LOG2;
  self->max_waiting = ALOQA_MAX_WAITING_PASSWORDS;
  self->dummy_setting = make_setting (self->cost_log2, NULL);
  self->pool = g_thread_pool_new (verify_in_thread, self, (int) n_workers, FALSE, NULL);
  return self;
}

/**
 * aloqa_passwords_free:
 *
 * Waits for the checks that run; those that wait for their turn end as cancelled.
 */
void
aloqa_passwords_free (AloqaPasswords *self)
{
  if (self == NULL)
    return;

  g_atomic_int_set (&self->is_closing, TRUE);
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self->dummy_setting);
  g_free (self);
}

/**
 * aloqa_passwords_set_max_waiting:
 * @max_waiting: passwords waiting for a worker, above those that are being checked
 */
void
aloqa_passwords_set_max_waiting (AloqaPasswords *self, guint max_waiting)
{
  self->max_waiting = max_waiting;
}

/**
 * aloqa_passwords_hash:
 * @password: UTF-8; bcrypt reads its first 72 bytes
 *
 * Takes 0.2 s: for programs that have nothing else to do.
 *
 * Returns: (transfer full): "$2b$12$…", or NULL with an error
 */
char *
aloqa_passwords_hash (AloqaPasswords *self, const char *password, GError **error)
{
  g_autofree char *setting = make_setting (self->cost_log2, error);
  char *hash;

  if (setting == NULL)
    return NULL;

  hash = run_crypt (password, setting);
  if (hash == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "this system cannot make bcrypt hashes");
  return hash;
}

/**
 * aloqa_passwords_verify_async:
 * @hash: (nullable): NULL where there is no such user: it takes as long as for one there is
 * @password: copied
 */
void
aloqa_passwords_verify_async (AloqaPasswords *self, const char *hash, const char *password,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Check *check = g_new0 (Check, 1);

  check->hash = g_strdup (hash);
  check->password = g_strdup (password);
  g_task_set_task_data (task, check, check_free);
  if (g_thread_pool_unprocessed (self->pool) >= self->max_waiting) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "too many sign-ins at once");
    return;
  }

  g_thread_pool_push (self->pool, g_steal_pointer (&task), NULL);
}

/**
 * aloqa_passwords_verify_finish:
 *
 * Returns: whether it is the password; FALSE with G_IO_ERROR_BUSY where too many wait, or
 *   G_IO_ERROR_CANCELLED at the end of the server
 */
gboolean
aloqa_passwords_verify_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
