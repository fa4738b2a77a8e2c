// Recording in the browser: <talk-recorder> records one answer, <talk-file> brings a recording made elsewhere,
// <talk-waiting> says what is still on this device. All words stand in the page; sending.js keeps and sends.
"use strict";
(() => {
  const { sender, watch, waiting, drop, retry, whole, recording, file: bring } = window.passalongSending;
  const SLICE = 1000; // milliseconds of sound kept at a time
  const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  class Part extends HTMLElement {
    find(name) { return this.querySelector(`[data-${name}]`); }
    show(name, is) { const found = this.find(name); if (found) found.hidden = !is; }
    say(name) { const say = this.find("say"); say.textContent = this.dataset[name] ?? ""; say.dataset.state = name; }
    get where() { return { begin: this.dataset.begin, question: this.dataset.question ?? "" }; }
    get sender() { return sender(this.dataset.begin, this.dataset.csrf); }
  }

  class Recorder extends Part {
    connectedCallback() {
      if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) { this.say("cannot"); return; }
      this.find("start").addEventListener("click", () => this.start());
      this.find("stop").addEventListener("click", () => this.recorder?.stop());
      this.show("start", true);
      this.say("ready");
      this.sender.kick();
      watch((news) => this.heard(news));
      addEventListener("talk:question", () => this.mark());
      addEventListener("beforeunload", (event) => { if (this.recorder?.state === "recording") event.preventDefault(); });
    }

    async start() {
      this.find("start").disabled = true;
      try {
        const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };
        this.stream = await navigator.mediaDevices.getUserMedia({ audio });
      } catch (error) {
        this.find("start").disabled = false;
        this.say(error.name === "NotAllowedError" ? "denied" : "nothing");
        return;
      }
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
      this.recorder = new MediaRecorder(this.stream, { mimeType, audioBitsPerSecond: 96000 });
      this.take = await recording({ ...this.where, mediaType: this.recorder.mimeType });
      [this.kept, this.isFull] = [Promise.resolve(), false];
      this.recorder.ondataavailable = ({ data }) => { if (data.size) this.keep(data); };
      this.recorder.onstop = () => this.stopped();
      this.recorder.start(SLICE);
      this.began = performance.now();
      this.marks = [];
      this.mark();
      this.running();
      navigator.wakeLock?.request("screen").then((lock) => { this.awake = lock; }, () => {});
    }

    // One slice after the other, each on the device before the next. Where the device takes no more, nobody goes on
    // speaking into nothing: it stops, with what is kept.
    keep(data) {
      const { take } = this;
      this.kept = this.kept.then(async () => {
        if (this.isFull) return;
        try {
          await take.add(await data.arrayBuffer());
        } catch {
          this.isFull = true;
          if (this.recorder.state === "recording") this.recorder.stop();
        }
        this.sender.kick();
      });
    }

    // Which question is shown now, where the page shows one beside the recorder (the prompter says so).
    mark() {
      const question = document.querySelector("[data-shown]")?.dataset.shown;
      if (this.recorder?.state !== "recording" || !question) return;
      this.marks.push([question, Math.round((performance.now() - this.began) / 10) / 100]);
      this.kept = this.kept.then(() => this.take.mark(this.marks)).catch(() => {}); // chapters, not sound
    }

    running() {
      this.find("start").disabled = false;
      this.show("start", false);
      this.show("stop", true);
      this.show("listen", false);
      this.say("running");
      this.find("stop").focus();
      this.classList.add("is-running");
      this.level();
      this.ticking = setInterval(() => this.tick(), 250);
      this.tick();
    }

    tick() { this.find("time").textContent = clock((performance.now() - this.began) / 1000); }

    // How loud it is, so that everybody sees they are heard.
    level() {
      const meter = this.find("level");
      const sound = new AudioContext();
      const ear = sound.createAnalyser();
      ear.fftSize = 1024;
      sound.createMediaStreamSource(this.stream).connect(ear);
      const samples = new Float32Array(ear.fftSize);
      const look = () => {
        if (this.recorder?.state !== "recording") { meter.value = 0; sound.close(); return; }
        ear.getFloatTimeDomainData(samples);
        const loud = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
        meter.value = Math.max(0, Math.min(1, 1 + Math.log10(loud + 1e-6) / 3));
        requestAnimationFrame(look);
      };
      look();
    }

    async stopped() {
      clearInterval(this.ticking);
      for (const track of this.stream.getTracks()) track.stop();
      this.awake?.release();
      this.classList.remove("is-running");
      this.show("stop", false);
      await this.kept;
      const player = this.find("listen");
      player.src = URL.createObjectURL(new Blob([await whole(this.take.clientId)], { type: this.recorder.mimeType }));
      this.show("listen", true);
      await this.take.end();
      this.find("start").textContent = this.dataset.again;
      this.show("start", true);
      this.say(this.isFull ? "full" : "recorded");
      this.sender.kick();
    }

    heard({ state, clientId, why }) {
      if (this.recorder?.state === "recording" || clientId && clientId !== this.take?.clientId) return;
      if (state === "done") { if (!this.isFull) this.say("safe"); this.dispatchEvent(new CustomEvent("talk:safe", { bubbles: true })); }
      if (state === "waiting" && this.take) this.say("offline");
      if (state === "refused") this.find("say").textContent = why;
    }
  }

  class Bring extends Part {
    connectedCallback() {
      this.form = this.querySelector("form");
      this.form.addEventListener("submit", (event) => { event.preventDefault(); this.start(); });
      watch((news) => this.heard(news));
    }

    async start() {
      const chosen = this.querySelector("input[type=file]").files[0];
      if (!chosen) { this.say("choose"); return; }
      if (chosen.size > Number(this.dataset.most)) { this.say("toobig"); return; }
      this.clientId = await bring(chosen, this.where);
      this.show("bar", true);
      this.say("sending");
      this.sender.kick();
    }

    heard({ state, clientId, sent, total, why }) {
      if (!this.clientId || clientId && clientId !== this.clientId) return;
      const bar = this.find("bar");
      if (state === "sending") { bar.value = sent / total; this.say("sending"); }
      if (state === "waiting") this.say("offline");
      if (state === "refused") { this.find("say").textContent = why; drop(clientId); }
      if (state === "done") { bar.value = 1; this.say("safe"); this.form.reset(); this.clientId = ""; }
    }
  }

  // What is on this device and not with the server yet.
  class Waiting extends Part {
    connectedCallback() {
      this.sender.kick();
      this.find("retry").addEventListener("click", () => retry(this.dataset.begin));
      watch(() => this.look());
      setInterval(() => this.look(), 1500);
      this.look();
    }

    async look() {
      const takes = await waiting(this.dataset.begin);
      const left = takes.filter((take) => !take.why && !take.isFile);
      const refused = takes.filter((take) => take.why && !take.isFile);
      this.hidden = !left.length && !refused.length;
      const words = left.length === 1 ? this.dataset.one : this.dataset.many;
      if (left.length) this.find("say").textContent = words.replace("COUNT", left.length);
      else if (refused.length) this.find("say").textContent = `${this.dataset.refused} ${refused[0].why}`;
      const link = this.find("save");
      link.hidden = !refused.length;
      this.show("retry", refused.length > 0);
      if (refused.length && link.dataset.of !== refused[0].clientId) {
        link.dataset.of = refused[0].clientId;
        link.href = URL.createObjectURL(new Blob([await whole(refused[0].clientId)], { type: refused[0].mediaType }));
      }
    }
  }

  customElements.define("talk-recorder", Recorder);
  customElements.define("talk-file", Bring);
  customElements.define("talk-waiting", Waiting);

  // A question read aloud by the browser's own voice; nothing leaves the device.
  for (const button of document.querySelectorAll("[data-speak]")) {
    if (!window.speechSynthesis) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const words = new SpeechSynthesisUtterance(document.getElementById(button.dataset.speak).textContent.trim());
      words.lang = document.documentElement.lang;
      speechSynthesis.cancel();
      speechSynthesis.speak(words);
    });
  }
  // Once an answer is with the server, the list beside the recorder is out of date: a link shows it anew.
  addEventListener("talk:safe", () => { for (const link of document.querySelectorAll("[data-look-again]")) link.hidden = false; });
})();
