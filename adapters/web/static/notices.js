// Short words to the person: toasts that go away, and what screen readers are told.

import { h } from "./dom.js";
import { t } from "./strings.js";

const SHOWN_MS = 6000;

export function toast(text) {
  const element = h("p", { class: "toast" }, text || t("failed"));
  document.getElementById("toasts").append(element);
  setTimeout(() => element.remove(), SHOWN_MS);
}

export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

// Ask before something that cannot be taken back. Resolves to whether the answer was yes.
export function confirm({ title, lead, yes }) {
  return new Promise((resolve) => {
    const refuse = h("button", { type: "button", class: "button", autofocus: true }, t("cancel"));
    const agree = h("button", { type: "button", class: "button danger" }, yes);
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, title), h("p", {}, lead), h("div", { class: "dialog-buttons" }, refuse, agree));
    const close = (answer) => {
      dialog.close(); // gives the focus back
      dialog.remove();
      resolve(answer);
    };
    refuse.addEventListener("click", () => close(false));
    agree.addEventListener("click", () => close(true));
    dialog.addEventListener("cancel", () => close(false));
    dialog.addEventListener("click", (event) => event.target === dialog && close(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
