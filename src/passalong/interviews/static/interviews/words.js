// Words beside the sound: jumping, the paragraph that is heard, and corrections kept as they are made. On the desk and on
// the guest's page. Without it the button of the form keeps them, and times stand beside the player.
"use strict";
(() => {
  const player = document.getElementById("heard");
  const rows = [...document.querySelectorAll("[data-start]")];
  if (player) {
    for (const button of document.querySelectorAll("[data-jump]")) {
      const row = button.closest("[data-start]");
      if (!row) continue;
      button.disabled = false;
      button.addEventListener("click", () => {
        player.currentTime = Number(row.dataset.start);
        player.play();
      });
    }
    player.addEventListener("timeupdate", () => {
      const at = player.currentTime;
      for (const row of rows) {
        const ends = row.dataset.end ? Number(row.dataset.end) : 0;
        row.classList.toggle("is-now", !player.paused && at >= Number(row.dataset.start) && at < ends);
      }
    });
  }

  // The guest's page: what was typed stays in this browser until it is sent, so that a closed tab loses nothing.
  const draft = document.querySelector("form[data-draft]");
  if (draft && draft.querySelector('[value="keep"], [value="approve"]')) {
    const key = `review ${draft.dataset.draft}`;
    const fields = () => [...draft.querySelectorAll("textarea")];
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      if (kept && kept.length === fields().length) fields().forEach((field, at) => { field.value = kept[at]; });
      draft.addEventListener("input", () => localStorage.setItem(key, JSON.stringify(fields().map((field) => field.value))));
      draft.addEventListener("submit", () => localStorage.removeItem(key));
    } catch { /* a browser that keeps nothing: the words stand in the form all the same */ }
  }

  const form = document.getElementById("words");
  if (!form) return;
  const said = form.querySelector("[data-said]");
  const WAIT = 1500; // milliseconds after the last key
  const RETRY = 5000;
  let [dirty, sending, timer] = [false, false, 0];
  let stopped = false; // somebody else saved meanwhile: nothing goes before it is said with which to go on
  const notice = form.querySelector("[data-meanwhile]");
  const mine = notice.querySelector("[data-mine]");
  const meet = (told) => {
    [stopped, dirty] = [true, true];
    notice.querySelector("[data-who]").textContent = told.meanwhile;
    notice.dataset.base = told.base;
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
    said.textContent = form.dataset.unsaved;
  };
  mine?.addEventListener("click", (event) => {
    if (!stopped) return; // drawn by the server: the form does it
    event.preventDefault();
    form.elements.base.value = notice.dataset.base;
    [stopped, dirty] = [false, true];
    notice.hidden = true;
    send();
  });
  notice.querySelector("[data-theirs]")?.addEventListener("click", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (stopped && dirty) event.preventDefault(); });
  const send = async (leaving) => {
    clearTimeout(timer);
    if (!dirty || stopped) return;
    if (sending) { timer = setTimeout(send, WAIT); return; } // what is on its way comes first
    [dirty, sending] = [false, true];
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const data = new URLSearchParams(new FormData(form));
    if (token) data.set("csrfmiddlewaretoken", token[1]);
    said.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        keepalive: Boolean(leaving) && data.toString().length < 60000,
        redirect: "error",
      });
      const told = await answer.json();
      if (told.meanwhile) meet(told);
      else said.textContent = answer.ok ? form.dataset.saved : told.error;
      if (answer.ok) {
        form.elements.base.value = told.base;
        for (const other of document.querySelectorAll('form:not(#words) [name="base"]')) other.value = told.base;
      }
      if (answer.ok && told.count !== form.querySelectorAll('[name="text"]').length) location.reload(); // one left empty has gone
    } catch {
      dirty = true;
      said.textContent = navigator.onLine ? form.dataset.out : form.dataset.offline;
      timer = setTimeout(send, RETRY);
    }
    sending = false;
  };
  form.addEventListener("input", (event) => {
    if (event.target.name === "text" && !event.target.value.trim()) return; // emptied: it goes once the field is left
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  });
  form.addEventListener("change", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  });
  form.addEventListener("submit", () => { dirty = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(true); });
  window.addEventListener("pagehide", () => send(true));
})();
