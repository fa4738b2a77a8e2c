// Recordings on their way: kept on this device until the server has all of them, sent in pieces, gone on with after a
// cut line, a closed tab or a restart of either side. What the server has of a take is the only truth about how far it
// came: every piece begins there. Addresses: see interviews/receiving.py.
"use strict";
(() => {
  const PIECE = 1 << 20; // bytes sent at a time
  const SMALL = 1 << 16; // while still recording, wait until there is this much
  const SILENT = 60000; // milliseconds without a sign of the page that records, where locks are not known
  const WAITS = [1000, 2000, 4000, 8000, 15000];
  const GONE = new Set([400, 403, 404, 410, 413, 422]);
  const locks = navigator.locks;

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // On the device for good: a full one takes the request, and refuses the transaction.
  const kept = ({ transaction }) => new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

  // On the device: `takes` by client id; `bytes` by [client id, where they begin].
  class Device {
    static async open() {
      const asked = indexedDB.open("passalong-talk", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("takes", { keyPath: "clientId" });
        asked.result.createObjectStore("bytes");
      };
      const device = new Device();
      device.db = await done(asked);
      return device;
    }

    store(name, mode) { return this.db.transaction(name, mode).objectStore(name); }
    put(take) { return done(this.store("takes", "readwrite").put(take)); }
    get(clientId) { return done(this.store("takes", "readonly").get(clientId)); }
    all() { return done(this.store("takes", "readonly").getAll()); }

    async change(clientId, changes) {
      const takes = this.store("takes", "readwrite");
      const take = await done(takes.get(clientId));
      if (take) await done(takes.put({ ...take, ...changes }));
    }

    add(clientId, start, buffer) { return kept(this.store("bytes", "readwrite").put(buffer, [clientId, start])); }

    async remove(clientId) {
      await done(this.store("bytes", "readwrite").delete(Device.range(clientId, 0)));
      await done(this.store("takes", "readwrite").delete(clientId));
    }

    static range(clientId, from) { return IDBKeyRange.bound([clientId, from], [clientId, Infinity]); }

    // The bytes of a take from `offset` on, at most `most` of them.
    async gather(clientId, offset, most) {
      const bytes = this.store("bytes", "readonly");
      const upTo = IDBKeyRange.bound([clientId, 0], [clientId, offset]);
      const cursor = await done(bytes.openKeyCursor(upTo, "prev"));
      const few = Number.isFinite(most) ? 256 : undefined; // slices looked at for one piece
      const keys = await done(bytes.getAllKeys(Device.range(clientId, cursor ? cursor.key[1] : 0), few));
      const found = [];
      let length = 0;
      for (const key of keys) {
        if (length >= most) break;
        const skipped = Math.max(0, offset - key[1]);
        const piece = (await done(this.store("bytes", "readonly").get(key))).slice(skipped, skipped + most - length);
        found.push(piece);
        length += piece.byteLength;
      }
      return new Blob(found);
    }

    async size(clientId) {
      const bytes = this.store("bytes", "readonly");
      const cursor = await done(bytes.openCursor(Device.range(clientId, 0), "prev"));
      return cursor ? cursor.key[1] + cursor.value.byteLength : 0;
    }
  }

  // Where a browser keeps nothing (some private windows): the same, for as long as the page is open.
  class Memory {
    constructor() { this.takes = new Map(); this.bytes = new Map(); }
    async put(take) { this.takes.set(take.clientId, take); }
    async get(clientId) { return this.takes.get(clientId); }
    async all() { return [...this.takes.values()]; }
    async change(clientId, changes) {
      const take = this.takes.get(clientId);
      if (take) this.takes.set(clientId, { ...take, ...changes });
    }
    async add(clientId, start, buffer) { this.bytes.set(clientId, [...(this.bytes.get(clientId) ?? []), buffer]); }
    async remove(clientId) { this.takes.delete(clientId); this.bytes.delete(clientId); }
    async gather(clientId, offset, most) { return new Blob(this.bytes.get(clientId) ?? []).slice(offset, offset + most); }
    async size(clientId) { return new Blob(this.bytes.get(clientId) ?? []).size; }
  }

  const opened = Device.open().catch(() => new Memory());
  const files = new Map(); // client id -> File chosen in this page; a file is not copied, it is read as it is sent
  const watchers = new Set();
  const tell = (news) => { for (const watcher of watchers) watcher(news); };
  const pause = (wait) => new Promise((resolve) => { setTimeout(resolve, wait); });

  class Refusal extends Error {}

  // Whether the page that records it has stopped, or is gone.
  const isOver = async (take) => {
    if (take.total !== null) return true;
    if (!locks) return Date.now() - take.beat > SILENT;
    const { held } = await locks.query();
    return !held.some((lock) => lock.name === `take ${take.clientId}`);
  };

  class Sender {
    // begin: where takes begin, ending in a slash; csrf: what the desk asks for, empty elsewhere.
    constructor(begin, csrf) {
      this.begin = begin;
      this.csrf = csrf;
      this.failed = 0;
      addEventListener("online", () => { this.failed = 0; this.kick(); });
      setInterval(() => this.kick(), 3000); // what another page was to send, or left behind
      this.kick();
    }

    // Send whatever there is. One page of a browser sends at a time; others wait for it.
    kick() {
      this.again = true;
      if (this.running) return;
      this.running = true;
      const run = async () => {
        while (this.again) {
          this.again = false;
          await this.run().catch((error) => this.wait(error));
        }
      };
      const whole = locks ? locks.request(`send ${this.begin}`, { ifAvailable: true }, (lock) => lock && run()) : run();
      Promise.resolve(whole).finally(() => { this.running = false; });
    }

    async wait(error) {
      tell({ state: "waiting" });
      const stated = error.after ? error.after * 1000 : 0;
      const wait = stated || WAITS[Math.min(this.failed, WAITS.length - 1)];
      this.failed += 1;
      this.again = true;
      await Promise.race([
        pause(wait),
        stated ? pause(wait) : new Promise((resolve) => { addEventListener("online", resolve, { once: true }); }),
      ]);
    }

    async run() {
      const device = await opened;
      for (const take of await device.all()) {
        if (take.begin !== this.begin || take.why) continue;
        if (take.isFile && !files.has(take.clientId)) continue; // until it is chosen again
        try {
          await this.send(device, take);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          await device.change(take.clientId, { why: error.message });
          tell({ state: "refused", clientId: take.clientId, why: error.message });
        }
      }
    }

    async send(device, take) {
      let at = (await this.ask(this.begin, this.first(take))).told;
      if (at.state !== "arriving") return this.finish(device, take, at);
      const one = this.begin + at.id;
      const file = files.get(take.clientId);
      for (;;) {
        const over = await isOver(await device.get(take.clientId) ?? { total: 0 });
        const body = file ? file.slice(at.length, at.length + PIECE) : await device.gather(take.clientId, at.length, PIECE);
        if (body.size && (over || body.size >= SMALL)) {
          at = (await this.ask(`${one}/piece?offset=${at.length}`, body)).told;
          tell({ state: "sending", clientId: take.clientId, sent: at.length, total: file ? file.size : null });
        } else if (!over) {
          return undefined; // more is still being recorded
        } else {
          const total = file ? file.size : await device.size(take.clientId);
          if (!total && !at.length) return device.remove(take.clientId); // closed before anything was said
          const { marks } = await device.get(take.clientId) ?? {};
          const about = new URLSearchParams({ total, ...(marks?.length ? { marks: JSON.stringify(marks) } : {}) });
          const { told, status } = await this.ask(`${one}/done`, about);
          if (status === 200) return this.finish(device, take, told);
          at = told;
        }
      }
    }

    first(take) {
      const { clientId, question, mediaType, name } = take;
      return new URLSearchParams({ client_id: clientId, question, media_type: mediaType, name });
    }

    async finish(device, take, told) {
      await device.remove(take.clientId);
      files.delete(take.clientId);
      tell({ state: "done", clientId: take.clientId, id: told.id });
    }

    // 200 and 409 say how far the take has come; what cannot be mended by trying again is a Refusal.
    async ask(url, body) {
      const headers = this.csrf ? { "X-CSRFToken": this.csrf } : {};
      const answer = await fetch(url, { method: "POST", body, headers });
      if (answer.ok || answer.status === 409) {
        this.failed = 0;
        return { status: answer.status, told: await answer.json() };
      }
      const said = await answer.json().catch(() => ({}));
      if (GONE.has(answer.status)) throw new Refusal(said.why || " ");
      const error = new Error(String(answer.status));
      error.after = Number(answer.headers.get("Retry-After")) || 0;
      throw error;
    }
  }

  const senders = new Map();
  const sender = (begin, csrf = "") => {
    if (!senders.has(begin)) senders.set(begin, new Sender(begin, csrf));
    return senders.get(begin);
  };

  // The same file chosen again is the same take, so that it goes on where it stopped.
  const nameOf = (file, question, begin) => {
    const text = [file.name, file.size, file.lastModified, question, begin].join("\n");
    const parts = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => {
      let hash = seed;
      for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
      return hash.toString(16).padStart(8, "0");
    });
    return `file-${parts.join("")}`;
  };

  const newId = () => {
    const random = crypto.getRandomValues(new Uint8Array(16));
    return `take-${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  };

  window.passalongSending = {
    sender,
    watch(watcher) { watchers.add(watcher); return () => watchers.delete(watcher); },
    // What is on this device for these addresses and not yet with the server.
    // One that is still being recorded, here or in another window, is not waiting.
    async waiting(begin) {
      const takes = (await (await opened).all()).filter((take) => take.begin === begin);
      const over = await Promise.all(takes.map(isOver));
      return takes.filter((_take, at) => over[at]);
    },
    // Try again what was refused: the reason may be gone.
    async retry(begin) {
      const device = await opened;
      for (const take of await device.all()) {
        if (take.begin === begin && take.why) await device.change(take.clientId, { why: "" });
      }
      senders.get(begin)?.kick();
    },
    async drop(clientId) { await (await opened).remove(clientId); },
    async whole(clientId) { return (await opened).gather(clientId, 0, Infinity); },
    // A recording made here: begin it, then add bytes as they come, then end it.
    async recording({ begin, question, mediaType }) {
      const device = await opened;
      const clientId = newId();
      navigator.storage?.persist?.().catch(() => {}); // asked not to throw it away when the device is full
      let length = 0;
      let release = () => {};
      if (locks) locks.request(`take ${clientId}`, () => new Promise((resolve) => { release = resolve; }));
      await device.put({ clientId, begin, question, mediaType, name: "", total: null, beat: Date.now(), why: "" });
      return {
        clientId,
        async add(buffer) {
          await device.add(clientId, length, buffer);
          length += buffer.byteLength;
          await device.change(clientId, { beat: Date.now() });
        },
        // When which question began, in a talk of many: kept with the bytes, sent at the end.
        async mark(marks) { await device.change(clientId, { marks }); },
        async end() {
          try {
            if (length) await device.change(clientId, { total: length });
            else await device.remove(clientId);
          } finally { release(); } // else it would never be over, where the device takes nothing more
        },
      };
    },
    // A recording made elsewhere.
    async file(file, { begin, question }) {
      const device = await opened;
      const clientId = nameOf(file, question, begin);
      files.set(clientId, file);
      const about = { mediaType: file.type, name: file.name, total: file.size, isFile: true };
      await device.put({ clientId, begin, question, beat: Date.now(), why: "", ...about });
      return clientId;
    },
  };
})();
