// SPDX-License-Identifier: GPL-3.0-or-later
// What the bench adds to the page of tests/e2e: somebody who answers after a while, when the first
// picture came, and what a clock in the picture says.
"use strict";

const measure = {
  // The page loses candidates that come too early, as its model does; a good one waits.
  keepCandidates() {
    page.handlers.ice_candidate = async frame => {
      while (!page.connection?.remoteDescription)
        await new Promise(done => setTimeout(done, 2));
      await page.connection.addIceCandidate(frame.candidate);
    };
  },

  // The page asks twice in the new protocol; the second yes comes at once.
  answerAfter(ringMs) {
    const {call_request, incoming_call} = page.handlers;
    const accept = () => {
      page.note("accepting");
      return page.accept();
    };
    page.handlers.call_request = frame => {
      call_request.call(page, frame);
      setTimeout(accept, ringMs);
    };
    page.handlers.incoming_call = async frame => {
      incoming_call.call(page, frame);
      if (page.find("accepting"))
        await page.accept();
      else
        setTimeout(accept, ringMs);
    };
    document.getElementById("remote").requestVideoFrameCallback((now, picture) =>
      page.events.push({name: "first-picture", t: picture.presentationTime}));
  },

  // [time in the picture, wall clock in ms] of every frame of what a video element plays.
  async watch(id, durationMs) {
    const track = document.getElementById(id).srcObject.getVideoTracks()[0].clone();
    const reader = new MediaStreamTrackProcessor({track}).readable.getReader();
    const end = performance.now() + durationMs;
    const seen = [];
    while (performance.now() < end) {
      const {value: frame} = await reader.read();
      const at = performance.timeOrigin + performance.now();
      seen.push([await this.readClock(frame), at]);
      frame.close();
    }
    track.stop();
    return seen;
  },

  // As src/media/clock-picture.h says: 40 cells over the top twentieth, the highest bit first.
  async readClock(frame) {
    const {width, height} = frame.visibleRect;
    const rect = {x: 0, y: 0, width, height: (height / 20 | 0) & ~1};
    const bytes = new Uint8Array(frame.allocationSize({rect}));
    const [luma] = await frame.copyTo(bytes, {rect});
    const middle = luma.offset + (rect.height / 2 | 0) * luma.stride;
    let time = 0;
    for (let cell = 0; cell < 40; cell++)
      time = time * 2 + (bytes[middle + ((cell + 0.5) * width / 40 | 0)] > 127 ? 1 : 0);
    return time;
  },

  async stats() {
    const result = {at: performance.now(), frames: 0, bytes: 0};
    for (const report of (await page.connection.getStats()).values())
      if (report.type === "inbound-rtp" && report.kind === "video")
        Object.assign(result, {frames: report.framesDecoded, bytes: report.bytesReceived,
                               width: report.frameWidth});
    return result;
  },
};
