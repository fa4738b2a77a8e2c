// Draws the message beside the sentences as they are typed, and copies it. Everything works without it.
"use strict";
(() => {
  const page = document.querySelector("[data-words-page]");
  if (page) {
    const said = page.querySelector("[data-said]");
    const own = page.querySelector("[data-own]");
    const preview = page.querySelector("[data-preview]");
    const draw = () => {
      const text = said.value.trim();
      own.textContent = text || own.dataset.empty;
      own.classList.toggle("muted", !text);
    };
    if (said && own && preview) {
      preview.hidden = false;
      said.addEventListener("input", draw);
      draw();
    }
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field) continue;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        field.focus();
        field.select();
        document.execCommand("copy");
      }
      const label = button.querySelector("span");
      const before = label.textContent;
      label.textContent = button.dataset.done;
      setTimeout(() => { label.textContent = before; }, 2000);
    });
  }
})();
