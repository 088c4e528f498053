// One message as it is seen: who, when, what, and what may be done with it. The element stays the
// same while the message changes; only the parts that differ are touched, and an open editor never is.

import { h, icon, iconButton, place, setText } from "./dom.js";
import { Editor } from "./editor.js";
import { isGrowing } from "./model.js";
import { copy, Prose } from "./prose.js";
import { replies, t } from "./strings.js";
import { fullTimeOf, isoOf, sizeOf, timeOf } from "./time.js";

export function avatar(id, name, extra = "") {
  const content = id === "parley" ? h("img", { src: "/static/icon.svg", alt: "" }) : name.slice(0, 1);
  return h("span", { class: `avatar avatar-${id} ${extra}`, "aria-hidden": "true" }, content);
}

export class MessageView {
  // `actions` are what a person may do; `onedited()` hears that the editor is closed.
  constructor(message, actions, { inThread, onedited }) {
    Object.assign(this, { actions, inThread, onedited, activity: "" });
    this.kept = new Map();
    this.prose = new Prose();
    this.tools = new Map();
    this.time = h("time", { class: "time" });
    this.badge = message.bot ? h("span", { class: "badge" }, t("bot")) : null;
    this.mark = h("span", { class: "mark" });
    this.head = h("div", { class: "message-head" }, h("span", { class: "author" }, message.name), this.badge, this.time, this.mark);
    this.body = h("div", { class: "message-body" });
    this.side = h("div", { class: "message-side" }, avatar(message.author, message.name));
    this.element = h("article", { class: "message", "data-id": message.id }, this.side, h("div", { class: "message-main" }, this.head, this.body));
    this.update(message, "");
  }

  get isEditing() {
    return Boolean(this.editor);
  }

  update(message, activity) {
    const onItsWay = message.sending && [message.sending, message.reason, message.text];
    const key = JSON.stringify([message.rev, onItsWay, activity, message.replies, this.actions.me().id]);
    if (key === this.key) return;
    Object.assign(this, { key, message, activity });
    this.time.dateTime = isoOf(message.at);
    this.time.title = fullTimeOf(message.at);
    setText(this.time, timeOf(message.at));
    setText(this.mark, message.edited && !message.deleted ? t("edited") : "");
    this.element.classList.toggle("is-sending", message.rev === 0 || Boolean(message.sending));
    this.element.classList.toggle("is-bot", message.bot);
    this.element.setAttribute("aria-busy", String(isGrowing(message)));
    place(this.body, this.parts(message, activity));
    this.placeToolbar(message);
  }

  setCompact(compact) {
    this.element.classList.toggle("is-compact", compact);
  }

  parts(message, activity) {
    if (this.editor) return [this.editor.element];
    if (message.deleted) return [h("p", { class: "tombstone" }, t("deleted")), this.threadRow(message, activity)].filter(Boolean);
    this.prose.update(message.text, isGrowing(message));
    return [
      message.tools.length > 0 && this.toolRow(message.tools),
      message.text && this.prose.element,
      message.state === "thinking" && !message.text && this.dots(),
      ...this.cards(message.cards),
      message.files.length > 0 && this.keep("files", message.files, () => h("ul", { class: "files" }, message.files.map(fileChip))),
      this.noteOf(message),
      this.footer(message),
      this.sendingOf(message),
      !this.inThread && this.threadRow(message, activity),
    ].filter(Boolean);
  }

  // What looks as before stays the same element, and so keeps the focus and a click on its way.
  keep(name, values, build) {
    const key = JSON.stringify(values);
    if (this.kept.get(name)?.key !== key) this.kept.set(name, { key, element: build() });
    return this.kept.get(name).element;
  }

  dots() {
    this.dotsElement ??= h("p", { class: "dots" }, h("span", { class: "unseen" }, t("thinking")), h("i"), h("i"), h("i"));
    return this.dotsElement;
  }

  toolRow(tools) {
    this.toolsElement ??= h("ul", { class: "tools" });
    place(this.toolsElement, tools.map((tool) => this.toolChip(tool)));
    return this.toolsElement;
  }

  toolChip(tool) {
    const known = this.tools.get(tool.id);
    if (known?.state === tool.state && known.summary === tool.summary) return known.element;
    const mark = { running: h("span", { class: "spinner", role: "img", "aria-label": t("tool.running") }), ok: "✓", failed: "✕" }[tool.state];
    const summary = tool.summary ? h("span", { class: "tool-summary" }, tool.summary) : null;
    const text = h("span", { class: "tool-title" }, tool.title || tool.name, " ", summary);
    const element = h("li", { class: `tool tool-${tool.state}`, title: tool.name }, h("span", { class: "tool-mark" }, mark), text);
    this.tools.set(tool.id, { ...tool, element });
    return element;
  }

  cards(texts) {
    return texts.map((text, index) => this.keep(`card ${index}`, text, () => proseOf(text, "card")));
  }

  noteOf(message) {
    if (message.state === "stopped") return h("p", { class: "note" }, message.note || t("stopped"));
    if (!message.note) return null;
    const look = message.state === "failed" ? "note note-failed" : "note";
    return this.keep("note", [message.note, look], () => proseOf(message.note, look));
  }

