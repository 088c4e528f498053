// Puts the page together: reads where one is and who one is, follows what changes, and lets the
// parts show it. The address holds the place, so that a reload comes back to it.

import { Actions } from "./actions.js";
import { ApiError, call, query } from "./api.js";
import { Awaited } from "./awaited.js";
import { Banners } from "./banners.js";
import { h, iconButton, setText } from "./dom.js";
import { setKnownNames } from "./inline.js";
import { introOf } from "./intro.js";
import { Live } from "./live.js";
import { forget, remember, remembered } from "./memory.js";
import { channelKey, Model, threadKey } from "./model.js";
import { toast } from "./notices.js";
import { Outbox } from "./outbox.js";
import { Pane } from "./pane.js";
import { Reading } from "./reading.js";
import { Sidebar } from "./sidebar.js";
import { t } from "./strings.js";

const PHONE = matchMedia("(max-width: 760px)");

class App {
  constructor(root) {
    this.root = root;
    this.unread = new Map();
    this.dirty = false;
    this.place = {};
    this.model = new Model(() => this.changed());
    this.reading = new Reading(this.model, {
      person: () => this.me,
      ongone: (thread) => thread === this.place.thread && this.closeThread(),
    });
    this.model.onmissed = (id) => void this.reading.message(id);
    this.awaited = new Awaited(this.model, (answer) => answer.asked.includes(this.me.id) || this.paneOf(threadKey(answer.thread)));
    this.outbox = new Outbox(this.model, {
      onsent: (answer, payload) => this.sent(answer, payload),
      onnotice: (key, text) => this.notice(key, text),
      reread: (id) => this.reading.message(id),
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

  // Read everything anew, as often as it takes. Only the newest call counts.
  async load() {
    const turn = (this.loading = {});
    const person = remembered("person");
    let state;
    try {
      state = await call("GET", query("/api/state", person ? { as: person } : {}));
    } catch (error) {
      if (turn !== this.loading) return;
      if (error instanceof ApiError && error.status === 400) forget("person");
      this.connected(false);
      setTimeout(() => turn === this.loading && void this.load(), 1500);
      return;
    }
    if (turn === this.loading) this.begin(state);
  }

  begin(state) {
    const me = state.people.find(({ id }) => id === state.me);
    if (me.id !== this.me?.id) this.leave();
    Object.assign(this, { state, me });
    setKnownNames(new Map([...state.people, state.bot].map(({ id, name }) => [name.toLowerCase(), id])));
    this.model.reset();
    this.reading.restart();
    this.banners.showNote(state.model_note);
    this.live.follow(me.id, state.cursor);
    const { channel, thread } = this.place;
    this.go();
    // What was open stays as it is while it is read again: somebody may be writing there.
    if (channel === this.place.channel) void this.reading.channel(channel);
    if (thread && thread === this.place.thread) void this.reading.thread(thread);
  }

  leave() {
    this.place = {};
    this.channel.forget();
    this.thread.forget();
  }

  build() {
    this.sidebar = new Sidebar({ onperson: (id) => void this.become(id), onclose: () => this.drawer(false) });
    this.menu = iconButton("menu", t("nav.open"), () => this.drawer(true), "menu-button");
    this.menu.setAttribute("aria-controls", "sidebar");
    this.title = h("h1", { class: "pane-title" });
    this.topic = h("p", { class: "pane-topic" });
    this.banners = new Banners();
    this.channel = new Pane({
      ...this.shared(false), tag: "main", className: "channel-pane",
      head: [h("header", { class: "pane-head" }, this.menu, h("div", { class: "pane-names" }, this.title, this.topic)), ...this.banners.elements],
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
    const thread = () => (inThread ? this.place.thread : "");
    const actions = this.actions(pane);
    return {
      model: this.model, inThread, actions,
      person: () => this.me, people: () => (this.state ? [{ ...this.state.bot, title: t("bot") }, ...this.state.people] : []),
      limits: () => this.state?.limits ?? { text: Infinity, file: Infinity, files: 5 },
      onsend: (draft) => {
        pane().timeline.toEnd();
        this.outbox.send({ ...draft, person: this.me, channel: this.room.id, thread: thread() });
      },
      onstop: () => actions.stop(this.room.id, thread()),
    };
  }

  actions(pane) {
    return new Actions({
      outbox: this.outbox,
      me: () => this.me,
      nameOf: (id) => this.state.people.find((person) => person.id === id)?.name ?? this.state.bot.name,
      mayThread: () => this.room?.kind !== "direct",
      openThread: (id, focus) => this.openThread(id, focus),
      focusBox: () => PHONE.matches || pane().composer.focus(),
      onremoved: (id) => id === this.place.thread && this.closeThread(),
    });
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
    void this.reading.channel(room.id);
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
    void this.reading.thread(thread);
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
    const isElsewhere = this.channel.element.contains(document.activeElement);
    location.hash = `#/${this.room.id}`;
    this.go();
    if (!PHONE.matches && !isElsewhere) this.channel.composer.focus();
  }

  // What is read stays where it is, and the older messages appear above it.
  async older() {
    const { id } = this.room;
    const { scroller } = this.channel.timeline;
    const height = scroller.scrollHeight;
    if (!(await this.reading.older(id)) || id !== this.place.channel) return;
    this.render();
    if (scroller.scrollTop < 200) scroller.scrollTop += scroller.scrollHeight - height;
  }

  heard(change) {
    this.model.apply(change);
    this.awaited.heard(change);
    const message = this.model.get(change.id);
    if (change.kind === "new" && message?.author !== this.me.id && change.channel !== this.place.channel && !change.thread) {
      this.unread.set(change.channel, (this.unread.get(change.channel) ?? 0) + 1);
      this.sidebar.render({ state: this.state, me: this.me, channel: this.place.channel, unread: this.unread });
    }
  }

  // A sentence to the person alone, where it belongs if that is still open.
  notice(key, text) {
    const pane = this.paneOf(key);
    if (pane) pane.timeline.notice(text);
    else toast(text);
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
    this.awaited.look();
  }

  sent(answer, payload) {
    const asked = answer.outcome === "stored" && answer.message && !answer.message.thread && this.room.kind !== "direct";
    // Where there is room, the thread opens beside the question, so that the answer is seen growing.
    if (asked && !PHONE.matches && payload.channel === this.place.channel && !this.place.thread) this.openThread(answer.message.id, false);
  }

  // At once, so that nothing is said in another's name while the server is asked what there is.
  async become(id) {
    const wasDirect = this.room.kind === "direct";
    remember("person", id);
    this.unread.clear();
    this.drawer(false);
    this.leave();
    this.me = this.state.people.find((person) => person.id === id);
    this.state.channels = this.state.channels.map((room) => (room.kind === "direct" ? { ...room, id: `dm-${id}` } : room));
    this.reading.restart();
    if (wasDirect) location.hash = `#/dm-${id}`;
    this.go();
    await this.load();
  }

  connected(up) {
    this.banners.connected(up);
    if (up) this.outbox.hurry();
  }

  drawer(open) {
    this.root.classList.toggle("has-drawer", open);
    this.veil.hidden = !open;
    this.menu.setAttribute("aria-expanded", String(open));
    if (open) this.sidebar.element.querySelector("a, button")?.focus();
    else if (this.sidebar.element.contains(document.activeElement) && PHONE.matches) this.menu.focus();
  }

  key(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (this.root.classList.contains("has-drawer")) this.drawer(false);
    else if (this.place?.thread) this.closeThread();
  }
}

await new App(document.getElementById("app")).start();
