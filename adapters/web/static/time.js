// Times and sizes as people read them. The server's times are microseconds since the epoch.

import { language, t } from "./strings.js";

const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const dayOf = new Intl.DateTimeFormat(language, { weekday: "long", month: "long", day: "numeric" });
const dayOfYear = new Intl.DateTimeFormat(language, { dateStyle: "long" });

const date = (at) => new Date(at / 1000);

export const timeOf = (at) => clock.format(date(at));
export const fullTimeOf = (at) => full.format(date(at));
export const isoOf = (at) => date(at).toISOString();
export const dayKey = (at) => date(at).toDateString();
export const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

export function dayName(at, now = new Date()) {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (dayKey(at) === now.toDateString()) return t("today");
  if (dayKey(at) === yesterday.toDateString()) return t("yesterday");
  return date(at).getFullYear() === now.getFullYear() ? dayOf.format(date(at)) : dayOfYear.format(date(at));
}

export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function exactSizeOf(bytes) {
  return `${bytes.toLocaleString(language)} B`;
}
