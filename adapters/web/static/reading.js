// Reads messages from the server into the model, again and again while the server is away.

import { call, query } from "./api.js";
import { channelKey, threadKey } from "./model.js";
import { toast } from "./notices.js";

const PAUSE_MS = 1500;

export class Reading {
  // `person()` tells who reads; `ongone(thread)` hears of a thread that does not exist.
  constructor(model, { person, ongone }) {
    Object.assign(this, { model, person, ongone });
    this.round = 0;
  }

  // What is still on its way was asked for before everything changed, and is left aside.
  restart() {
    this.round += 1;
    this.older_ = null;
  }

  channel(id, before = {}) {
    return this.page(channelKey(id), { channel: id, ...before });
  }

  thread(id) {
    return this.page(threadKey(id), { thread: id });
  }

  async page(key, what) {
    const { round } = this;
    try {
      const page = await call("GET", query("/api/messages", { as: this.person().id, ...what }));
      if (round !== this.round) return;
      if (page.root) this.model.merge(page.root);
      this.model.fill(key, page.messages, page.more ?? false);
    } catch (error) {
      if (round !== this.round) return;
      if (error.status === 404 && what.thread) this.ongone(what.thread);
      else if (error.isTemporary) setTimeout(() => round === this.round && void this.page(key, what), PAUSE_MS);
      else toast(error.message);
    }
  }

  // Read what comes before the oldest known message of a channel; tells whether that was done.
  async older(id) {
    const [oldest] = this.model.inList(channelKey(id));
    if (!oldest || this.older_ === id) return false;
    this.older_ = id;
    await this.channel(id, { before: oldest.at });
    this.older_ = null;
    return true;
  }

  // Read one message as it is now.
  async message(id) {
    const { round } = this;
    try {
      const { message } = await call("GET", query(`/api/messages/${id}`, { as: this.person().id }));
      this.model.merge(message);
      this.model.onchange();
    } catch (error) {
      // Otherwise it is gone, and the event that says so is on its way.
      if (error.isTemporary) setTimeout(() => round === this.round && void this.message(id), PAUSE_MS);
    }
  }
}
