/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/toast.h"

/* As slowly as a child reads, and a moment to look there. */
#define CHARACTERS_A_SECOND 12
#define LOOK_S 3
#define MIN_S 5

/* A toast does not ask how high its title is at a width, but takes the natural size; so that is made
 * to fit: what is left beside the title, and the width of a character in the font's average. */
#define BESIDE_PX 116
#define CHARACTER_PX 9
#define MIN_CHARACTERS 24
#define MAX_CHARACTERS 60

static int
count_characters (GtkWidget *window)
{
  return CLAMP ((gtk_widget_get_width (window) - BESIDE_PX) / CHARACTER_PX, MIN_CHARACTERS,
                MAX_CHARACTERS);
}

/**
 * aloqa_toast_new:
 * @window: where it will be shown
 * @text: a sentence or two, no markup
 *
 * A toast's own title is one line, of which a narrow window shows the beginning only; this one is
 * broken into as many as it takes, and stays as long as it takes to read.
 *
 * Returns: (transfer full): what an overlay takes
 */
AdwToast *
aloqa_toast_new (GtkWidget *window, const char *text)
{
  AdwToast *toast = adw_toast_new ("");
  GtkWidget *label = gtk_label_new (text);
  glong n_characters = g_utf8_strlen (text, -1);
  guint read_s = LOOK_S + (guint) n_characters / CHARACTERS_A_SECOND;

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR); /* a name has no end */
  gtk_label_set_width_chars (GTK_LABEL (label), (int) MIN (n_characters, MIN_CHARACTERS));
  gtk_label_set_max_width_chars (GTK_LABEL (label), count_characters (window));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_timeout (toast, MAX (read_s, MIN_S));
  return toast;
}

/* Of aloqa_toast_new(): says something else, in the time that it has. */
void
aloqa_toast_set_text (AdwToast *toast, const char *text)
{
  gtk_label_set_text (GTK_LABEL (adw_toast_get_custom_title (toast)), text);
}
