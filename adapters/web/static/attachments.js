// Files that are about to be sent: uploaded when they are chosen, shown as chips, dropped or picked.

import { call, query } from "./api.js";
import { h, icon, iconButton, place } from "./dom.js";
import { t } from "./strings.js";
import { sizeOf } from "./time.js";

export class Attachments {
  constructor({ person, limits, onchange, oncomplain }) {
    Object.assign(this, { person, limits, onchange, oncomplain });
    this.items = [];
    this.element = h("ul", { class: "attachments", hidden: true });
    this.input = h("input", { type: "file", multiple: true, hidden: true });
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
  }

  get isBusy() {
    return this.items.some((item) => !item.file);
  }

  add(files) {
    for (const file of files) {
      const { file: most, files: many } = this.limits();
      if (this.items.length >= many) this.oncomplain(t("file.many", { most: many }));
      else if (file.size > most) this.oncomplain(t("file.large", { name: file.name, size: sizeOf(file.size), most: sizeOf(most) }));
      else void this.upload(file);
    }
  }

  async upload(blob) {
    const item = { name: blob.name, size: blob.size, file: null };
    this.items.push(item);
    this.show();
    try {
      const path = query("/api/files", { as: this.person().id, name: blob.name, type: blob.type });
      item.file = (await call("POST", path, new Blob([blob]))).file;
    } catch (error) {
      this.items = this.items.filter((each) => each !== item);
      this.oncomplain(error.message || t("file.failed", { name: blob.name }));
    }
    this.show();
  }

  take() {
    const files = this.items.map((item) => item.file).filter(Boolean);
    this.items = [];
    this.show();
    return files;
  }

  show() {
    place(this.element, this.items.map((item) => h("li", { class: "attachment" }, icon("file"),
      h("span", { class: "file-name" }, item.name), h("span", { class: "file-size" }, item.file ? sizeOf(item.size) : t("file.uploading")),
      iconButton("close", t("file.remove", { name: item.name }), () => this.remove(item)))));
    this.element.hidden = this.items.length === 0;
    this.onchange();
  }

  remove(item) {
    this.items = this.items.filter((each) => each !== item);
    this.show();
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
