// Puts the page together: reads where one is and who one is, follows what changes, and lets the
// parts show it. The address holds the place, so that a reload comes back to it.

import { ApiError, call, newId, query } from "./api.js";
import { h, icon, iconButton, setText } from "./dom.js";
import { setKnownNames } from "./inline.js";
import { introOf } from "./intro.js";
import { Live } from "./live.js";
import { forget, remember, remembered } from "./memory.js";
import { channelKey, isGrowing, Model, threadKey } from "./model.js";
import { announce, confirm, toast } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Pane } from "./pane.js";
import { plainOf } from "./prose.js";
import { Sidebar } from "./sidebar.js";
import { t } from "./strings.js";

const OFFLINE_AFTER_MS = 1200; // a short break is nobody's business
const PHONE = matchMedia("(max-width: 760px)");

class App {
  constructor(root) {
    this.root = root;
    this.unread = new Map();
    this.dirty = false;
    this.model = new Model((what) => this.changed(what));
    this.model.onmissed = (id) => void this.reread(id);
    this.outbox = new Outbox(this.model, {
      onsent: (answer, payload) => this.sent(answer, payload),
      onnotice: (key, text) => this.paneOf(key)?.timeline.notice(text),
    });
    this.live = new Live({
      onchange: (change) => this.heard(change),
      onlost: () => void this.load(),
      onstatus: (up) => this.connected(up),
    });
  }

  async start() {
    this.build();
    addEventListener("hashchange", () => this.go());
    addEventListener("keydown", (event) => this.key(event));
    await this.load();
  }

