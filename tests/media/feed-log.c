/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/feed-log.h"

#include "support/support.h"

/* Of each frame its sample and when it came; pictures are large, so the oldest make room. */
#define MAX_SAMPLES 600

typedef struct {
  GstSample *sample;
  gint64 time_us;
} Entry;

struct _AloqaFeedLog {
  AloqaFeed *feed;
  guint listener_id;
  GMutex lock; /* guards entries */
  GArray *entries;
};

typedef struct {
  AloqaFeedLog *log;
  guint n;
} Wait;

static void
clear_entry (gpointer user_data)
{
  gst_sample_unref (((Entry *) user_data)->sample);
}

static void
sample_cb (GstSample *sample, gpointer user_data)
{
  AloqaFeedLog *self = user_data;
  Entry entry = { gst_sample_ref (sample), g_get_monotonic_time () };

  g_mutex_lock (&self->lock);
  if (self->entries->len >= MAX_SAMPLES)
    g_array_remove_index (self->entries, 0);
  g_array_append_val (self->entries, entry);
  g_mutex_unlock (&self->lock);
}

AloqaFeedLog *
aloqa_feed_log_new (AloqaFeed *feed)
{
  AloqaFeedLog *self = g_new0 (AloqaFeedLog, 1);

  g_mutex_init (&self->lock);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->feed = g_object_ref (feed);
  self->listener_id = aloqa_feed_add_listener (feed, sample_cb, self);

  return self;
}

void
aloqa_feed_log_free (AloqaFeedLog *self)
{
  aloqa_feed_remove_listener (self->feed, &self->listener_id);
  g_object_unref (self->feed);
  g_array_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
aloqa_feed_log_clear (AloqaFeedLog *self)
{
  g_mutex_lock (&self->lock);
  g_array_set_size (self->entries, 0);
  g_mutex_unlock (&self->lock);
}

guint
aloqa_feed_log_get_n (AloqaFeedLog *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->entries->len;
  g_mutex_unlock (&self->lock);

  return n;
}

GstSample *
aloqa_feed_log_dup_sample (AloqaFeedLog *self, guint i)
{
  GstSample *sample;

  g_mutex_lock (&self->lock);
  sample = gst_sample_ref (g_array_index (self->entries, Entry, i).sample);
  g_mutex_unlock (&self->lock);

  return sample;
}

gint64
aloqa_feed_log_get_time_us (AloqaFeedLog *self, guint i)
{
  gint64 time_us;

  g_mutex_lock (&self->lock);
  time_us = g_array_index (self->entries, Entry, i).time_us;
  g_mutex_unlock (&self->lock);

  return time_us;
}

/* Between two frames that are kept. */
gint64
aloqa_feed_log_get_longest_gap_us (AloqaFeedLog *self)
{
  gint64 longest_us = 0;

  for (guint i = 1; i < aloqa_feed_log_get_n (self); i++)
    longest_us = MAX (longest_us, aloqa_feed_log_get_time_us (self, i) -
                                      aloqa_feed_log_get_time_us (self, i - 1));
  return longest_us;
}

static gboolean
has_enough (gpointer user_data)
{
  Wait *wait = user_data;

  return aloqa_feed_log_get_n (wait->log) >= wait->n;
}

/* Runs the main context until @n frames are kept. */
void
aloqa_feed_log_wait (AloqaFeedLog *self, guint n)
{
  Wait wait = { self, n };

  aloqa_test_wait_until (has_enough, &wait);
}
