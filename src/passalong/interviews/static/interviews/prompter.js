// The prompter turned over by arrow keys, space, or a clicker's page keys. It works by its links without this.
"use strict";
(() => {
  const onward = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" };
  addEventListener("keydown", (event) => {
    if (!onward[event.key] || event.target.closest("input, textarea, audio, select")) return;
    const shown = document.querySelector(".prompter-question:target") ?? document.querySelector(".prompter-question");
    const link = shown?.querySelector(`a[rel=${onward[event.key]}]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
})();
