// Builds elements. Text always becomes a text node; there is no other way in, and none turns what
// stands beside it around.

const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

// Drop the characters that would show a text, or what follows it, backwards.
export function unturned(text) {
  return text.replace(TURNING, "");
}

// In code they are shown: there they may change what is meant.
export function bare(text) {
  return text.replace(TURNING, (found) => `⟨U+${found.codePointAt(0).toString(16).toUpperCase()}⟩`);
}

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).map(textOrElement));
  return element;
}

function textOrElement(child) {
  return typeof child === "string" ? unturned(child) : child;
}

// Show exactly `children`, touching only what differs. What goes is taken out first: an element that
// is moved, even to where it stands, loses the focus.
export function place(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
}

export function setText(element, text) {
  const shown = unturned(text);
  if (element.textContent !== shown) element.textContent = shown;
}

const SHAPES = {
  close: "M5 5l10 10M15 5L5 15",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  send: "M3.5 9.800L16.5 4l-3.4 12.5-3.6-4.800zM9.5 11.700L16.5 4",
  clip: "M15.5 9.300l-5.7 5.700a3.5 3.5 0 0 1-5-5l6.1-6a2.3 2.3 0 0 1 3.3 3.300l-5.900 5.900a1.1 1.1 0 0 1-1.6-1.600l5.200-5.200",
  reply: "M4 4.500h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H9.500L6 16.500v-3H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1z",
  edit: "M12.800 4.200l3 3L7.5 15.500l-3.7.7.7-3.700zM11.200 5.800l3 3",
  trash: "M4 6h12M8 6V4.200h4V6M5.5 6l.7 10h7.600l.7-10M8.5 9v4.500M11.5 9v4.5",
  copy: "M7.5 7.500h8v8h-8zM12.5 7.500v-3h-8v8h3",
  again: "M15.800 8.500A6 6 0 1 0 16 11M16 4.800v3.900h-3.900",
  check: "M4.5 10.500l3.7 3.7 7.3-8",
  file: "M6 3.500h5.500l3.5 3.500v9.500H6zM11.5 3.500V7H15M8.3 10.500h4.400M8.3 13h4.4",
  down: "M10 4v11M5.5 10.700L10 15.200l4.5-4.5",
  moon: "M15.800 12.300A6.3 6.3 0 0 1 7.7 4.200a6.3 6.3 0 1 0 8.1 8.100z",
  sun: "M10 6.700a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.600zM10 2.500v1.600M10 15.900v1.600M2.5 10h1.600M15.900 10h1.600M4.7 4.700l1.1 1.100M14.200 14.200l1.1 1.100M15.3 4.700l-1.1 1.100M5.800 14.200l-1.1 1.1",
  info: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 9.200v4M10 6.700v.2",
  at: "M12.800 10a2.800 2.800 0 1 1-5.6 0 2.800 2.800 0 0 1 5.6 0zm0 0v1.200a2 2 0 0 0 4 0V10a6.800 6.800 0 1 0-2.7 5.4",
  out: "M8 4H4.500v12H8M8.5 10h8M13.5 7l3 3-3 3",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, extra = "") {
  return h("button", { type: "button", class: `icon-button ${extra}`, "aria-label": label, title: label, onclick }, icon(name));
}