  // Read everything anew, as often as it takes.
  async load() {
    const person = remembered("person");
    try {
      this.state = await call("GET", query("/api/state", person ? { as: person } : {}));
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) forget("person");
      this.connected(false);
      setTimeout(() => void this.load(), 1500);
      return;
    }
    this.me = this.state.people.find(({ id }) => id === this.state.me);
    setKnownNames(new Map([...this.state.people, this.state.bot].map(({ id, name }) => [name.toLowerCase(), id])));
    this.model.reset();
    this.channel.key = this.thread.key = null;
    this.place = {};
    this.showNote();
    this.live.follow(this.me.id, this.state.cursor);
    this.go();
  }

  build() {
    this.sidebar = new Sidebar({ onperson: (id) => void this.become(id), onclose: () => this.drawer(false) });
    this.menu = iconButton("menu", t("nav.open"), () => this.drawer(true), "menu-button");
    this.menu.setAttribute("aria-controls", "sidebar");
    this.title = h("h1", { class: "pane-title" });
    this.topic = h("p", { class: "pane-topic" });
    this.note = h("div", { class: "model-note", hidden: true });
    this.offline = h("div", { class: "offline", role: "status", hidden: true });
    this.channel = new Pane({
      ...this.shared(false), tag: "main", className: "channel-pane",
      head: [h("header", { class: "pane-head" }, this.menu, h("div", { class: "pane-names" }, this.title, this.topic)), this.offline, this.note],
      onolder: () => void this.older(),
    });
    this.threadPlace = h("p", { class: "pane-topic" });
    this.thread = new Pane({
      ...this.shared(true), tag: "aside", className: "thread-pane",
      head: h("header", { class: "pane-head" }, h("div", { class: "pane-names" }, h("h2", { class: "pane-title" }, t("thread")), this.threadPlace),
        iconButton("close", t("thread.close"), () => this.closeThread())),
    });
    this.thread.hasActivity = true;
    this.thread.element.setAttribute("aria-label", t("thread"));
    this.thread.element.hidden = true;
    this.veil = h("div", { class: "veil", hidden: true, onclick: () => this.drawer(false) });
    this.root.append(this.sidebar.element, this.channel.element, this.thread.element, this.veil);
  }

  shared(inThread) {
    const pane = () => (inThread ? this.thread : this.channel);
    return {
      model: this.model, inThread, actions: this.actions(pane),
      person: () => this.me, people: () => (this.state ? [{ ...this.state.bot, title: t("bot") }, ...this.state.people] : []),
      limits: () => this.state?.limits ?? { text: Infinity, file: Infinity, files: 5 },
      onsend: (draft) => {
        pane().timeline.toEnd();
        this.outbox.send({ ...draft, person: this.me, channel: this.room.id, thread: inThread ? this.place.thread : "" });
      },
      onstop: () => this.stop(inThread ? this.place.thread : ""),
    };
  }

  actions(pane) {
    return {
      me: () => this.me,
      mayThread: () => this.room?.kind !== "direct",
      nameOf: (id) => this.state.people.find((person) => person.id === id)?.name ?? this.state.bot.name,
      openThread: (id, focus) => this.openThread(id, focus),
      edit: (message, text) => this.act("PATCH", `/api/messages/${message.id}`, { text }),
      remove: (message) => this.remove(message),
      rate: (message, value) => this.act("POST", "/api/feedback", { message: message.id, value }),
      regenerate: (message) => this.act("POST", "/api/regenerate", { message: message.id, id: newId() }),
      retry: (message) => this.outbox.retry(message.id),
      discard: (message) => this.outbox.discard(message.id),
      focusBox: () => pane().composer.focus(),
    };
  }

  // Where the address says we are: #/channel or #/channel/thread.
  go() {
    if (!this.state) return;
    const [, channel = "", thread = ""] = location.hash.split("/");
    const room = this.state.channels.find(({ id }) => id === decodeURIComponent(channel)) ?? this.state.channels[0];
    const isNew = room.id !== this.place.channel;
    this.room = room;
    this.place = { channel: room.id, thread: room.kind === "direct" ? "" : thread };
    this.unread.delete(room.id);
    if (isNew) this.showChannel(room);
    this.showThread();
    this.sidebar.render({ state: this.state, me: this.me, channel: room.id, unread: this.unread });
  }

  showChannel(room) {
    const direct = room.kind === "direct";
    const name = direct ? room.name : `#${room.name}`;
    setText(this.title, name);
    setText(this.topic, direct ? t("direct.topic") : room.topic);
    document.title = `${name} · Parley`;
    this.channel.hasActivity = direct;
    this.channel.open(channelKey(room.id), { label: t("timeline.channel", { name }), boxLabel: t("box.channel", { name }), intro: introOf(room, name, (text) => this.channel.composer.set(text)) });
    void this.read(channelKey(room.id), { channel: room.id });
    if (!PHONE.matches) this.channel.composer.focus();
    this.render();
  }

  showThread() {
    const { thread } = this.place;
    const open = Boolean(thread);
    this.thread.element.hidden = !open;
    this.root.classList.toggle("has-thread", open);
    if (!open || this.thread.key === threadKey(thread)) {
      if (!open) this.thread.key = null;
      return;
    }
    setText(this.threadPlace, `#${this.room.name}`);
    this.thread.open(threadKey(thread), { label: t("timeline.thread"), boxLabel: t("box.thread") });
    void this.read(threadKey(thread), { thread });
    this.render();
  }

  openThread(id, focus = true) {
    location.hash = `#/${this.room.id}/${id}`;
    this.go();
    if (focus) this.focusThread();
  }

  // On a phone the box would open the keyboard over what one came to read.
  focusThread() {
    if (PHONE.matches) this.thread.element.querySelector("button").focus();
    else this.thread.composer.focus();
  }

  closeThread() {
    location.hash = `#/${this.room.id}`;
    this.go();
    if (!PHONE.matches) this.channel.composer.focus();
  }

  async read(key, what) {
    const epoch = this.state;
    try {
      const page = await call("GET", query("/api/messages", { as: this.me.id, ...what }));
      if (epoch !== this.state) return;
      if (page.root) this.model.merge(page.root);
      this.model.fill(key, page.messages, page.more ?? false);
    } catch (error) {
      if (error.status === 404 && what.thread) this.closeThread();
      else if (error.isTemporary) setTimeout(() => epoch === this.state && void this.read(key, what), 1500);
      else toast(error.message);
    }
  }

  async older() {
    const key = channelKey(this.room.id);
    if (this.reading === key) return;
    this.reading = key;
    const { scroller } = this.channel.timeline;
    const height = scroller.scrollHeight;
    await this.read(key, { channel: this.room.id, before: this.model.inList(key)[0].at });
    this.render();
    if (scroller.scrollTop < 200) scroller.scrollTop += scroller.scrollHeight - height;
    this.reading = null;
  }

  async reread(id) {
    try {
      const { message } = await call("GET", query(`/api/messages/${id}`, { as: this.me.id }));
      this.model.merge(message);
      this.changed({ messages: [id], lists: [] });
    } catch {
      // It is gone, and the event that says so is on its way.
    }
  }

  heard(change) {
    const before = this.model.get(change.id);
    this.model.apply(change);
    const message = this.model.get(change.id);
    if (change.kind === "new" && message?.author !== this.me.id && change.channel !== this.place.channel && !change.thread) {
      this.unread.set(change.channel, (this.unread.get(change.channel) ?? 0) + 1);
      this.sidebar.render({ state: this.state, me: this.me, channel: this.place.channel, unread: this.unread });
    }
    const finished = before && message && isGrowing(before) && !isGrowing(message);
    if (finished && (message.asked.includes(this.me.id) || this.paneOf(threadKey(message.thread)))) {
      announce(t("answered", { text: plainOf(message.text || message.note) }));
    }
  }

  paneOf(key) {
    return [this.channel, this.thread].find((pane) => pane.key === key);
  }

  changed() {
    if (this.dirty) return;
    this.dirty = true;
    // A hidden page gets no frames, and must still be right when it is looked at.
    const draw = () => this.dirty && this.render();
    requestAnimationFrame(draw);
    setTimeout(draw, 120);
  }

  render() {
    this.dirty = false;
    this.channel.render();
    this.thread.render();
  }

  sent(answer, payload) {
    const asked = answer.outcome === "stored" && answer.message && !answer.message.thread && this.room.kind !== "direct";
    // Where there is room, the thread opens beside the question, so that the answer is seen growing.
    if (asked && !PHONE.matches && payload.channel === this.place.channel && !this.place.thread) this.openThread(answer.message.id, false);
  }

  async act(method, path, body) {
    try {
      const answer = await call(method, path, { as: this.me.id, ...body });
      if (answer.notice) toast(answer.notice);
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    }
  }

  async remove(message) {
    const sure = await confirm({ title: t("delete.sure"), lead: t("delete.lead"), yes: t("delete.yes") });
    if (sure && (await this.act("DELETE", `/api/messages/${message.id}`, {})) && message.id === this.place.thread) this.closeThread();
  }

  stop(thread) {
    return this.act("POST", "/api/stop", { channel: this.room.id, thread });
  }

  async become(id) {
    remember("person", id);
    this.unread.clear();
    this.drawer(false);
    if (this.room.kind === "direct") location.hash = `#/dm-${id}`;
    await this.load();
  }

  connected(up) {
    if (up) {
      clearTimeout(this.offlineTimer);
      this.offlineTimer = null;
      if (!this.offline.hidden) announce(t("online"));
      this.offline.hidden = true;
      this.outbox.hurry();
    } else {
      this.offlineTimer ??= setTimeout(() => {
        setText(this.offline, t("offline"));
        this.offline.hidden = false;
      }, OFFLINE_AFTER_MS);
    }
  }

  showNote() {
    const text = this.state.model_note;
    this.note.hidden = !text || remembered("note") === text;
    const close = iconButton("close", t("dismiss"), () => {
      remember("note", text);
      this.note.hidden = true;
    });
    this.note.replaceChildren(icon("info"), h("p", {}, text), close);
  }

  drawer(open) {
    this.root.classList.toggle("has-drawer", open);
    this.veil.hidden = !open;
    this.menu.setAttribute("aria-expanded", String(open));
    if (open) this.sidebar.element.querySelector("a, button")?.focus();
    else if (this.sidebar.element.contains(document.activeElement) && PHONE.matches) this.menu.focus();
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (this.root.classList.contains("has-drawer")) this.drawer(false);
    else if (this.place?.thread) this.closeThread();
  }
}

await new App(document.getElementById("app")).start();
