// SPDX-License-Identifier: GPL-3.0-or-later
// A web page that calls as the existing chat's page does, its faults included: it asks its user twice,
// makes its connection only at the second yes, drops every candidate before that, echoes call_end, has no
// ring timer, answers a second offer in a call with call_end, and checks no sender.
"use strict";

const page = {
  events: [],          // {name, t, …}: what happened, in order
  peer: null,          // whose call it is
  state: "idle",       // idle, asking, waiting, offered, talking
  connection: null,
  pendingOffer: null,
  ice: [],
  size: {width: 640, height: 480},
  dropped: 0,          // candidates that came before the connection

  note(name, fields) {
    this.events.push({name, t: performance.now(), ...fields});
  },

  find(name) {
    return this.events.find(event => event.name === name) || null;
  },

  count(name) {
    return this.events.filter(event => event.name === name).length;
  },

  connect(url, ice) {
    this.ice = ice || [];
    this.socket = new WebSocket(url);
    this.socket.onmessage = message => this.receive(JSON.parse(message.data));
    this.socket.onclose = () => this.note("socket-closed");
  },

  send(type, fields) {
    this.socket.send(JSON.stringify({type, to: this.peer, ...fields}));
  },

  receive(frame) {
    const handler = this.handlers[frame.type];
    if (handler)
      Promise.resolve(handler.call(this, frame)).catch(error => this.note("fault", {text: `${error}`}));
  },

  handlers: {
    connected() {
      this.note("registered");
    },
    call_request(frame) {
      if (this.state !== "idle" && this.state !== "asking") {
        this.socket.send(JSON.stringify({type: "call_reject", to: frame.from}));
        return;
      }
      this.peer = frame.from;
      this.kind = frame.call_type || "video";
      this.state = "asking";
      this.note("asked", {time: 1});
    },
    async call_accept() {
      this.note("accepted");
      await this.offer();
    },
    call_reject() {
      this.note("rejected");
      setTimeout(() => {
        if (this.peer !== null)
          this.send("call_end");
        this.close();
      }, 2000);
    },
    incoming_call(frame) {
      if (this.state === "talking") {
        this.socket.send(JSON.stringify({type: "call_end", to: frame.from}));
        return;
      }
      this.peer = frame.from;
      this.kind = frame.call_type || "video";
      this.pendingOffer = frame.sdp;
      this.state = "offered";
      this.note("asked", {time: 2});
    },
    async call_answer(frame) {
      await this.connection.setRemoteDescription(frame.sdp);
      this.state = "talking";
      this.note("answered");
    },
    async ice_candidate(frame) {
      if (!this.connection || !this.connection.remoteDescription) {
        this.dropped++;
        return;
      }
      await this.connection.addIceCandidate(frame.candidate);
    },
    call_end(frame) {
      if (this.state === "idle")
        return;
      this.note("ended-by-peer");
      this.socket.send(JSON.stringify({type: "call_end", to: frame.from}));
      this.close();
    },
  },

  async open() {
    this.media = await navigator.mediaDevices.getUserMedia(
      {audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false},
       video: this.kind === "video" ? {...this.size, frameRate: 30} : false});
    document.getElementById("local").srcObject = this.media;
    const connection = new RTCPeerConnection({iceServers: this.ice});
    for (const track of this.media.getTracks())
      connection.addTrack(track, this.media);
    connection.onicecandidate = event => this.send("ice_candidate", {candidate: event.candidate});
    connection.ontrack = event => {
      document.getElementById("remote").srcObject = event.streams[0];
      this.note("track", {kind: event.track.kind, streams: event.streams.length});
    };
    connection.onconnectionstatechange = () => this.note(`connection-${connection.connectionState}`);
    this.connection = connection;
  },

  async call(peer, kind, protocol) {
    this.peer = peer;
    this.kind = kind;
    if (protocol === "legacy") {
      await this.offer();
    } else {
      this.state = "waiting";
      this.send("call_request", {call_type: kind});
    }
  },

  async offer() {
    await this.open();
    if (this.codec)
      this.prefer(this.codec);
    await this.connection.setLocalDescription(await this.connection.createOffer());
    this.send("incoming_call", {sdp: this.connection.localDescription, call_type: this.kind});
    this.state = "waiting";
    this.note("offered");
  },

  prefer(name) {
    const codecs = RTCRtpSender.getCapabilities("video").codecs;
    const first = codecs.filter(codec => codec.mimeType === `video/${name}`);
    for (const transceiver of this.connection.getTransceivers())
      if (transceiver.sender.track.kind === "video")
        transceiver.setCodecPreferences([...first, ...codecs.filter(codec => !first.includes(codec))]);
  },

  // The first yes answers the request, the second one the offer.
  async accept() {
    if (this.state === "asking") {
      this.send("call_accept");
      return;
    }
    await this.open();
    await this.connection.setRemoteDescription(this.pendingOffer);
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    this.send("call_answer", {sdp: this.connection.localDescription});
    this.state = "talking";
  },

  refuse() {
    this.send(this.state === "asking" ? "call_reject" : "call_end");
    this.close();
  },

  hangUp() {
    this.send("call_end");
    this.close();
  },

  close() {
    for (const track of this.media ? this.media.getTracks() : [])
      track.stop();
    if (this.connection)
      this.connection.close();
    this.connection = null;
    this.media = null;
    this.peer = null;
    this.state = "idle";
    this.note("closed");
  },

  setEnabled(kind, isOn) {
    for (const track of this.media.getTracks())
      if (track.kind === kind)
        track.enabled = isOn;
  },

  // draw(pen, n) makes the n-th picture of what is sent from now on, in the same stream.
  async sendCanvas(width, height, fps, draw) {
    const canvas = Object.assign(document.createElement("canvas"), {width, height});
    const pen = canvas.getContext("2d");
    let n = 0;
    setInterval(() => draw(pen, n++), 1000 / fps);
    const sender = this.connection.getSenders().find(one => one.track.kind === "video");
    await sender.replaceTrack(canvas.captureStream(fps).getVideoTracks()[0]);
  },

  // As a page shares a screen: another picture, of another size.
  shareScreen(width, height) {
    return this.sendCanvas(width, height, 10, (pen, n) => {
      pen.fillStyle = n % 2 ? "white" : "lightgrey";
      pen.fillRect(0, 0, width, height);
    });
  },

  // Takes whatever bits there are. Chromium gives 600 kbit/s at most to 320x240 and below.
  async sendNoise() {
    const pictures = [];
    for (let i = 0; i < 8; i++) {
      const picture = new ImageData(160, 120);
      for (let j = 0; j < picture.data.length; j++)
        picture.data[j] = j % 4 === 3 ? 255 : Math.random() * 256;
      pictures.push(await createImageBitmap(picture));
    }
    await this.sendCanvas(400, 300, 30, (pen, n) => {
      pen.imageSmoothingEnabled = false;
      pen.drawImage(pictures[n % 8], 0, 0, 400, 300);
    });
  },

  async sendFilm(url) {
    const film = Object.assign(document.createElement("video"), {muted: true, loop: true, src: url});
    await film.play();
    const sender = this.connection.getSenders().find(one => one.track.kind === "video");
    await sender.replaceTrack((film.captureStream ?? film.mozCaptureStream).call(film)
      .getVideoTracks()[0]);
  },

  async measureOutKbps() {
    const before = await this.stats();
    await new Promise(done => setTimeout(done, 500));
    const after = await this.stats();
    return (after.bytesOut - before.bytesOut) * 8 / (after.at - before.at);
  },

  // What of the remote picture is on screen: size, mean colour and brightness (0 to 255).
  look() {
    const video = document.getElementById("remote");
    const canvas = Object.assign(document.createElement("canvas"), {width: 32, height: 24});
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0, 32, 24);
    const bytes = pen.getImageData(0, 0, 32, 24).data;
    const colour = [0, 0, 0];
    for (let i = 0; i < bytes.length; i++)
      if (i % 4 < 3)
        colour[i % 4] += bytes[i] / (bytes.length / 4);
    return {width: video.videoWidth, height: video.videoHeight, colour,
            brightness: (colour[0] + colour[1] + colour[2]) / 3};
  },

  async stats() {
    const result = {frames: 0, energy: 0, at: performance.now()};
    if (!this.connection)
      return result;
    for (const report of (await this.connection.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "video") {
        result.frames = report.framesDecoded || 0;
      } else if (report.type === "inbound-rtp" && report.kind === "audio") {
        result.energy = report.totalAudioEnergy || 0;
        result.level = report.audioLevel || 0;
      } else if (report.type === "outbound-rtp" && report.kind === "video") {
        result.bytesOut = report.bytesSent;
      } else if (report.type === "codec") {
        result.codecs = [...(result.codecs || []), report.mimeType];
      }
    }
    return result;
  },

  // When what is heard and what is seen now was captured, by the sender's own clock (its sender reports, which
  // count from 1900 on); in ms as Date has them.
  async captureTimes() {
    const received = [...(await this.connection.getStats()).values()]
      .filter(report => report.type === "inbound-rtp" && report.estimatedPlayoutTimestamp > 0)
      .sort((a, b) => a.kind < b.kind ? -1 : 1);
    return received.map(report => report.estimatedPlayoutTimestamp - 2208988800000);
  },
};
