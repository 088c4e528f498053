// The box that opens in a message's place, to change it. It is built once and lives until its person
// saves or cancels, whatever happens to the message meanwhile.

import { h } from "./dom.js";
import { t } from "./strings.js";

const TALLEST_ROWS = 12;

export class Editor {
  // `ondone(text)`: what is to be saved, or null when nothing is.
  constructor(text, ondone) {
    Object.assign(this, { text, ondone });
    const rows = Math.min(TALLEST_ROWS, text.split("\n").length + 1);
    this.area = h("textarea", { class: "edit-box", rows, "aria-label": t("edit") });
    this.area.value = text;
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.element = h("div", { class: "edit" }, this.area, h("div", { class: "edit-buttons" },
      h("span", { class: "hint" }, t("edit.hint")),
      h("button", { type: "button", class: "button small", onclick: () => this.ondone(null) }, t("cancel")),
      h("button", { type: "button", class: "button small primary", onclick: () => this.save() }, t("edit.save"))));
  }

  focus() {
    this.area.focus();
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
    this.element.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    // 229 is what browsers report for keys that an input method has taken.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.ondone(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.save();
    }
  }

  // What was not changed is not saved: somebody may have changed it elsewhere.
  save() {
    const text = this.area.value.trim();
    this.ondone(text === this.text.trim() ? null : text);
  }
}
