/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * To be preloaded into xdg-desktop-portal-wlr 0.7.0 on a compositor without a graphics card: it takes
 * no picture that does not come as a dmabuf, too, though it would fall back to shared memory. This adds
 * the missing event.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#define FORMAT_XRGB8888 0x34325258
#define N_EVENTS 7
enum { EVENT_BUFFER = 0, EVENT_LINUX_DMABUF = 5 }; /* of zwlr_screencopy_frame_v1 */

struct wl_proxy;
typedef void (*Event) (void);
typedef void (*BufferEvent) (void *, void *, uint32_t, uint32_t, uint32_t, uint32_t);
typedef void (*DmabufEvent) (void *, void *, uint32_t, uint32_t, uint32_t);

int wl_proxy_add_listener (struct wl_proxy *proxy, Event *events, void *data);

static Event *original;
static Event copy[N_EVENTS];

static void
buffer_cb (void *data, void *frame, uint32_t format, uint32_t width, uint32_t height,
           uint32_t stride)
{
  ((BufferEvent) original[EVENT_BUFFER]) (data, frame, format, width, height, stride);
  ((DmabufEvent) original[EVENT_LINUX_DMABUF]) (data, frame, FORMAT_XRGB8888, width, height);
}

int
wl_proxy_add_listener (struct wl_proxy *proxy, Event *events, void *data)
{
  int (*real) (struct wl_proxy *, Event *, void *) = dlsym (RTLD_NEXT, "wl_proxy_add_listener");
  const char *(*get_class) (struct wl_proxy *) = dlsym (RTLD_NEXT, "wl_proxy_get_class");

  if (strcmp (get_class (proxy), "zwlr_screencopy_frame_v1") == 0) {
    original = events;
    memcpy (copy, events, sizeof copy);
    copy[EVENT_BUFFER] = (Event) buffer_cb;
    events = copy;
  }
  return real (proxy, events, data);
}
