/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Chooses how GTK paints; to be called first of all. On a machine without a GPU OpenGL is done by the
 * processor, and a call costs three times as much as with cairo; what GSK_RENDERER says goes first.
 */
void aloqa_video_renderer_choose (void);
