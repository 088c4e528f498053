// Follows what changes on the server. Comes back by itself after any break, with the id of the last
// event that it saw, and so misses nothing.

const SILENCE_MS = 25_000; // two and a half of the server's beats
const PAUSES_MS = [300, 700, 1500, 3000];

export class Live {
  constructor({ onchange, onlost, onstatus }) {
    Object.assign(this, { onchange, onlost, onstatus });
    this.tries = 0;
  }

  follow(person, cursor) {
    this.stop();
    Object.assign(this, { person, cursor, tries: 0 });
    this.connect();
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    this.source?.close();
    this.source = null;
  }

  connect() {
    const source = new EventSource(`/api/events?${new URLSearchParams({ as: this.person, after: this.cursor })}`);
    this.source = source;
    this.heard();
    source.addEventListener("beat", () => this.alive());
    source.addEventListener("lost", () => {
      this.stop();
      this.onlost();
    });
    source.addEventListener("message", (event) => {
      this.alive();
      this.cursor = event.lastEventId || this.cursor;
      this.onchange(JSON.parse(event.data));
    });
    source.addEventListener("error", () => this.again());
  }

  alive() {
    this.tries = 0;
    this.heard();
    this.onstatus(true);
  }

  heard() {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.again(), SILENCE_MS);
  }

  // The browser's own way back gives up on an answer like 503; this one does not.
  again() {
    this.stop();
    this.onstatus(false);
    const pause = PAUSES_MS[Math.min(this.tries, PAUSES_MS.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.connect(), pause * (0.8 + Math.random() * 0.4));
  }
}
