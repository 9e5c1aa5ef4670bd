/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "database/database.h"

struct _AloqaDatabase {
  sqlite3 *handle;
};

void aloqa_database_set_error (sqlite3 *handle, GError **error);
