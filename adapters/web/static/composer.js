// The box that one writes in: grows with its text, completes names, carries files. Enter sends,
// except while an input method is still composing.

import { Attachments } from "./attachments.js";
import { h, icon, iconButton, setText } from "./dom.js";
import { Suggest } from "./suggest.js";
import { t } from "./strings.js";

const TALLEST_PX = 220;

export class Composer {
  // `onsend({text, files})`; `onup()` is asked to edit the last message.
  constructor({ person, people, limits, onsend, onup, onstop }) {
    Object.assign(this, { limits, onsend, onup });
    this.box = h("textarea", { class: "box", rows: 1, autocomplete: "off", spellcheck: "true", dir: "auto" });
    this.suggest = new Suggest(this.box, people);
    this.complaint = h("p", { class: "complaint", role: "alert", hidden: true });
    this.attachments = new Attachments({ person, limits, onchange: () => this.check(), oncomplain: (text) => this.complain(text) });
    this.sendButton = h("button", { type: "button", class: "send", "aria-label": t("send"), title: t("send"), onclick: () => this.send() }, icon("send"));
    const clip = iconButton("clip", t("attach"), () => this.attachments.input.click());
    const at = iconButton("at", t("mention.insert"), () => this.insert("@"));
    const tools = h("div", { class: "composer-tools" }, clip, at, h("span", { class: "hint" }, t("hint.send")), this.sendButton);
    this.frame = h("div", { class: "composer-frame" }, this.suggest.element, this.attachments.element, this.box, tools, this.attachments.input);
    this.activity = new ActivityLine(onstop, () => this.focus());
    // Nobody writes before it is known where to.
    this.element = h("div", { class: "composer", inert: true }, this.activity.element, this.complaint, this.frame);
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("input", () => this.changed());
    this.box.addEventListener("paste", (event) => event.clipboardData.files.length && this.attachments.add(event.clipboardData.files));
    this.check();
  }

  // Write to another place: what was begun there comes back.
  open(key, label) {
    this.key_ = key;
    this.element.inert = false;
    this.box.setAttribute("aria-label", label);
    this.box.placeholder = label;
    this.box.value = sessionStorage.getItem(`parley.draft.${key}`) ?? "";
    this.attachments.open(key);
    this.complain("");
    this.grow();
    this.check();
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  insert(text) {
    const start = this.box.selectionStart;
    const gap = start > 0 && !/\s/.test(this.box.value[start - 1]) ? " " : "";
    this.focus();
    this.box.setRangeText(gap + text, start, this.box.selectionEnd, "end");
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  set(text) {
    this.box.value = text;
    this.changed();
    this.focus();
    this.box.setSelectionRange(text.length, text.length);
  }

  key(event) {
    // 229 is what browsers report for keys that an input method has taken.
    if (event.isComposing || event.keyCode === 229 || this.suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && this.box.value === "" && this.onup()) {
      event.preventDefault();
    }
  }

  changed() {
    this.grow();
    this.check();
    this.complain("");
    const key = `parley.draft.${this.key_}`;
    if (this.box.value) sessionStorage.setItem(key, this.box.value);
    else sessionStorage.removeItem(key);
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST_PX)}px`;
  }

  check() {
    const { text: most } = this.limits();
    const length = this.box.value.length;
    const something = this.box.value.trim() !== "" || this.attachments.items.length > 0;
    this.sendButton.disabled = !something || length > most;
    if (length > most) this.complain(t("text.long", { length: length.toLocaleString(), most: most.toLocaleString() }));
  }

  complain(text) {
    if (!text && this.box.value.length > this.limits().text) return;
    this.complaint.textContent = text;
    this.complaint.hidden = !text;
  }

  send() {
    if (this.sendButton.disabled) return;
    const text = this.box.value.trim();
    const files = this.attachments.take();
    this.box.value = "";
    this.changed();
    this.onsend({ text, files });
    this.focus();
  }
}

// Says that Parley is at work, and holds Stop where it does not move while the answer grows.
class ActivityLine {
  // `onleft()` takes the focus when Stop goes away under it.
  constructor(onstop, onleft) {
    this.onleft = onleft;
    this.text = h("span", { class: "activity-text" });
    this.stop = h("button", { type: "button", class: "stop", onclick: () => this.pressed(onstop) }, h("span", { class: "stop-mark", "aria-hidden": "true" }), h("span", { class: "stop-text" }, t("stop")));
    this.element = h("div", { class: "activity", "data-activity": "" }, h("span", { class: "pulse", "aria-hidden": "true" }), this.text, this.stop);
    this.setStopping(false);
    this.show("");
  }

  // `mayStop`: the answer is this person's to end.
  show(activity, mayStop = false) {
    this.element.dataset.activity = activity;
    setText(this.text, activity ? t(activity) : "");
    if (!mayStop && document.activeElement === this.stop) this.onleft();
    this.stop.hidden = !mayStop;
    if (!activity) this.release();
  }

  // Not `disabled`: that would take the focus from whoever pressed it by keyboard.
  async pressed(onstop) {
    if (this.isStopping) return;
    this.setStopping(true);
    if (!(await onstop())) this.release();
  }

  release() {
    if (this.isStopping) this.setStopping(false);
  }

  setStopping(is) {
    this.isStopping = is;
    this.stop.setAttribute("aria-disabled", String(is));
    this.stop.lastChild.textContent = t(is ? "stopping" : "stop");
  }
}
