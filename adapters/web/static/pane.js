// A timeline with its box: the channel in the middle, the thread on the right.

import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { Timeline } from "./timeline.js";

export class Pane {
  constructor({ tag, className, head, model, actions, inThread, person, people, limits, onsend, onstop, onolder }) {
    Object.assign(this, { model, person });
    this.timeline = new Timeline({ model, actions, inThread, label: "", onolder });
    this.composer = new Composer({ person, people, limits, onsend, onstop, onup: () => this.timeline.editLast() });
    this.element = h(tag, { class: `pane ${className}` }, head, this.timeline.element, this.composer.element);
    this.composer.attachments.acceptDrops(this.element);
  }

  open(key, { label, boxLabel, intro }) {
    this.key = key;
    this.composer.open(key, boxLabel);
    this.timeline.open(key, label, intro);
  }

  // Show nothing of what was, not even an editor: another person goes on here.
  forget() {
    this.key = null;
    this.timeline.forget();
  }

  render() {
    if (!this.key) return;
    this.timeline.render();
    this.showActivity();
  }

  // Only where somebody is answered in this very list; a channel's threads say it themselves.
  showActivity() {
    const activity = this.hasActivity ? this.model.activity(this.key) : "";
    this.composer.activity.show(activity, Boolean(activity) && this.model.mayStop(this.key, this.person().id));
    this.timeline.settle();
  }
}
