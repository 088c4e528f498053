// What one wrote and what one changed, on its way: shown at once, sent until the server has it. A new
// message keeps its id, so that a repetition after a lost answer is still one message; a change to it
// waits until the message itself has arrived.

import { ApiError, call, newId } from "./api.js";
import { channelKey, threadKey } from "./model.js";
import { timezone } from "./time.js";

const PAUSES_MS = [400, 1000, 2500, 5000];
const COMMAND = /^\/parley(\s|$)/i;

const keyOf = ({ thread, channel }) => (thread ? threadKey(thread) : channelKey(channel));

export class Outbox {
  // `reread(id)` brings the model what the server has made of a change.
  constructor(model, { onsent, onnotice, reread }) {
    Object.assign(this, { model, onsent, onnotice, reread });
    // message id -> {as, key, payload, files, text, tried, sending, tries, timer, busy}: `payload` until
    // the message has arrived, `text` while a change of it has not.
    this.waiting = new Map();
  }

  send({ person, channel, thread, text, files }) {
    const id = newId();
    const payload = { id, channel, thread, text, timezone };
    const message = {
      id: `m${id}`, channel, thread, author: person.id, name: person.name, text, files: files.map((file) => file.shown),
      at: Date.now() * 1000, rev: 0, bot: false, state: "done", tools: [], cards: [],
      feedback: {}, people: [], replies: 0, waiting: 0, edited: 0, note: "", asked: [],
    };
    const key = keyOf(payload);
    // A command is never a message: what comes of it is shown when it comes.
    if (!COMMAND.test(text)) this.model.merge(message, key);
    this.begin(message.id, { as: person.id, key, payload, files });
  }

  // Change a message, also one that is still on its way itself.
  amend(message, text, person) {
    const item = this.waiting.get(message.id) ?? { as: person.id, key: keyOf(message) };
    item.text = text;
    if (item.payload) item.payload.text = text;
    this.begin(message.id, item);
  }

  begin(id, item) {
    this.waiting.set(id, item);
    item.tries = 0;
    this.retry(id);
  }

  retry(id) {
    this.mark(id, "now");
    void this.attempt(id);
  }

  async attempt(id) {
    const item = this.waiting.get(id);
    if (!item || item.busy) return;
    clearTimeout(item.timer);
    item.busy = true;
    try {
      if (item.payload) await this.post(item);
      while (item.text !== undefined) await this.change(id, item);
      if (this.waiting.get(id) === item) this.forget(id); // else it was given up, and another change follows
    } catch (error) {
      this.failed(id, item, error);
    } finally {
      item.busy = false;
    }
  }

  async post(item) {
    item.tried = item.payload.text;
    const files = await Promise.all(item.files.map((file) => file.upload()));
    const payload = { ...item.payload, as: item.as, files: files.map(({ id }) => id) };
    const answer = await call("POST", "/api/messages", payload);
    item.payload = null;
    if (answer.message) this.model.merge({ ...answer.message }, item.key);
    // It may have arrived with the change, or before there was one.
    if (answer.message?.text === item.text) item.text = undefined;
    if (answer.notice) this.onnotice(item.key, answer.notice);
    this.onsent(answer, payload);
  }

  async change(id, item) {
    const text = item.tried = item.text;
    const answer = await call("PATCH", `/api/messages/${id}`, { as: item.as, text });
    if (answer.notice) this.onnotice(item.key, answer.notice);
    // Until the model has it from the server, the old text would come back for a moment.
    await this.reread(id);
    if (item.text === text) item.text = undefined;
  }

  failed(id, item, error) {
    if (this.waiting.get(id) !== item) return; // it was given up
    const temporary = !(error instanceof ApiError) || error.isTemporary;
    const known = this.model.get(id);
    if (!temporary && (!known || known.deleted)) {
      this.forget(id);
      this.onnotice(item.key, error.message);
      return;
    }
    const isOutdated = item.text !== undefined && item.text !== item.tried;
    this.mark(id, temporary || isOutdated ? "later" : "refused", error.message);
    if (!temporary && !isOutdated) return;
    const pause = isOutdated ? 0 : PAUSES_MS[Math.min(item.tries, PAUSES_MS.length - 1)];
    item.tries += 1;
    item.timer = setTimeout(() => this.attempt(id), pause);
  }

  // The server is back: nobody has to wait for a timer.
  hurry() {
    for (const [id, item] of this.waiting) if (item.sending !== "refused" && item.tries) void this.attempt(id);
  }

  // Give up what has not arrived: a new message altogether, or a change of one that stays.
  discard(id) {
    const item = this.waiting.get(id);
    if (!item) return;
    clearTimeout(item.timer);
    if (item.payload) this.model.withdraw(id, item.key);
    this.forget(id);
  }

  forget(id) {
    this.waiting.delete(id);
    this.model.mark(id, null);
  }

  mark(id, sending, reason = "") {
    const item = this.waiting.get(id);
    if (!item) return;
    item.sending = sending;
    this.model.mark(id, item.text === undefined ? { sending, reason } : { sending, reason, text: item.text });
  }
}
