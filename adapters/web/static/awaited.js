// Tells whoever cannot see it that an answer is finished: once, whichever way the page learns of it.

import { isGrowing } from "./model.js";
import { announce } from "./notices.js";
import { plainOf } from "./prose.js";
import { t } from "./strings.js";

export class Awaited {
  // `concerns(message)` decides whether the person wants to know.
  constructor(model, concerns) {
    Object.assign(this, { model, concerns });
    this.ids = new Set();
  }

  // An answer may have been read to its end before the event comes that says it began.
  heard(change) {
    const begins = change.kind === "new" ? change.message : this.model.get(change.id);
    if (begins && isGrowing(begins)) this.ids.add(change.id);
  }

  look() {
    for (const id of this.ids) {
      const message = this.model.get(id);
      if (message && isGrowing(message)) continue;
      this.ids.delete(id);
      if (message && this.concerns(message)) announce(t("answered", { text: plainOf(message.text || message.note) }));
    }
  }
}
