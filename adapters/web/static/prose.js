// Shows Markdown as elements. While a text grows, only the blocks that changed are built anew.

import { bare, h, icon, place, unturned } from "./dom.js";
import { inline } from "./inline.js";
import { parse } from "./markdown.js";
import { t } from "./strings.js";

const LONG = 20_000; // characters from which on a growing text is shown less often
const PAUSE_MS = 250;

export class Prose {
  constructor(extra = "") {
    this.element = h("div", { class: `prose ${extra}`, dir: "auto" });
    this.shown = []; // {source, element}
    this.text = null;
  }

  update(text, growing = false) {
    if (text === this.text) return;
    clearTimeout(this.timer);
    const now = performance.now();
    if (growing && text.length > LONG && now - (this.at ?? 0) < PAUSE_MS) {
      this.timer = setTimeout(() => this.update(text), PAUSE_MS);
      return;
    }
    this.at = now;
    this.text = text;
    this.shown = parse(text).map((block, index) => this.keep(block, index));
    place(this.element, this.shown.map(({ element }) => element));
  }

  keep(block, index) {
    const known = this.shown[index];
    const same = known?.source === block.source && known.type === block.type && known.closed === block.closed;
    return same ? known : { source: block.source, type: block.type, closed: block.closed, element: build(block) };
  }
}

export function plainOf(text) {
  return parse(text).map((block) => block.source).join(" ").slice(0, 300);
}

const BUILDERS = {
  paragraph: (block) => h("p", {}, spans(inline(block.text))),
  heading: (block) => h("p", { class: `heading heading-${block.level}`, role: "heading", "aria-level": Math.min(block.level + 2, 6) }, spans(inline(block.text))),
  rule: () => h("hr"),
  quote: (block) => h("blockquote", {}, block.blocks.map(build)),
  code: buildCode,
  list: buildList,
  table: buildTable,
};

function build(block) {
  return BUILDERS[block.type](block);
}

function buildCode(block) {
  const code = h("code", {}, bare(block.text));
  const label = h("span", { class: "code-language" }, block.language.slice(0, 30) || t("code.plain"));
  return h("figure", { class: "code" }, h("figcaption", {}, label, copyButton(() => block.text)), h("pre", { tabindex: "0" }, code));
}

function copyButton(read) {
  const text = h("span", {}, t("copy"));
  const button = h("button", { type: "button", class: "copy", "aria-label": t("code.copy") }, icon("copy"), text);
  button.addEventListener("click", async () => {
    text.textContent = (await copy(read())) ? t("copied") : t("copy.failed");
    setTimeout(() => (text.textContent = t("copy")), 1600);
  });
  return button;
}

// Without https the clipboard is closed to pages, and the old way still works.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function buildList(block) {
  const tasks = block.items.some((item) => item.task !== null);
  const attributes = { class: tasks ? "tasks" : "", start: block.ordered && block.start !== 1 ? block.start : null };
  return h(block.ordered ? "ol" : "ul", attributes, block.items.map(buildItem));
}

function buildItem(item) {
  const content = item.blocks.map(build);
  if (item.task === null) return h("li", {}, content);
  const box = h("input", { type: "checkbox", disabled: true, checked: item.task, "aria-label": item.task ? t("task.done") : t("task.open") });
  return h("li", { class: item.task ? "task done" : "task" }, box, h("div", {}, content));
}

function buildTable(block) {
  const cell = (tag) => (text, column) => h(tag, { class: `align-${block.align[column]}`, scope: tag === "th" ? "col" : null }, spans(inline(text)));
  const head = h("thead", {}, h("tr", {}, block.head.map(cell("th"))));
  const body = h("tbody", {}, block.rows.map((row) => h("tr", {}, row.map(cell("td")))));
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": t("table") }, h("table", {}, head, body));
}

function spans(nodes) {
  return nodes.map((node) => SPANS[node.type](node));
}

const SPANS = {
  text: (node) => document.createTextNode(unturned(node.text)),
  break: () => h("br"),
  code: (node) => h("code", {}, bare(node.text)),
  em: (node) => h("em", {}, spans(node.children)),
  strong: (node) => h("strong", {}, spans(node.children)),
  strike: (node) => h("s", {}, spans(node.children)),
  mention: (node) => h("span", { class: "mention", "data-person": node.id }, node.text),
  image: (node) => link(node.href, `${t("image")}: ${node.text || node.href}`, [node.text ? `${t("image")}: ${node.text}` : node.href]),
  link: (node) => link(node.href, node.label, spans(node.children)),
};

// The place that a link really leads to stands beside every label that does not say it itself, each
// with a reading direction of its own: none of them can move or turn the other.
function link(href, label, content) {
  const anchor = h("a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, content);
  const url = new URL(href);
  const honest = [href, href.replace(/\/$/, ""), url.protocol === "mailto:" ? url.pathname : ""].includes(label);
  if (honest) return anchor;
  return h("span", { class: "labelled" }, h("bdi", {}, anchor), " ", h("bdi", { class: "link-host", dir: "ltr" }, `(${url.host || url.pathname})`));
}
