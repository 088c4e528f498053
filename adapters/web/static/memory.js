// What the browser keeps for the person: small words, in its own storage. Who one is belongs to the
// tab, so that two tabs can be two people; a new tab begins as the last one left.

export function remembered(name) {
  try {
    return sessionStorage.getItem(`parley.${name}`) ?? localStorage.getItem(`parley.${name}`) ?? "";
  } catch {
    return "";
  }
}

export function remember(name, value) {
  try {
    sessionStorage.setItem(`parley.${name}`, value);
    localStorage.setItem(`parley.${name}`, value);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

export function forget(name) {
  sessionStorage.removeItem(`parley.${name}`);
  localStorage.removeItem(`parley.${name}`);
}
