// The left side: where one can go, and who one can be. Its lines are built once, so that a count that
// changes takes neither the focus nor a click away.

import { h, icon, iconButton, place, setText } from "./dom.js";
import { avatar } from "./message.js";
import { t } from "./strings.js";

export class Sidebar {
  // `onperson(id)`, `onclose()`; links change the address and nothing else.
  constructor({ onperson, onclose }) {
    Object.assign(this, { onperson, onclose });
    this.lines = new Map(); // id of a room or a person -> {element, show}
    this.channels = h("ul", { class: "side-list" });
    this.direct = h("ul", { class: "side-list" });
    this.people = h("ul", { class: "side-list" });
    this.themeButton = iconButton("moon", "", () => this.switchTheme());
    this.foot = h("div", { class: "side-foot" }, this.themeButton);
    const brand = h("div", { class: "brand" }, h("img", { src: "/static/icon.svg", alt: "", width: 28, height: 28 }),
      h("span", { class: "brand-name" }, "Parley"), h("span", { class: "brand-kind" }, t("playground")), iconButton("close", t("nav.close"), onclose, "side-close"));
    this.element = h("nav", { class: "sidebar", id: "sidebar", "aria-label": t("nav") }, brand,
      h("div", { class: "side-scroll" }, section(t("channels"), this.channels), section(t("direct"), this.direct), section(t("people"), this.people, t("people.hint"))), this.foot);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.showTheme());
    this.showTheme();
  }

  render({ state, me, channel, unread }) {
    const link = (room) => this.line(room, roomLine, () => this.onclose(), room.id === channel, unread.get(room.id) ?? 0);
    place(this.channels, state.channels.filter((room) => room.kind !== "direct").map(link));
    place(this.direct, state.channels.filter((room) => room.kind === "direct").map(link));
    place(this.people, state.people.map((person) => this.line(person, personLine, () => this.onperson(person.id), person.id === me.id)));
    if (state.password && !this.out) this.foot.append(this.out = signOut());
  }

  line(of, build, onclick, ...look) {
    if (!this.lines.has(of.id)) this.lines.set(of.id, build(of, onclick));
    const { element, show } = this.lines.get(of.id);
    show(...look);
    return element;
  }

  get isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  switchTheme() {
    const theme = this.isDark ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("parley.theme", theme);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    this.showTheme();
  }

  showTheme() {
    const label = t(this.isDark ? "theme.light" : "theme.dark");
    this.themeButton.replaceChildren(icon(this.isDark ? "sun" : "moon"));
    this.themeButton.setAttribute("aria-label", label);
    this.themeButton.title = label;
  }
}

function roomLine(room, onclick) {
  const direct = room.kind === "direct";
  const name = direct ? room.name : `#${room.name}`;
  const sign = direct ? avatar("parley", "Parley", "small") : h("span", { class: "hash" }, "#");
  const count = h("span", { class: "unread" });
  const link = h("a", { class: "side-link", href: `#/${room.id}`, onclick }, sign, h("span", { class: "side-name" }, room.name));
  const show = (current, unread) => {
    link.setAttribute("aria-label", unread ? `${name}, ${t("unread", { n: unread })}` : name);
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    setText(count, String(unread));
    if (unread) link.append(count);
    else count.remove();
  };
  return { element: h("li", {}, link), show };
}

function personLine(person, onchoose) {
  const you = h("span", { class: "you", hidden: true }, t("you"));
  const button = h("button", { type: "button", class: "side-link", title: person.title, onclick: () => you.hidden && onchoose() },
    avatar(person.id, person.name, "small"), h("span", { class: "side-name" }, person.name), you);
  const show = (current) => {
    button.setAttribute("aria-pressed", String(current));
    you.hidden = !current;
  };
  return { element: h("li", {}, button), show };
}

function section(title, list, hint) {
  return h("section", { class: "side-section" }, h("h2", {}, title), list, hint ? h("p", { class: "side-hint" }, hint) : null);
}

function signOut() {
  return h("form", { method: "post", action: "/logout" }, h("button", { type: "submit", class: "icon-button", "aria-label": t("sign.out"), title: t("sign.out") }, icon("out")));
}
