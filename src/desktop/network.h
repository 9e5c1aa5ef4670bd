/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_NETWORK_WATCH (aloqa_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (AloqaNetworkWatch, aloqa_network_watch, ALOQA, NETWORK_WATCH, GObject)

/*
 * Notices what makes existing network paths doubtful: another way out of this machine (Wi-Fi, cable,
 * VPN), and waking from sleep.
 *
 * Signal "changed" (): look at every path again. A network that comes up in many small steps is told
 * once, half a second after the last of them and three seconds after the first at most; waking is told
 * at once.
 */
AloqaNetworkWatch *aloqa_network_watch_new (AloqaClock *clock);
AloqaNetworkWatch *
aloqa_network_watch_new_for (AloqaClock *clock, GNetworkMonitor *monitor, GDBusConnection *bus);

G_END_DECLS