  // Built once, so that whoever pressed a thumb by keyboard stays on it.
  footer(message) {
    if (!message.bot || isGrowing(message)) return null;
    this.footerElement ??= this.buildFooter();
    for (const [value, button] of this.thumbs) {
      const count = Object.values(message.feedback).filter((each) => each === value).length;
      button.setAttribute("aria-pressed", String(message.feedback[this.actions.me().id] === value));
      setText(button.lastChild, count ? String(count) : "");
    }
    this.copyButton.hidden = !message.text;
    this.againButton.hidden = !message.asked.includes(this.actions.me().id);
    return this.footerElement;
  }

  buildFooter() {
    const rate = (value) => () => this.actions.rate(this.message, this.message.feedback[this.actions.me().id] === value ? 0 : value);
    const thumb = (value, sign, label) => h("button", { type: "button", class: "thumb", "aria-label": label, title: label, onclick: rate(value) },
      h("span", { "aria-hidden": "true" }, sign), h("span", { class: "thumb-count" }));
    this.thumbs = new Map([[1, thumb(1, "👍", t("good"))], [-1, thumb(-1, "👎", t("bad"))]]);
    this.copyButton = iconButton("copy", t("copy.answer"), () => this.copyAnswer(this.copyButton));
    this.againButton = iconButton("again", t("again"), () => this.actions.regenerate(this.message));
    return h("div", { class: "answer-actions" }, ...this.thumbs.values(), this.copyButton, this.againButton);
  }

  async copyAnswer(button) {
    if (!(await copy(this.message.text))) return;
    button.replaceChildren(icon("check"));
    setTimeout(() => button.replaceChildren(icon("copy")), 1600);
  }

  sendingOf(message) {
    if (!message.sending || message.sending === "now") return null;
    return this.keep("sending", [message.sending, message.reason], () => this.buildSending(message));
  }

  buildSending(message) {
    const later = message.sending === "later";
    const text = later ? t("unsent") : t("refused", { reason: message.reason });
    const buttons = later ? [] : [h("button", { type: "button", class: "link", onclick: () => this.actions.retry(message) }, t("retry"))];
    buttons.push(h("button", { type: "button", class: "link", onclick: () => this.actions.discard(message) }, t("discard")));
    return h("p", { class: "unsent" }, text, " ", buttons);
  }

  threadRow(message, activity) {
    if (this.inThread || (!message.replies && !activity)) return null;
    this.threadLink ??= h("button", { type: "button", class: "thread-link", onclick: () => this.actions.openThread(message.id) });
    this.threadFaces ??= h("span", { class: "faces", "aria-hidden": "true" });
    this.threadState ??= h("span", { class: "thread-state" });
    this.threadElement ??= h("div", { class: "thread-row" }, this.threadFaces, this.threadLink, this.threadState);
    place(this.threadFaces, message.people.slice(0, 4).map((id) => avatar(id, this.actions.nameOf(id), "small")));
    setText(this.threadLink, message.replies ? replies(message.replies) : "");
    this.threadLink.hidden = !message.replies;
    const state = activity ? t(activity) : message.last_reply ? t("last.reply", { time: timeOf(message.last_reply) }) : "";
    setText(this.threadState, state);
    this.threadState.classList.toggle("is-active", Boolean(activity));
    return this.threadElement;
  }

  placeToolbar(message) {
    const mine = message.author === this.actions.me().id && !message.bot && message.rev > 0;
    const buttons = message.deleted || message.rev === 0 || this.editor ? [] : [
      !this.inThread && this.actions.mayThread() && iconButton("reply", t("thread.start"), () => this.actions.openThread(message.id, true)),
      mine && iconButton("edit", t("edit"), () => this.startEdit()),
      mine && iconButton("trash", t("delete"), () => this.actions.remove(message)),
    ].filter(Boolean);
    const shape = `${buttons.length}${mine}${Boolean(this.editor)}`;
    if (shape === this.toolbarShape) return;
    this.toolbarShape = shape;
    this.toolbar?.remove();
    this.toolbar = buttons.length ? this.buildToolbar(buttons) : null;
    if (this.toolbar) this.element.append(this.toolbar);
  }

  buildToolbar(buttons) {
    const bar = h("div", { class: "toolbar", role: "group", "aria-label": t("actions.more") }, buttons);
    const more = iconButton("more", t("actions.more"), () => bar.classList.toggle("is-open"), "toolbar-more");
    bar.prepend(more);
    return bar;
  }

  startEdit() {
    this.editor ??= new Editor(this.message.text, (text) => this.finishEdit(text));
    this.redraw();
    this.editor.focus();
  }

  finishEdit(text) {
    if (!this.editor) return;
    this.editor = null;
    this.redraw();
    if (text !== null && (text || this.message.files.length)) this.actions.edit(this.message, text);
    this.actions.focusBox();
    this.onedited();
  }

  redraw() {
    this.key = null;
    this.update(this.message, this.activity);
  }
}

function proseOf(text, look) {
  const prose = new Prose(look);
  prose.update(text);
  return prose.element;
}

// A file that is still being uploaded has no address yet.
function fileChip({ id, name, size }) {
  const inside = [icon("file"), h("span", { class: "file-name" }, name), h("span", { class: "file-size" }, sizeOf(size))];
  const link = () => h("a", { class: "file", href: `/api/files/${encodeURIComponent(id)}`, download: name }, inside);
  return h("li", {}, id ? link() : h("span", { class: "file" }, inside));
}
