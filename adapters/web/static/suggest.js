// The list that opens over a text box while a name or a command is being typed.

import { h, place } from "./dom.js";
import { avatar } from "./message.js";
import { t } from "./strings.js";

const TOKEN = /(?:^|[\s(])@(\w*)$|^\/(\w*(?: \w*)?)$/;
const COMMANDS = ["help", "reset", "leave"];

let count = 0;

export class Suggest {
  constructor(box, people) {
    Object.assign(this, { box, people, options: [], chosen: 0 });
    count += 1;
    this.id = `suggest-${count}`;
    this.element = h("ul", { class: "suggest", role: "listbox", id: this.id, "aria-label": t("suggestions"), hidden: true });
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.id);
    box.addEventListener("input", () => this.look());
    box.addEventListener("click", () => this.look());
    box.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.element.hidden;
  }

  look() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    const found = TOKEN.exec(before);
    const options = found ? this.matching(found) : [];
    // What is typed in full needs no help, and Enter sends it.
    const complete = options.some((option) => before.toLowerCase().endsWith(option.text.toLowerCase()));
    if (!options.length || complete) return this.close();
    this.options = options;
    return this.open(0);
  }

  matching([, name, command]) {
    if (name !== undefined) {
      const start = name.toLowerCase();
      return this.people().filter((person) => person.name.toLowerCase().startsWith(start))
        .map((person) => ({ text: `@${person.id === "parley" ? "parley" : person.name}`, hint: person.title, person, length: name.length + 1 }));
    }
    return COMMANDS.map((word) => ({ text: `/parley ${word}`, hint: t(`command.${word}`), length: command.length + 1 }))
      .filter((option) => option.text.startsWith(`/${command.toLowerCase()}`));
  }

  open(index) {
    this.chosen = (index + this.options.length) % this.options.length;
    place(this.element, this.options.map((option, at) => this.option(option, at)));
    this.element.hidden = false;
    this.box.setAttribute("aria-activedescendant", `${this.id}-${this.chosen}`);
  }

  option(option, at) {
    const face = option.person ? avatar(option.person.id, option.person.name, "small") : null;
    const element = h("li", { class: "option", role: "option", id: `${this.id}-${at}`, "aria-selected": String(at === this.chosen) },
      face, h("span", { class: "option-text" }, option.text), h("span", { class: "option-hint" }, option.hint));
    element.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the box keeps the focus
      this.take(at);
    });
    return element;
  }

  take(at) {
    const { text, length } = this.options[at];
    const end = this.box.selectionStart;
    this.box.setRangeText(`${text} `, end - length, end, "end");
    this.close();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.element.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }

  // Whether the key was meant for the list.
  key(event) {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.open(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.chosen);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
