// Messages on their way: shown at once, sent until the server has them, each under one id, so that
// a repetition after a lost answer is still one message.

import { ApiError, call, newId } from "./api.js";
import { channelKey, threadKey } from "./model.js";
import { timezone } from "./time.js";

const PAUSES_MS = [400, 1000, 2500, 5000];

export class Outbox {
  constructor(model, { onsent, onnotice }) {
    Object.assign(this, { model, onsent, onnotice });
    this.waiting = new Map(); // message id -> {payload, tries, timer}
  }

  send({ person, channel, thread, text, files }) {
    const id = newId();
    const payload = { id, as: person.id, channel, thread, text, timezone, files: files.map((file) => file.id) };
    const message = {
      id: `m${id}`, channel, thread, author: person.id, name: person.name, text, files,
      at: Date.now() * 1000, rev: 0, bot: false, state: "done", sending: "now", tools: [], cards: [],
      feedback: {}, people: [], replies: 0, waiting: 0, edited: 0, note: "", asked: [],
    };
    this.waiting.set(message.id, { payload, tries: 0 });
    // A command is never a message: what comes of it is shown when it comes.
    if (!/^\/parley(\s|$)/i.test(text)) this.model.merge(message, this.key(payload));
    this.changed(message.id);
    this.attempt(message.id);
  }

  key(payload) {
    return payload.thread ? threadKey(payload.thread) : channelKey(payload.channel);
  }

  async attempt(id) {
    const item = this.waiting.get(id);
    if (!item || item.busy) return;
    clearTimeout(item.timer);
    item.busy = true;
    try {
      const answer = await call("POST", "/api/messages", item.payload);
      this.waiting.delete(id);
      if (answer.message) this.model.merge({ ...answer.message }, this.key(item.payload));
      if (answer.notice) this.onnotice(this.key(item.payload), answer.notice);
      this.onsent(answer, item.payload);
    } catch (error) {
      this.failed(id, item, error);
    } finally {
      item.busy = false;
    }
    this.changed(id);
  }

  failed(id, item, error) {
    const temporary = !(error instanceof ApiError) || error.isTemporary;
    this.mark(id, temporary ? "later" : "refused", error.message);
    if (!temporary && !this.model.get(id)) {
      this.waiting.delete(id);
      this.onnotice(this.key(item.payload), error.message);
      return;
    }
    if (!temporary) return;
    const pause = PAUSES_MS[Math.min(item.tries, PAUSES_MS.length - 1)];
    item.tries += 1;
    item.timer = setTimeout(() => this.attempt(id), pause);
  }

  // The server is back: nobody has to wait for a timer.
  hurry() {
    for (const [id, item] of this.waiting) if (this.model.get(id)?.sending !== "refused") void (item.tries && this.attempt(id));
  }

  retry(id) {
    this.mark(id, "now", "");
    this.attempt(id);
  }

  discard(id) {
    const item = this.waiting.get(id);
    this.waiting.delete(id);
    if (item) this.model.drop(id, this.key(item.payload));
    if (item) this.model.onchange({ messages: [id], lists: [this.key(item.payload)] });
  }

  mark(id, sending, reason) {
    const message = this.model.get(id);
    if (message?.rev !== 0) return;
    this.model.messages.set(id, { ...message, sending, reason });
    this.changed(id);
  }

  changed(id) {
    const { thread, channel } = this.model.get(id) ?? {};
    const lists = channel ? [thread ? threadKey(thread) : channelKey(channel)] : [];
    this.model.onchange({ messages: [id], lists });
  }
}
