// Reads what stands inside a paragraph: emphasis, code, links, mentions. Plain values, no elements.

import { reference, withoutReferences } from "./references.js";

const DEEPEST = 6;
const LONGEST_LABEL = 1000;
const LONGEST_TARGET = 2000;

const ESCAPED = /[!-/:-@[-`{-~]/;
const TARGET = /^\(\s*(?:<([^<>\n]*)>|((?:[^\s()<>]|\([^\s()<>]*\))*))(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/;
const ANGLED = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>/iy;
const BARE = /https?:\/\/[^\s<>"'`|\\^{}]{1,2000}/iy;
const BEYOND = /&(?:lt|gt|quot|apos|nbsp|#60|#62|#34|#39);.*/i; // ends a bare address as the character itself does
const MENTION = /@(\w{1,40})(?![\w@]|[.-]\w)/y;
const WORD = /[\p{L}\p{N}_]/u;

let known = new Map(); // small-letter name -> id

export function setKnownNames(names) {
  known = names;
}

export function inline(text, depth = 0) {
  const reader = new Reader(text, depth);
  return reader.read();
}

class Reader {
  constructor(text, depth) {
    Object.assign(this, { text, depth, at: 0, plain: "", nodes: [], absent: new Set() });
  }

  read() {
    while (this.at < this.text.length) {
      const step = STEPS[this.text[this.at]];
      if (step && this.depth < DEEPEST && step.call(this)) continue;
      this.plain += this.text[this.at];
      this.at += 1;
    }
    this.flush();
    return this.nodes;
  }

  flush() {
    if (this.plain) this.nodes.push({ type: "text", text: this.plain });
    this.plain = "";
  }

  add(node, length) {
    this.flush();
    this.nodes.push(node);
    this.at += length;
    return true;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  before() {
    return this.at > 0 ? this.text[this.at - 1] : " ";
  }

  escape() {
    if (!ESCAPED.test(this.text[this.at + 1] ?? "")) return false;
    this.plain += this.text[this.at + 1];
    this.at += 2;
    return true;
  }

  reference() {
    const found = reference(this.text, this.at);
    if (!found) return false;
    this.plain += found.text;
    this.at += found.length;
    return true;
  }

  breakLine() {
    this.plain = this.plain.trimEnd();
    return this.add({ type: "break" }, 1);
  }

  code() {
    let run = 1;
    while (this.text[this.at + run] === "`") run += 1;
    const close = this.absent.has(run) ? -1 : this.closingTicks(run);
    if (close < 0) {
      this.absent.add(run);
      this.plain += "`".repeat(run);
      this.at += run;
      return true;
    }
    let code = this.text.slice(this.at + run, close).replaceAll("\n", " ");
    if (/^ .*[^ ].* $/.test(code)) code = code.slice(1, -1);
    return this.add({ type: "code", text: code }, close + run - this.at);
  }

  closingTicks(run) {
    let from = this.at + run;
    while ((from = this.text.indexOf("`", from)) >= 0) {
      let length = 1;
      while (this.text[from + length] === "`") length += 1;
      if (length === run) return from;
      from += length;
    }
    return -1;
  }

  emphasis() {
    const mark = this.text[this.at];
    let run = 1;
    while (this.text[this.at + run] === mark && run < 3) run += 1;
    if (mark === "~" && run !== 2) return false;
    if (/\s/.test(this.text[this.at + run] ?? " ")) return this.literally(run);
    if (mark === "_" && WORD.test(this.before())) return this.literally(run);
    const delimiter = mark.repeat(run);
    const close = this.absent.has(delimiter) ? -1 : this.closing(delimiter);
    if (close < 0) {
      this.absent.add(delimiter);
      return this.literally(run);
    }
    const inner = inline(this.text.slice(this.at + run, close), this.depth + 1);
    return this.add(emphasised(mark, run, inner), close + run - this.at);
  }

  literally(length) {
    this.plain += this.text.slice(this.at, this.at + length);
    this.at += length;
    return true;
  }

  closing(delimiter) {
    const mark = delimiter[0];
    let from = this.at + delimiter.length;
    while ((from = this.text.indexOf(mark, from)) >= 0) {
      let run = 1;
      while (this.text[from + run] === mark) run += 1;
      const fits = run === delimiter.length || (run > delimiter.length && delimiter.length !== 1 && run === 3);
      const after = this.text[from + run] ?? " ";
      const wordEnds = mark !== "_" || !WORD.test(after);
      if (fits && wordEnds && !/[\s\\]/.test(this.text[from - 1])) return from + run - delimiter.length;
      from += run;
    }
    return -1;
  }

  link() {
    const image = this.text[this.at] === "!";
    const start = this.at + (image ? 1 : 0);
    if (this.text[start] !== "[" || this.absent.has("]")) return false;
    const end = this.closingBracket(start);
    if (end < 0) return false;
    const target = TARGET.exec(this.text.slice(end + 1, end + LONGEST_TARGET));
    if (!target) return false;
    const href = safeAddress(withoutReferences(target[1] ?? target[2] ?? ""));
    const label = this.text.slice(start + 1, end);
    const length = end + 1 + target[0].length - this.at;
    if (!href) return this.add({ type: "text", text: label || this.text.slice(this.at, this.at + length) }, length);
    if (image) return this.add({ type: "image", text: label, href }, length);
    return this.add({ type: "link", href, label, children: inline(label, this.depth + 1).map(withoutLink) }, length);
  }

  closingBracket(start) {
    let open = 0;
    const end = Math.min(this.text.length, start + LONGEST_LABEL);
    for (let index = start; index < end; index += 1) {
      if (this.text[index] === "\\") index += 1;
      else if (this.text[index] === "[") open += 1;
      else if (this.text[index] === "]" && (open -= 1) === 0) return index;
    }
    if (end === this.text.length && !this.text.includes("]", start)) this.absent.add("]");
    return -1;
  }

  angled() {
    const found = this.match(ANGLED);
    const address = found && (found[1].includes(":") ? found[1] : `mailto:${found[1]}`);
    const href = address && safeAddress(address);
    return href ? this.add({ type: "link", href, label: found[1], children: [{ type: "text", text: found[1] }] }, found[0].length) : false;
  }

  bare() {
    if (WORD.test(this.before())) return false;
    const found = this.match(BARE);
    if (!found) return false;
    const written = withoutTail(found[0].replace(BEYOND, ""));
    const shown = withoutReferences(written);
    const href = safeAddress(shown);
    return href ? this.add({ type: "link", href, label: shown, children: [{ type: "text", text: shown }] }, written.length) : false;
  }

  mention() {
    if (/[\w@./+-]/.test(this.before())) return false;
    const found = this.match(MENTION);
    const id = found && known.get(found[1].toLowerCase());
    return id ? this.add({ type: "mention", id, text: found[0] }, found[0].length) : false;
  }
}

const STEPS = {
  "\\": Reader.prototype.escape,
  "&": Reader.prototype.reference,
  "\n": Reader.prototype.breakLine,
  "`": Reader.prototype.code,
  "*": Reader.prototype.emphasis,
  _: Reader.prototype.emphasis,
  "~": Reader.prototype.emphasis,
  "[": Reader.prototype.link,
  "!": Reader.prototype.link,
  "<": Reader.prototype.angled,
  h: Reader.prototype.bare,
  H: Reader.prototype.bare,
  "@": Reader.prototype.mention,
};

function emphasised(mark, run, children) {
  if (mark === "~") return { type: "strike", children };
  if (run === 1) return { type: "em", children };
  const strong = { type: "strong", children };
  return run === 3 ? { type: "em", children: [strong] } : strong;
}

// A link inside a link's label is only its words.
function withoutLink(node) {
  return node.type === "link" ? { type: "text", text: node.label } : node;
}

// Punctuation at the end of an address belongs to the sentence, and so does a bracket not opened.
function withoutTail(address) {
  let shown = address.replace(/&amp;$/, "").replace(/[.,:;!?*_~。，；：！？、）」』]+$/, "");
  while (shown.endsWith(")") && shown.split(")").length > shown.split("(").length) {
    shown = shown.slice(0, -1).replace(/[.,:;!?]+$/, "");
  }
  return shown;
}

// An address that may be followed, or nothing: never script, never one of this page's own.
export function safeAddress(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}
