// A list of messages that stays at its end while one reads there, and stays put while one does not.

import { h, icon, place } from "./dom.js";
import { MessageView } from "./message.js";
import { Prose } from "./prose.js";
import { t } from "./strings.js";
import { dayKey, dayName } from "./time.js";

const NEAR_PX = 60; // so close to the end counts as being there
const TOGETHER_US = 5 * 60 * 1_000_000; // messages of one person within this stand together

export class Timeline {
  constructor({ model, actions, inThread, label, onolder }) {
    Object.assign(this, { model, actions, inThread, onolder });
    this.views = new Map();
    this.days = new Map();
    this.notices = [];
    this.atEnd = true;
    this.top = 0; // where it was scrolled to when last seen
    this.content = h("div", { class: "timeline-content", role: "log", "aria-live": "off", "aria-label": label });
    this.scroller = h("div", { class: "timeline-scroller", tabindex: "-1" }, this.content);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd(true) }, icon("down"), t("latest"));
    this.element = h("div", { class: "timeline" }, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.settle()).observe(this.scroller);
    new ResizeObserver(() => this.settle()).observe(this.content);
  }

  // Show another list: `intro` is what stands above its first message.
  open(key, label, intro) {
    Object.assign(this, { key, intro, notices: [] });
    for (const [id, view] of this.views) if (!view.isEditing) this.views.delete(id);
    this.days.clear();
    this.content.setAttribute("aria-label", label);
    this.atEnd = true;
    this.jump.hidden = true;
    this.render();
  }

  // Somebody else is at the keyboard.
  forget() {
    this.views.clear();
  }

  notice(text) {
    this.notices = [...this.notices.filter((each) => each.text !== text), { text, element: this.noticeElement(text) }];
    this.atEnd = true;
    this.render();
  }

  noticeElement(text) {
    const prose = new Prose();
    prose.update(text);
    const dismiss = h("button", { type: "button", class: "link" }, t("dismiss"));
    const element = h("aside", { class: "notice", role: "status" }, h("p", { class: "notice-head" }, icon("info"), t("only.you"), dismiss), prose.element);
    dismiss.addEventListener("click", () => {
      this.notices = this.notices.filter((each) => each.element !== element);
      this.render();
    });
    return element;
  }

  render() {
    const hadFocus = this.content.contains(document.activeElement);
    const messages = this.messages();
    const children = messages.length || this.model.list(this.key) ? [] : [skeleton()];
    if (!this.model.list(this.key)?.more && this.intro && this.model.list(this.key)) children.push(this.intro(messages.length === 0));
    let previous = null;
    for (const message of messages) {
      const newDay = !previous || dayKey(previous.at) !== dayKey(message.at);
      if (newDay && !(this.inThread && !previous)) children.push(this.day(message.at));
      children.push(this.view(message, !newDay && previous && follows(previous, message)).element);
      previous = message;
    }
    children.push(...this.notices.map(({ element }) => element));
    this.prune(messages);
    place(this.content, children);
    // What one stood on is gone: a keyboard goes on in the box, and not from the top of the page.
    if (hadFocus && !this.content.contains(document.activeElement)) this.actions.focusBox();
    this.settle();
  }

  messages() {
    const root = this.inThread ? this.model.get(this.key?.slice(7)) : null;
    const listed = this.model.shown(this.key);
    return this.withEdited(root ? [this.model.seen(root), ...listed] : listed);
  }

  // A message that is deleted while its author changes it here stays until they are done.
  withEdited(messages) {
    const shown = new Set(messages.map(({ id }) => id));
    for (const [id, view] of this.views) {
      if (!view.isEditing || view.home !== this.key || shown.has(id)) continue;
      const after = messages.findLastIndex(({ at }) => at <= view.message.at);
      messages.splice(after + 1, 0, view.message);
    }
    return messages;
  }

  view(message, compact) {
    let view = this.views.get(message.id);
    if (!view) {
      view = new MessageView(message, this.actions, { inThread: this.inThread, onedited: () => this.render() });
      view.home = this.key;
      this.views.set(message.id, view);
    }
    view.update(message, this.inThread ? "" : this.model.activityUnder(message));
    view.setCompact(Boolean(compact));
    return view;
  }

  prune(messages) {
    const shown = new Set(messages.map(({ id }) => id));
    for (const [id, view] of this.views) if (!shown.has(id) && !view.isEditing) this.views.delete(id);
  }

  day(at) {
    const key = dayKey(at);
    if (!this.days.has(key)) this.days.set(key, h("div", { class: "day", role: "separator" }, h("span", {}, dayName(at))));
    return this.days.get(key);
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    // Only somebody who scrolls up leaves the end; what has grown below since we scrolled does not count.
    if (isNear || scrollTop < this.top) this.atEnd = isNear;
    this.top = scrollTop;
    if (this.atEnd) this.jump.hidden = true;
    if (scrollTop < 200 && this.model.list(this.key)?.more) this.onolder?.();
  }

  settle() {
    if (this.atEnd && !this.isEdited) this.toEnd();
    else this.jump.hidden = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_PX * 4;
  }

  // Whether somebody writes in a message, who must go on seeing it.
  get isEdited() {
    return document.activeElement?.matches(".edit-box") && this.content.contains(document.activeElement);
  }

  toEnd(smooth = false) {
    this.atEnd = true;
    this.jump.hidden = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.top = this.scroller.scrollTop;
  }

  // Open the person's newest message, also one that was sent a moment ago and is still on its way.
  // Tells whether there is one; a thread's root is none while there may be replies that are not read yet.
  editLast() {
    this.render();
    const messages = this.model.list(this.key) ? this.messages() : this.model.shown(this.key);
    const last = messages.findLast((message) => message.author === this.actions.me().id && !message.deleted);
    if (last) this.views.get(last.id).startEdit();
    return Boolean(last);
  }
}

function follows(previous, message) {
  return previous.author === message.author && !previous.deleted && !previous.replies && !message.bot && message.at - previous.at < TOGETHER_US;
}

function skeleton() {
  const line = () => h("div", { class: "skeleton" }, h("i"), h("div", {}, h("b"), h("b"), h("b")));
  return h("div", { class: "skeletons", role: "status", "aria-label": t("loading") }, line(), line(), line());
}
