// Speaks the visitor's language on the sign-in page.
import { t } from "./strings.js";

for (const element of document.querySelectorAll("[data-say]")) {
  element.textContent = t(element.dataset.say);
}
