/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/toast.h"

#include "ui/call-rig.h"
#include "ui/display.h"

#define WIDTH_PX 360

/* Longer than a narrow window is wide. */
#define SHORT_TEXT "Saved"
#define LONG_TEXT                                                                                  \
  "The certificate of chat.example.org is not to be trusted, so nothing was sent. Check the "      \
  "address, and this computer’s date; else ask who runs the server."

static gboolean
is_shown (gpointer overlay)
{
  GtkLabel *label = call_rig_find_words (overlay, LONG_TEXT);

  return label != NULL && gtk_widget_get_width (GTK_WIDGET (label)) > 0;
}

static gboolean
has_width (gpointer window)
{
  return gtk_widget_get_width (window) > 0;
}

static void
test_long_text_is_seen_whole (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *overlay = adw_toast_overlay_new ();
  GtkLabel *label;
  int height_px;

  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH_PX, 600);
  gtk_window_set_child (GTK_WINDOW (window), overlay);
  gtk_window_present (GTK_WINDOW (window));
  aloqa_test_wait_until (has_width, window);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), aloqa_toast_new (window, LONG_TEXT));
  aloqa_test_wait_until (is_shown, overlay);

  label = call_rig_find_words (overlay, LONG_TEXT);
  g_assert_cmpint (gtk_widget_get_width (window), <=, WIDTH_PX);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (label)), <, WIDTH_PX);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (label)));
  pango_layout_get_pixel_size (gtk_label_get_layout (label), NULL, &height_px);
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (label)), >=, height_px);
  g_assert_cmpint (pango_layout_get_line_count (gtk_label_get_layout (label)), >, 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_long_text_stays_longer (void)
{
  GtkWidget *window = gtk_window_new ();
  g_autoptr (AdwToast) brief = aloqa_toast_new (window, SHORT_TEXT);
  g_autoptr (AdwToast) lengthy = aloqa_toast_new (window, LONG_TEXT);

  g_assert_cmpuint (adw_toast_get_timeout (brief), ==, 5);
  g_assert_cmpuint (adw_toast_get_timeout (lengthy), >, 10);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What a server or a file is called may have anything in it. */
static void
test_text_is_no_markup (void)
{
  GtkWidget *window = gtk_window_new ();
  g_autoptr (AdwToast) toast = aloqa_toast_new (window, "<b>a & b");

  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (adw_toast_get_custom_title (toast))), ==,
                   "<b>a & b");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add_tests (void)
{
  g_test_add_func ("/ui/toast/long-text-is-seen-whole", test_long_text_is_seen_whole);
  g_test_add_func ("/ui/toast/long-text-stays-longer", test_long_text_stays_longer);
  g_test_add_func ("/ui/toast/text-is-no-markup", test_text_is_no_markup);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
