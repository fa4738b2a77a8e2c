// The prompter turned over by arrow keys, space, or a clicker's page keys. It works by its links without this. While a
// talk is recorded beside it, the recorder is told which question is shown, so that chapters come of it.
"use strict";
(() => {
  const onward = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", PageUp: "prev" };
  const prompter = document.querySelector(".prompter");
  const shown = () => document.querySelector(".prompter-question:target") ?? document.querySelector(".prompter-question");
  const note = () => {
    if (!prompter) return;
    prompter.dataset.shown = shown().dataset.question;
    dispatchEvent(new CustomEvent("talk:question"));
  };
  addEventListener("keydown", (event) => {
    if (!onward[event.key] || event.target.closest("input, textarea, audio, select")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return; // there it presses
    const link = shown()?.querySelector(`a[rel=${onward[event.key]}]`);
    event.preventDefault();
    link?.click();
  });
  addEventListener("hashchange", note);
  note();
})();
