// Copies texts, and keeps the message and its buttons in step with the words. Everything works without it.
"use strict";
(() => {
  const root = document.querySelector("[data-share]");
  if (!root) return;
  const message = root.querySelector("[data-message]");

  const copy = async (field, button) => {
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
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { label.textContent = before; }, 2000);
  };
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy), button));
  }
  if (!message) return;

  const link = (name, href) => { const a = root.querySelector(`[data-${name}]`); if (a) a.href = href; };
  // GSM 03.38: 160 characters to a text message, 153 when joined; any other character makes it 70 and 67.
  const once = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€\f]*$/;
  const tell = (text) => {
    const size = root.querySelector("[data-size]");
    if (!size) return;
    const plain = once.test(text);
    const units = plain ? text.length + (text.match(/[\^{}\\[~\]|€\f]/g) || []).length : text.length;
    const count = units <= (plain ? 160 : 70) ? 1 : Math.ceil(units / (plain ? 153 : 67));
    const words = count === 1 ? size.dataset.one : size.dataset.many;
    size.textContent = words.replace("LENGTH", [...text].length).replace("COUNT", count);
  };
  const aim = () => {
    const text = message.value;
    const say = encodeURIComponent;
    link("mail", `mailto:?subject=${say(message.dataset.subject)}&body=${say(text.replace(/\n/g, "\r\n"))}`);
    link("sms", `sms:?&body=${say(text)}`);
    link("whatsapp", `https://wa.me/?text=${say(text)}`);
    tell(text);
  };
  const compose = () => {
    const words = (name) => root.querySelector(`[data-words="${name}"]`);
    const keeps = words("involves");
    const parts = [
      ...["experience", "empathy"].map((name) => words(name)?.value ?? ""),
      keeps && keeps.checked ? message.dataset.involves : "",
      message.dataset.address,
    ];
    message.value = parts.map((part) => part.trim()).filter(Boolean).join("\n\n");
    aim();
  };
  message.readOnly = false;
  message.addEventListener("input", aim);
  for (const field of root.querySelectorAll("[data-words]")) field.addEventListener("input", compose);
})();
