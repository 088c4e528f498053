// Reads Markdown into blocks: plain values, no elements. HTML in it is just text.
//
// A model may write anything, of any size and depth: nesting is bounded, and every pattern is
// anchored at its place and reads each character a bounded number of times.

const DEEPEST = 6;

const FENCE = /^( {0,3})(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?:( +)(.*)|)$/;
const LONGEST_RULE = 2000; // of a table: its pattern may read blanks twice
const TASK = /^\[([ xX])\][ \t]+/;
const DELIMITER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

export function parse(text, depth = 0) {
  const lines = text.replaceAll("\t", "    ").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at].trim() === "") {
      at += 1;
      continue;
    }
    const { block, next } = readBlock(lines, at, depth);
    block.source = lines.slice(at, next).join("\n");
    blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines, at, depth) {
  if (depth < DEEPEST) {
    for (const read of READERS) {
      const found = read(lines, at, depth);
      if (found) return found;
    }
  }
  return readParagraph(lines, at);
}

const READERS = [readFence, readHeading, readRule, readQuote, readList, readTable];

function readFence(lines, at) {
  const [, indent, fence, info] = FENCE.exec(lines[at]) ?? [];
  if (!fence || (fence[0] === "`" && info.includes("`"))) return null;
  const language = info.trim().split(/\s/, 1)[0];
  const code = [];
  let next = at + 1;
  let closed = false;
  for (; next < lines.length && !closed; next += 1) {
    const line = lines[next].trim();
    closed = line.length >= fence.length && line === fence[0].repeat(line.length);
    if (!closed) code.push(dedent(lines[next], indent.length));
  }
  return { block: { type: "code", language, text: code.join("\n"), closed }, next };
}

function readHeading(lines, at) {
  const found = HEADING.exec(lines[at]);
  if (!found) return null;
  return { block: { type: "heading", level: found[1].length, text: (found[2] ?? "").trim().replace(/(^|[ \t])#+$/, "") }, next: at + 1 };
}

function readRule(lines, at) {
  return RULE.test(lines[at]) ? { block: { type: "rule" }, next: at + 1 } : null;
}

function readQuote(lines, at, depth) {
  if (!QUOTE.test(lines[at])) return null;
  const inner = [];
  let next = at;
  while (next < lines.length && QUOTE.test(lines[next])) {
    inner.push(lines[next].replace(QUOTE, ""));
    next += 1;
  }
  return { block: { type: "quote", blocks: parse(inner.join("\n"), depth + 1) }, next };
}

function readList(lines, at, depth) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  const base = first[1].length;
  const items = [];
  let next = at;
  while (next < lines.length) {
    const item = readItem(lines, next, base, ordered);
    if (!item) break;
    items.push(toItem(item.lines, depth));
    next = item.next;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : 1;
  return { block: { type: "list", ordered, start, items }, next };
}

// One item: its first line, then what is indented under it or continues its paragraph.
function readItem(lines, at, base, ordered) {
  const found = ITEM.exec(lines[at]);
  if (!found || found[1].length > base + 1 || found[1].length < base) return null;
  if (/\d/.test(found[2]) !== ordered || RULE.test(lines[at])) return null;
  const width = found[1].length + found[2].length + Math.min((found[3] ?? " ").length, 4);
  const inner = [found[4] ?? ""];
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next];
    const indent = line.length - line.trimStart().length;
    if (line.trim() === "") {
      const follows = lines[next + 1] ?? "";
      if (follows.trim() === "" || follows.length - follows.trimStart().length < base + 2) break;
      inner.push("");
    } else if (indent >= base + 2 || indent >= width) inner.push(dedent(line, width));
    else if (ITEM.test(line) || startsBlock(line) || lines[next - 1].trim() === "") break;
    else inner.push(line.trimStart());
  }
  while (lines[next]?.trim() === "" && ITEM.test(lines[next + 1] ?? "")) next += 1;
  return { lines: inner, next };
}

function toItem(lines, depth) {
  const task = TASK.exec(lines[0]);
  if (task) lines[0] = lines[0].slice(task[0].length);
  return { task: task ? task[1] !== " " : null, blocks: parse(lines.join("\n"), depth + 1) };
}

function readTable(lines, at) {
  const rule = lines[at + 1];
  if (!lines[at].includes("|") || rule === undefined || rule.length > LONGEST_RULE || !DELIMITER.test(rule)) return null;
  const head = cells(lines[at]);
  const align = cells(rule).map(alignment);
  if (align.length !== head.length) return null;
  const rows = [];
  let next = at + 2;
  while (next < lines.length && lines[next].includes("|") && lines[next].trim() !== "") {
    const row = cells(lines[next]);
    rows.push(head.map((_, column) => row[column] ?? ""));
    next += 1;
  }
  return { block: { type: "table", head, align, rows }, next };
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function alignment(cell) {
  if (cell.endsWith(":")) return cell.startsWith(":") ? "center" : "right";
  return "left";
}

function readParagraph(lines, at) {
  let next = at + 1;
  while (next < lines.length && lines[next].trim() !== "" && !startsBlock(lines[next])) next += 1;
  const text = lines.slice(at, next).map((line) => line.trimStart()).join("\n");
  return { block: { type: "paragraph", text: text.trimEnd() }, next };
}

function startsBlock(line) {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || /^ *(?:[-*+]|1[.)]) +\S/.test(line);
}

function dedent(line, most) {
  const indent = line.length - line.trimStart().length;
  return line.slice(Math.min(indent, most));
}
