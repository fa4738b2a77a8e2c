// The editor with JavaScript: Ctrl+S, the preview after each save, pictures put in at the cursor, nothing lost.
// Without it the Save button does the same.
(() => {
  const form = document.getElementById("draft");
  const saved = document.getElementById("saved");
  const frame = document.getElementById("preview");
  if (!form || !saved) return;
  const RETRY = 5000; // milliseconds
  let dirty = false;
  let sending = false;
  let last = form.querySelector("[name=problems]");
  let retry = 0;

  const keep = () => (window.htmx ? window.htmx.trigger(form, "keep") : form.requestSubmit());
  const say = (name) => saved.replaceChildren(document.createTextNode(form.dataset[name] || ""));

  const look = () => {
    const shown = frame && frame.contentWindow;
    if (!shown) return;
    const at = shown.scrollY;
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, at), { once: true });
    shown.location.reload();
  };

  form.addEventListener("input", (event) => {
    dirty = true;
    if (event.target.matches("textarea")) last = event.target;
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea")) last = event.target;
  });
  form.addEventListener("submit", () => {
    dirty = false;
  });

  // Writing an address offers it; taking the tick away leaves it where it is, unsent, until the tick is back.
  form.addEventListener("input", (event) => {
    const target = event.target.name && event.target.name.startsWith("to_");
    const box = target && form.elements[event.target.name.replace("to_", "on_")];
    if (box && event.target.value) box.checked = true;
  });
  form.addEventListener("change", (event) => {
    const to = event.target.name && event.target.name.startsWith("on_") && form.elements[event.target.name.replace("on_", "to_")];
    if (to) to.disabled = !event.target.checked;
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      keep();
    }
  });

  // Whoever signs in again in another window gets a new token; this page goes on with it.
  form.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token[1];
    event.detail.parameters.csrfmiddlewaretoken = token[1];
  });

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt !== form) return;
    sending = true;
    dirty = false;
    clearTimeout(retry);
    say("saving");
  });
  const failed = (name) => {
    dirty = true;
    say(name);
    clearTimeout(retry);
    retry = setTimeout(keep, RETRY);
  };
  form.addEventListener("htmx:sendError", () => failed("offline"));
  form.addEventListener("htmx:responseError", () => failed("failed"));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt !== form) return;
    // A request that was led elsewhere means that nobody is signed in any more; the words stay where they are.
    const url = event.detail.xhr.responseURL;
    if (url && new URL(url).pathname !== new URL(form.action).pathname) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      failed("out");
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    sending = false;
    if (event.detail.xhr.status === 200 || event.detail.xhr.status === 422) look();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button || !last) return;
    const at = last.selectionStart;
    const gap = at && !last.value.slice(0, at).endsWith("\n\n") ? "\n\n" : "";
    last.setRangeText(`${gap}${button.dataset.insert}\n\n`, at, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty && !sending) keep();
  });
  window.addEventListener("pagehide", () => {
    if (dirty || sending) navigator.sendBeacon(form.action, new FormData(form));
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
