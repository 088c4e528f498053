// The lines above a channel: that the server is away, and what kind of model answers.

import { h, icon, iconButton, setText } from "./dom.js";
import { remember, remembered } from "./memory.js";
import { announce } from "./notices.js";
import { t } from "./strings.js";

const OFFLINE_AFTER_MS = 1200; // a short break is nobody's business

export class Banners {
  constructor() {
    this.note = h("div", { class: "model-note", hidden: true });
    this.offline = h("div", { class: "offline", role: "status", hidden: true });
    this.elements = [this.offline, this.note];
  }

  // Shown until it is dismissed; another note is shown again.
  showNote(text) {
    this.note.hidden = !text || remembered("note") === text;
    const close = iconButton("close", t("dismiss"), () => {
      remember("note", text);
      this.note.hidden = true;
    });
    this.note.replaceChildren(icon("info"), h("p", {}, text), close);
  }

  connected(up) {
    if (up) {
      clearTimeout(this.timer);
      this.timer = null;
      if (!this.offline.hidden) announce(t("online"));
      this.offline.hidden = true;
    } else {
      this.timer ??= setTimeout(() => {
        setText(this.offline, t("offline"));
        this.offline.hidden = false;
      }, OFFLINE_AFTER_MS);
    }
  }
}
