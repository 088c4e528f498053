// The left side: where one can go, and who one can be.

import { h, icon, iconButton, place } from "./dom.js";
import { avatar } from "./message.js";
import { t } from "./strings.js";

export class Sidebar {
  // `onperson(id)`, `onclose()`; links change the address and nothing else.
  constructor({ onperson, onclose }) {
    Object.assign(this, { onperson, onclose });
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
    const link = (room) => this.link(room, room.id === channel, unread.get(room.id) ?? 0);
    place(this.channels, state.channels.filter((room) => room.kind !== "direct").map(link));
    place(this.direct, state.channels.filter((room) => room.kind === "direct").map(link));
    place(this.people, state.people.map((person) => this.person(person, person.id === me.id)));
    if (state.password && !this.out) this.foot.append(this.out = signOut());
  }

  link(room, current, unread) {
    const direct = room.kind === "direct";
    const sign = direct ? avatar("parley", "Parley", "small") : h("span", { class: "hash" }, "#");
    const count = unread ? h("span", { class: "unread" }, String(unread)) : null;
    const label = [direct ? room.name : `#${room.name}`, unread && t("unread", { n: unread })].filter(Boolean).join(", ");
    return h("li", {}, h("a", { class: "side-link", href: `#/${room.id}`, "aria-label": label, "aria-current": current ? "page" : null, onclick: () => this.onclose() }, sign, h("span", { class: "side-name" }, room.name), count));
  }

  person(person, current) {
    const choose = () => current || this.onperson(person.id);
    return h("li", {}, h("button", { type: "button", class: "side-link", "aria-pressed": String(current), onclick: choose, title: person.title },
      avatar(person.id, person.name, "small"), h("span", { class: "side-name" }, person.name), current ? h("span", { class: "you" }, t("you")) : null));
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

function section(title, list, hint) {
  return h("section", { class: "side-section" }, h("h2", {}, title), list, hint ? h("p", { class: "side-hint" }, hint) : null);
}

function signOut() {
  return h("form", { method: "post", action: "/logout" }, h("button", { type: "submit", class: "icon-button", "aria-label": t("sign.out"), title: t("sign.out") }, icon("out")));
}
