// Chapters jump, and the page says that somebody reads or listens: no name, no cookie, an id of this one view alone.
// Everything works without it: chapters are links into the sound.
"use strict";
addEventListener("DOMContentLoaded", () => {
  const player = document.querySelector("[data-player]");
  for (const link of document.querySelectorAll("a[data-at]")) {
    link.addEventListener("click", (event) => {
      if (!player || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const at = Number(link.dataset.at);
      const go = () => { player.currentTime = at; player.play().catch(() => {}); };
      if (player.readyState >= 1) go();
      else { player.addEventListener("loadedmetadata", go, { once: true }); player.preload = "metadata"; player.load(); }
      player.scrollIntoView({ block: "center" });
    });
  }

  const view = document.body.dataset.view;
  if (!view || !navigator.sendBeacon) return;
  const say = (what, part) => {
    const said = new URLSearchParams({ view, what });
    if (part) said.set("part", part);
    navigator.sendBeacon(`${location.pathname}/seen`, said);
  };
  const once = (what) => { let told = false; return () => { if (!told) say(what); told = true; }; };

  if (player) {
    const heard = once("heard");
    let played = 0, last = null;
    player.addEventListener("timeupdate", () => {
      const now = player.currentTime;
      if (last !== null && now > last && now - last < 2) played += now - last;
      last = now;
      if (played >= 10) heard();
    });
    player.addEventListener("ended", () => { if (played >= 3) heard(); });
  }

  let seen = 0, since = document.hidden ? 0 : performance.now(), reached = 0, told = 0, from = -1, moved = false;
  const time = () => seen + (since && performance.now() - since);
  const scrolled = once("scroll");
  const tell = () => {
    if (document.hidden || time() < 3000) return;
    if (moved) scrolled();
    if (reached > told) say("part", (told = reached));
  };
  for (const by of ["wheel", "pointerdown", "keydown"]) {
    addEventListener(by, () => { if (from < 0) from = scrollY; }, { passive: true });
  }
  addEventListener("scroll", () => {
    if (from >= 0 && Math.abs(scrollY - from) * 3 >= innerHeight) moved = true;
    tell();
  });
  setInterval(tell, 500);
  document.addEventListener("visibilitychange", () => {
    seen = time();
    since = document.hidden ? 0 : performance.now();
    tell();
  });
  if (self.IntersectionObserver) {
    const watch = new IntersectionObserver((found) => {
      for (const one of found) if (one.isIntersecting) reached = Math.max(reached, Number(one.target.dataset.end));
      tell();
    });
    for (const end of document.querySelectorAll("[data-end]")) watch.observe(end);
  }
});
