// The editor with JavaScript: waveforms to trim by dragging, pieces to drag, listening to exactly what is kept, and every
// change saved at once as a version of its own. Without it the fields and buttons of the form do the same.
"use strict";
(() => {
  const form = document.getElementById("cut");
  const list = document.getElementById("pieces");
  if (!form || !list) {
    // No piece is here yet, so nothing can be lost: once the first has come, the page is shown anew.
    document.body.addEventListener("htmx:afterSettle", () => {
      if (document.getElementById("coming")?.dataset.here) location.reload();
    });
    return;
  }
  const said = form.querySelector("[data-said]");
  const peaks = JSON.parse(document.getElementById("peaks").textContent);
  const WAIT = 500; // milliseconds after the last change
  const RETRY = 4000;
  const SHORTEST = 0.1; // seconds
  const WHOLE = 1200; // seconds; longer recordings are played by the browser's own player
  const pieces = () => [...list.querySelectorAll(".piece")];
  const field = (piece, name) => piece.querySelector(`[name="${name}"]`);

  // Times, as the server reads and writes them ------------------------------------------------------------------------
  const TIME = /^(?:(\d{1,2}):)??(?:(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,3}))?$/;
  const seconds = (text) => {
    const found = TIME.exec(text.trim());
    if (!found) return null;
    const [, hours, minutes, rest, part] = found;
    return Number(hours || 0) * 3600 + Number(minutes || 0) * 60 + Number(rest) + (part ? Number(`0.${part}`) : 0);
  };
  const words = (value) => {
    const tenths = Math.round(Math.max(value, 0) * 10);
    const whole = Math.floor(tenths / 10);
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const shown = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
    return tenths % 10 ? `${shown}.${tenths % 10}` : shown;
  };
  const length = (piece) => Number(piece.dataset.length);
  const bounds = (piece) => {
    const start = seconds(field(piece, "start").value) ?? 0;
    const end = Math.min(seconds(field(piece, "end").value) ?? length(piece), length(piece));
    return [start, Math.max(end, start)];
  };

  // Saving -------------------------------------------------------------------------------------------------------------
  let dirty = false;
  let stopped = false; // somebody else saved meanwhile: nothing goes before it is said with which to go on
  let sending = false;
  let timer = 0;
  const tell = (text, tone) => {
    said.textContent = text;
    said.classList.toggle("is-wrong", tone === "wrong");
  };
  const body = () => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const data = new URLSearchParams(new FormData(form));
    if (token) data.set("csrfmiddlewaretoken", token[1]); // whoever signed in anew elsewhere goes on with that one
    return data;
  };
  const send = async (leaving) => {
    clearTimeout(timer);
    if (!dirty || stopped || (sending && !leaving)) return;
    dirty = false;
    sending = true;
    tell(form.dataset.saving);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: body(),
        headers: { Accept: "application/json" },
        keepalive: Boolean(leaving),
        redirect: "error", // being led elsewhere means that nobody is signed in any more
      });
      const told = await answer.json();
      if (answer.ok) {
        form.elements.base.value = told.number;
        tell(`${told.length} · ${form.dataset.saved}`);
      } else if (told.meanwhile) meet(told);
      else tell(told.error, "wrong");
    } catch {
      dirty = true;
      tell(navigator.onLine ? form.dataset.out : form.dataset.offline, "wrong");
      timer = setTimeout(send, RETRY);
    }
    sending = false;
    if (dirty && !said.classList.contains("is-wrong")) send();
  };
  const notice = form.querySelector("[data-meanwhile]");
  const meet = (told) => {
    [stopped, dirty] = [true, true];
    notice.querySelector("[data-who]").textContent = told.meanwhile;
    notice.hidden = false;
    notice.dataset.number = told.number;
    notice.scrollIntoView({ block: "nearest" });
    tell(form.dataset.unsaved, "wrong");
  };
  notice.querySelector("[data-mine]").addEventListener("click", (event) => {
    if (!stopped) return; // drawn by the server: the form does it
    event.preventDefault();
    form.elements.base.value = notice.dataset.number;
    [stopped, dirty] = [false, true];
    notice.hidden = true;
    send();
  });
  notice.querySelector("[data-theirs]").addEventListener("click", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (stopped && dirty) event.preventDefault(); });
  const changed = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  };
  form.querySelector("[data-plain-save]").hidden = true;
  form.addEventListener("change", (event) => {
    const piece = event.target.closest(".piece");
    if (event.target.name === "part") return;
    if (piece) {
      piece.classList.toggle("is-dropped", !field(piece, "keep").checked);
      draw(piece);
    }
    changed();
  });
  form.addEventListener("input", (event) => {
    if (event.target.name === "part" || event.target.type === "checkbox") return;
    const piece = event.target.closest(".piece");
    if (piece) draw(piece);
    changed();
  });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(true); });
  window.addEventListener("pagehide", () => send(true));

  // Order --------------------------------------------------------------------------------------------------------------
  const numbered = () => pieces().forEach((piece, at, all) => {
    piece.querySelector("[data-place]").textContent = String(at + 1);
    piece.querySelector('[data-move="-1"]').disabled = at === 0;
    piece.querySelector('[data-move="1"]').disabled = at === all.length - 1;
    piece.querySelector('[data-move="-1"]').value = `up:${at}`;
    piece.querySelector('[data-move="1"]').value = `down:${at}`;
    piece.querySelector("[data-split]").value = `split:${at}`;
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const piece = button.closest(".piece");
    const beside = Number(button.dataset.move) < 0 ? piece.previousElementSibling : piece.nextElementSibling;
    if (!beside) return;
    if (Number(button.dataset.move) < 0) beside.before(piece); else beside.after(piece);
    numbered();
    if (button.disabled) piece.querySelector("[data-move]:not(:disabled)")?.focus(); else button.focus();
    piece.scrollIntoView({ block: "nearest" });
    changed();
  });
  let dragged = null;
  const handle = (piece) => {
    const grip = piece.querySelector(".piece-question");
    grip.draggable = true;
    grip.classList.add("is-grip");
    grip.addEventListener("dragstart", (event) => {
      dragged = piece;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      event.dataTransfer.setDragImage(piece, 16, 16);
      piece.classList.add("is-dragged");
    });
    grip.addEventListener("dragend", () => {
      piece.classList.remove("is-dragged");
      dragged = null;
      numbered();
      changed();
    });
  };
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest(".piece");
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged); else over.after(dragged);
  });
  list.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });

  // Waveform -----------------------------------------------------------------------------------------------------------
  let playing = null; // {piece, stop, at()}
  const colour = (name) => getComputedStyle(form).getPropertyValue(name).trim();
  const probe = document.createElement("canvas").getContext("2d");
  const ink = (name) => { // light-dark() is not understood by a canvas: an element that wears the colour tells it
    const worn = document.createElement("i");
    worn.className = `wave-${name}`;
    form.append(worn);
    const found = getComputedStyle(worn).color;
    worn.remove();
    probe.fillStyle = found || colour("--ink");
    return probe.fillStyle;
  };
  let inks = null;
  const draw = (piece) => {
    const canvas = piece.querySelector("canvas");
    if (piece.querySelector("[data-wave]").hidden || !canvas.clientWidth) return;
    inks = inks || { kept: ink("kept"), cut: ink("cut"), edge: ink("edge") };
    const scale = window.devicePixelRatio || 1;
    const [wide, high] = [canvas.clientWidth, 64];
    if (canvas.width !== Math.round(wide * scale)) canvas.width = Math.round(wide * scale);
    canvas.height = high * scale;
    const on = canvas.getContext("2d");
    on.scale(scale, scale);
    const [start, end] = bounds(piece);
    const all = length(piece) || 1;
    const row = peaks[piece.dataset.take] || [];
    const kept = field(piece, "keep").checked;
    for (let x = 0; x < wide; x += 3) {
      const from = Math.floor((x / wide) * row.length);
      const to = Math.max(Math.floor(((x + 3) / wide) * row.length), from + 1);
      const loud = Math.max(0, ...row.slice(from, to));
      const second = (x / wide) * all;
      on.fillStyle = kept && second >= start && second <= end ? inks.kept : inks.cut;
      const tall = Math.max(2, Math.sqrt(loud) * (high - 8));
      on.fillRect(x, (high - tall) / 2, 2, tall);
    }
    on.fillStyle = inks.edge;
    for (const second of [start, end]) {
      const x = Math.min(Math.max((second / all) * wide, 1), wide - 1);
      on.fillRect(x - 1, 0, 2, high);
      on.fillRect(x - 4, high / 2 - 10, 8, 20);
    }
    if (playing && playing.piece === piece) on.fillRect((playing.at() / all) * wide, 0, 1, high);
  };
  const trim = (piece) => {
    const canvas = piece.querySelector("canvas");
    let edge = "";
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * length(piece);
    };
    canvas.addEventListener("pointerdown", (event) => {
      const [start, end] = bounds(piece);
      edge = Math.abs(at(event) - start) <= Math.abs(at(event) - end) ? "start" : "end";
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!edge) return;
      const [start, end] = bounds(piece);
      const second = edge === "start" ? Math.min(at(event), end - SHORTEST) : Math.max(at(event), start + SHORTEST);
      field(piece, edge).value = words(Math.max(second, 0));
      draw(piece);
    });
    const drop = () => { if (edge) { edge = ""; changed(); } };
    canvas.addEventListener("pointerup", drop);
    canvas.addEventListener("pointercancel", drop);
  };

  // Listening ----------------------------------------------------------------------------------------------------------
  let sound = null;
  const decoded = new Map();
  const stop = () => { if (playing) playing.stop(); };
  const label = (piece, on) => {
    const span = piece.querySelector("[data-listen] span");
    span.textContent = on ? span.dataset.wordsStop : span.dataset.wordsPlay;
  };
  const turn = () => {
    if (!playing) return;
    draw(playing.piece);
    requestAnimationFrame(turn);
  };
  const listenDecoded = async (piece) => {
    sound = sound || new AudioContext();
    await sound.resume();
    const url = piece.dataset.url;
    if (!decoded.has(url)) {
      if (decoded.size > 3) decoded.clear(); // a decoded recording takes 20 MB a minute
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(String(answer.status));
      decoded.set(url, await sound.decodeAudioData(await answer.arrayBuffer()));
    }
    const [start, end] = bounds(piece);
    const source = sound.createBufferSource();
    source.buffer = decoded.get(url);
    source.connect(sound.destination);
    const began = sound.currentTime;
    source.start(0, start, end - start);
    const ended = () => { label(piece, false); if (playing?.source === source) playing = null; draw(piece); };
    source.addEventListener("ended", ended);
    playing = { piece, source, stop: () => source.stop(), at: () => start + (sound.currentTime - began) };
  };
  const listenPlain = async (piece) => {
    const player = piece.querySelector("audio");
    const [start, end] = bounds(piece);
    const halt = () => { player.pause(); label(piece, false); playing = null; draw(piece); };
    player.src = piece.dataset.url;
    await new Promise((ready, failed) => {
      player.addEventListener("loadedmetadata", ready, { once: true });
      player.addEventListener("error", failed, { once: true });
      player.load();
    });
    player.currentTime = start;
    player.ontimeupdate = () => { if (player.currentTime >= end) halt(); };
    await player.play();
    playing = { piece, source: player, stop: halt, at: () => player.currentTime };
  };
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-listen]");
    if (!button) return;
    const piece = button.closest(".piece");
    const mine = playing?.piece === piece;
    stop();
    if (mine) return;
    label(piece, true);
    try {
      await (length(piece) <= WHOLE ? listenDecoded(piece) : listenPlain(piece));
      turn();
    } catch {
      label(piece, false);
      piece.querySelector("[data-plain]").hidden = false;
    }
  });

  // Begin --------------------------------------------------------------------------------------------------------------
  const begin = (piece) => {
    handle(piece);
    piece.querySelector("[data-plain]").hidden = true;
    piece.querySelector("[data-listen]").hidden = false;
    if ((peaks[piece.dataset.take] || []).length) {
      piece.querySelector("[data-wave]").hidden = false;
      trim(piece);
    }
    draw(piece);
  };
  pieces().forEach(begin);
  numbered();

  // Recordings that came meanwhile join at the end; what was changed here stays as it is -------------------------------
  let fetching = false;
  const join = async () => {
    const here = document.getElementById("coming")?.dataset.here?.trim().split(/\s+/) ?? [];
    const known = new Set([...pieces().map((piece) => piece.dataset.take), form.elements.intro?.value, form.elements.outro?.value]);
    if (fetching || !here.some((take) => take && !known.has(take))) return;
    fetching = true;
    try {
      const answer = await fetch(form.action, { redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      Object.assign(peaks, JSON.parse(page.getElementById("peaks").textContent));
      for (const piece of page.querySelectorAll("#pieces .piece")) {
        if (known.has(piece.dataset.take)) continue;
        const row = String(1 + Math.max(0, ...pieces().map((one) => Number(field(one, "row").value))));
        field(piece, "row").value = row;
        field(piece, "keep").value = row;
        list.append(document.adoptNode(piece));
        begin(piece);
      }
      for (const name of ["intro", "outro"]) {
        const [old, made] = [form.elements[name], page.querySelector(`#cut [name="${name}"]`)];
        const added = [...(made?.options ?? [])].filter((one) => old && ![...old.options].some((had) => had.value === one.value));
        for (const option of added) old.append(document.adoptNode(option));
      }
      numbered();
    } catch { /* asked again with the next look */ }
    fetching = false;
  };
  document.body.addEventListener("htmx:afterSettle", join);
  const anew = () => { inks = null; pieces().forEach(draw); };
  window.addEventListener("resize", anew);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", anew);
})();
