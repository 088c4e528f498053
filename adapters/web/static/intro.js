// What stands above a channel's first message, and what one may try while there is none.

import { h } from "./dom.js";
import { t } from "./strings.js";

const OFFERS = ["try.weather", "try.time", "try.days"];

// Makes the intro of a room, built once for an empty room and once for one with messages.
export function introOf(room, name, onoffer) {
  const built = new Map();
  return (empty) => {
    if (!built.has(empty)) built.set(empty, build(room, name, empty && onoffer));
    return built.get(empty);
  };
}

function build(room, name, onoffer) {
  const direct = room.kind === "direct";
  const title = direct ? t("empty.direct") : t("empty.channel", { name });
  const lead = t(direct ? "empty.direct.lead" : "empty.channel.lead");
  const sign = direct ? h("img", { src: "/static/icon.svg", alt: "", class: "intro-sign" }) : h("span", { class: "intro-sign", "aria-hidden": "true" }, "#");
  return h("section", { class: "intro" }, sign, h("h2", {}, title), h("p", {}, lead), onoffer && offers(direct, onoffer));
}

function offers(direct, onoffer) {
  const texts = OFFERS.map((key) => (direct ? "" : "@parley ") + t(key));
  const button = (text) => h("li", {}, h("button", { type: "button", class: "offer", onclick: () => onoffer(text) }, text));
  return h("ul", { class: "offers", "aria-label": t("empty.try") }, texts.map(button));
}
