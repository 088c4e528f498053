// Files that are about to be sent: uploaded when they are chosen, shown as chips, dropped or picked.

import { call, query } from "./api.js";
import { h, icon, iconButton, place, setText } from "./dom.js";
import { t } from "./strings.js";
import { exactSizeOf, sizeOf } from "./time.js";

// One chosen file. It may be sent before its upload is finished.
class Attachment {
  constructor(blob, person, onremove) {
    Object.assign(this, { blob, person, file: null });
    this.state = h("span", { class: "file-size" }, t("file.uploading"));
    this.element = h("li", { class: "attachment" }, icon("file"), h("span", { class: "file-name" }, blob.name), this.state,
      iconButton("close", t("file.remove", { name: blob.name }), onremove));
  }

  get shown() {
    return this.file ?? { id: "", name: this.blob.name, size: this.blob.size };
  }

  // Resolves to the uploaded file. Who asks again after a failure tries again.
  upload() {
    this.running ??= this.put().catch((error) => {
      this.running = null;
      throw error;
    });
    return this.running;
  }

  async put() {
    const path = query("/api/files", { as: this.person.id, name: this.blob.name, type: this.blob.type });
    this.file = (await call("POST", path, new Blob([this.blob]))).file;
    setText(this.state, sizeOf(this.blob.size));
    return this.file;
  }
}

export class Attachments {
  constructor({ person, limits, onchange, oncomplain }) {
    Object.assign(this, { person, limits, onchange, oncomplain });
    this.places = new Map(); // person and place -> what is attached there
    this.items = [];
    this.element = h("ul", { class: "attachments", hidden: true });
    this.input = h("input", { type: "file", multiple: true, hidden: true });
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
  }

  // Write to another place: what was attached there comes back.
  open(key) {
    const name = `${this.person().id} ${key}`;
    if (!this.places.has(name)) this.places.set(name, []);
    this.items = this.places.get(name);
    this.show();
  }

  add(files) {
    if (!this.person()) return;
    this.oncomplain(""); // about what was tried before
    for (const file of files) {
      const { file: most, files: many } = this.limits();
      if (this.items.length >= many) this.oncomplain(t("file.many", { most: many }));
      else if (file.size > most) this.oncomplain(tooLarge(file, most));
      else void this.attach(file);
    }
  }

  async attach(blob) {
    const { items } = this;
    const item = new Attachment(blob, this.person(), () => this.takeBack(item, items));
    items.push(item);
    this.show();
    try {
      await item.upload();
    } catch (error) {
      // What was sent meanwhile is the outbox's to try again.
      if (this.remove(item, items)) this.oncomplain(error.message || t("file.failed", { name: blob.name }));
    }
  }

  take() {
    const taken = this.items.splice(0);
    this.show();
    return taken;
  }

  show() {
    place(this.element, this.items.map((item) => item.element));
    this.element.hidden = this.items.length === 0;
    this.onchange();
  }

  takeBack(item, items) {
    this.remove(item, items);
    this.oncomplain("");
  }

  remove(item, items) {
    const index = items.indexOf(item);
    if (index >= 0) items.splice(index, 1);
    this.show();
    return index >= 0;
  }

  // Let files be dropped anywhere on `pane`.
  acceptDrops(pane) {
    const veil = h("div", { class: "drop", hidden: true }, h("p", {}, icon("clip"), t("file.drop")));
    let depth = 0;
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const show = (change) => {
      depth = Math.max(0, depth + change);
      veil.hidden = depth === 0;
    };
    pane.append(veil);
    pane.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
    pane.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
    pane.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    pane.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(-depth);
      this.add(event.dataTransfer.files);
    });
  }
}

// Two sizes that would read the same are told exactly.
function tooLarge(file, most) {
  const told = sizeOf(file.size) === sizeOf(most) ? exactSizeOf : sizeOf;
  return t("file.large", { name: file.name, size: told(file.size), most: told(most) });
}
