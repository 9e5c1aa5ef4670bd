// SPDX-License-Identifier: GPL-3.0-or-later
// A sender that claps every second: a bright picture and a sound of the same moment. What is sent of one of
// the two may take longer on its way.
"use strict";

const clap = {
  BEFORE_S: 0.1,   // a clap is planned so long before
  LENGTH_S: 0.2,

  draw() {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 240;
    const context = canvas.getContext("2d");
    setInterval(() => {
      context.fillStyle = performance.now() < this.brightUntil ? "#fff" : "#000";
      context.fillRect(0, 0, canvas.width, canvas.height);
    }, 10);
    return canvas.captureStream(30).getVideoTracks()[0];
  },

  sound() {
    this.audio = new AudioContext({latencyHint: "interactive"});
    const tone = this.audio.createOscillator();
    this.gain = this.audio.createGain();
    this.gain.gain.value = 0;
    const out = this.audio.createMediaStreamDestination();
    tone.connect(this.gain).connect(out);
    tone.start();
    return out.stream.getAudioTracks()[0];
  },

  clap() {
    const start = this.audio.currentTime + this.BEFORE_S;
    this.gain.gain.setValueAtTime(1, start);
    this.gain.gain.setValueAtTime(0, start + this.LENGTH_S);
    setTimeout(() => { this.brightUntil = performance.now() + this.LENGTH_S * 1000; },
               this.BEFORE_S * 1000);
  },

  // Encoded frames, their stamps as they were.
  delay(sender, ms) {
    const {readable, writable} = sender.createEncodedStreams();
    readable.pipeThrough(new TransformStream({
      async transform(frame, controller) {
        setTimeout(() => controller.enqueue(frame), ms);
      },
    })).pipeTo(writable);
  },

  async offer(audioMs, videoMs) {
    // Whoever may use a camera shows the addresses of this machine.
    await navigator.mediaDevices.getUserMedia({audio: true});
    const connection = new RTCPeerConnection({encodedInsertableStreams: true});
    const stream = new MediaStream([this.sound(), this.draw()]);
    for (const [index, ms] of [audioMs, videoMs].entries())
      this.delay(connection.addTrack(stream.getTracks()[index], stream), ms);
    const gathered = new Promise(done => {
      connection.onicegatheringstatechange = () => connection.iceGatheringState === "complete" && done();
    });
    this.connection = connection;
    await connection.setLocalDescription(await connection.createOffer());
    await gathered;
    setInterval(() => this.clap(), 1000);
    return connection.localDescription.sdp;
  },

  async answer(sdp) {
    await this.connection.setRemoteDescription({type: "answer", sdp});
  },
};
