// What the page knows: messages by id, lists of ids per channel and thread. Changes come from pages
// that were read and from events; the rev of a message decides which of the two is newer. What the
// person has just written has no rev yet; what they have just changed stands beside it, as a mark.

export const channelKey = (channel) => `channel:${channel}`;
export const threadKey = (root) => `thread:${root}`;

const homeOf = (message) => (message.thread ? threadKey(message.thread) : channelKey(message.channel));

const GROWING = new Set(["thinking", "streaming"]);
export const isGrowing = (message) => message.bot && GROWING.has(message.state);

// Nobody has thought about an answer for this long; a sign of life this old is none.
const STALE_MS = 10 * 60_000;
export const isWaiting = (message) => message.waiting > 0 && Date.now() - message.waiting / 1000 < STALE_MS;

export class Model {
  constructor(onchange) {
    this.onchange = onchange; // () => void
    this.onmissed = () => {}; // (id) => void: a message must be read anew
    this.messages = new Map();
    this.lists = new Map(); // key -> {ids, more, epoch}
    this.marks = new Map(); // message id -> {sending, reason, text}: what of it is on its way
    this.epoch = 0;
    this.reset();
  }

  // Something may have been missed. What is shown stays until it is read anew, so that nobody loses
  // their place, or the box that they write in.
  reset() {
    this.epoch += 1;
    this.gone = new Set();
    this.ahead = new Map(); // message id -> the rev that was heard of before the message was read
    this.growing = new Map(); // root id -> answers being written under it: id -> state
  }

  get(id) {
    return this.messages.get(id);
  }

  list(key) {
    return this.lists.get(key);
  }

  inList(key) {
    return (this.list(key)?.ids ?? []).map((id) => this.get(id)).filter(Boolean);
  }

  // The messages of a list as the person left them; while it is being read, those that are known.
  shown(key) {
    const known = this.list(key) ? this.inList(key) : [...this.messages.values()].filter((message) => homeOf(message) === key && this.isCurrent(message));
    return known.map((message) => this.seen(message));
  }

  seen(message) {
    const mark = this.marks.get(message.id);
    const counts = mark && (message.rev === 0 || mark.text !== undefined);
    return counts ? { ...message, ...mark } : message;
  }

  mark(id, mark) {
    if (mark) this.marks.set(id, mark);
    else this.marks.delete(id);
    this.onchange();
  }

  // Whether it was heard of since something may have been missed.
  isCurrent(message) {
    return message.rev === 0 || message.epoch === this.epoch;
  }

  // Take a page that was read: `more` tells whether there are older ones.
  fill(key, messages, more = false) {
    const list = this.list(key);
    const ids = list?.epoch === this.epoch ? list.ids : [];
    const dropped = list && list.epoch !== this.epoch ? list.ids : [];
    this.lists.set(key, { ids, more, epoch: this.epoch });
    for (const message of messages) this.merge(message, key);
    // What was written while the page was on its way: its event came before there was a list.
    const oldest = Math.min(...messages.map(({ at }) => at));
    for (const known of this.messages.values()) {
      const belongs = known.rev === 0 || (this.isCurrent(known) && (!more || known.at > oldest));
      if (belongs && homeOf(known) === key) this.enlist(key, known.id);
    }
    for (const id of dropped) if (!ids.includes(id)) this.messages.delete(id);
    this.onchange();
  }

  merge(message, key) {
    if (this.gone.has(message.id)) return;
    const known = this.get(message.id);
    const newest = known && known.rev >= message.rev ? known : message;
    this.messages.set(message.id, { ...newest, epoch: this.epoch });
    this.note(newest);
    if (key) this.enlist(key, message.id);
    // What was read had been overtaken on its way.
    if (newest.rev < this.ahead.get(message.id)) this.onmissed(message.id);
    this.ahead.delete(message.id);
  }

  enlist(key, id) {
    const list = this.list(key);
    if (!list || list.ids.includes(id)) return;
    const { at } = this.get(id);
    let index = list.ids.length;
    while (index > 0 && this.get(list.ids[index - 1])?.at > at) index -= 1;
    list.ids.splice(index, 0, id);
  }

  apply(change) {
    const key = change.thread ? threadKey(change.thread) : channelKey(change.channel);
    if (change.kind === "new") this.merge({ ...change.message, rev: change.rev }, key);
    else if (change.kind === "update") this.update(change);
    else this.drop(change.id, key);
    if (change.root) this.summarise(change.thread, change.root);
    this.onchange();
  }

  update(change) {
    const known = this.get(change.id);
    if (known && change.rev <= known.rev) return;
    if (change.meta) this.note({ ...change.meta, id: change.id });
    if (!known) {
      this.ahead.set(change.id, change.rev);
      return;
    }
    if (change.rev > known.rev + 1) {
      this.onmissed(change.id);
      return;
    }
    const { meta = {}, append, text, waiting, feedback } = change;
    const next = { ...known, ...meta, rev: change.rev, epoch: this.epoch };
    if (append !== undefined) next.text += append;
    if (text !== undefined) next.text = text;
    if (waiting !== undefined) next.waiting = waiting;
    if (feedback) next.feedback = { ...known.feedback, ...feedback };
    this.messages.set(change.id, next);
  }

  summarise(id, root) {
    const known = this.get(id);
    if (!known || root.rev <= known.rev) return;
    this.messages.set(id, { ...known, ...root });
  }

  // Remember which threads have an answer in the making, also those that are not open.
  note({ id, bot, thread, state }) {
    if (!bot || !thread) return;
    const answers = this.growing.get(thread) ?? new Map();
    if (GROWING.has(state)) answers.set(id, state);
    else answers.delete(id);
    this.growing.set(thread, answers);
  }

  drop(id, key) {
    this.gone.add(id);
    this.messages.delete(id);
    for (const answers of this.growing.values()) answers.delete(id);
    const list = this.list(key);
    if (list) list.ids = list.ids.filter((each) => each !== id);
  }

  // Take back what one had written. Should it have arrived after all, it is shown when that is known.
  withdraw(id, key) {
    this.drop(id, key);
    this.gone.delete(id);
  }

  // What Parley is doing in a list: "thinking", "answering" or nothing.
  activity(key) {
    const messages = this.inList(key);
    const root = key.startsWith("thread:") ? this.get(key.slice(7)) : null;
    if (messages.some((message) => isGrowing(message) && message.state === "streaming")) return "answering";
    if (messages.some((message) => isGrowing(message) || isWaiting(message))) return "thinking";
    return root && isWaiting(root) ? "thinking" : "";
  }

  // Whether the person is among those who asked for what Parley is doing in a list.
  mayStop(key, person) {
    const root = key.startsWith("thread:") ? this.get(key.slice(7)) : null;
    const asked = (message) => (isWaiting(message) && message.author === person) || (isGrowing(message) && message.asked.includes(person));
    return [root, ...this.inList(key)].some((message) => message && asked(message));
  }

  // What Parley is doing under a root in a channel, seen from outside its thread.
  activityUnder(root) {
    const states = [...(this.growing.get(root.id)?.values() ?? [])];
    if (states.includes("streaming")) return "answering";
    return states.length || isWaiting(root) || this.inList(threadKey(root.id)).some(isWaiting) ? "thinking" : "";
  }
}
