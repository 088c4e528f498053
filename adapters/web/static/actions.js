// What a person may do with a message. What they change goes through the outbox; what else they ask
// the server for happens at once or is refused in a sentence.

import { call, newId } from "./api.js";
import { confirm, toast } from "./notices.js";
import { t } from "./strings.js";

export class Actions {
  // `me()`, `nameOf(id)` and `mayThread()` tell; `openThread(id)` and `focusBox()` move; `onremoved(id)` hears.
  constructor({ outbox, me, nameOf, mayThread, openThread, focusBox, onremoved }) {
    Object.assign(this, { outbox, me, nameOf, mayThread, openThread, focusBox, onremoved });
  }

  edit(message, text) {
    this.outbox.amend(message, text, this.me());
  }

  retry(message) {
    this.outbox.retry(message.id);
  }

  discard(message) {
    this.outbox.discard(message.id);
  }

  async remove(message) {
    const sure = await confirm({ title: t("delete.sure"), lead: t("delete.lead"), yes: t("delete.yes") });
    if (!sure) return;
    this.focusBox(); // the button goes with the message
    if (await this.act("DELETE", `/api/messages/${message.id}`)) this.onremoved(message.id);
  }

  rate(message, value) {
    return this.act("POST", "/api/feedback", { message: message.id, value });
  }

  regenerate(message) {
    return this.act("POST", "/api/regenerate", { message: message.id, id: newId() });
  }

  stop(channel, thread) {
    return this.act("POST", "/api/stop", { channel, thread });
  }

  // Tells whether it was done.
  async act(method, path, body = {}) {
    try {
      const answer = await call(method, path, { as: this.me().id, ...body });
      if (answer.notice) toast(answer.notice);
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    }
  }
}
