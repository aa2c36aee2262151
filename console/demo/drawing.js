// Small pieces of the page. Text goes in as text, never as markup.

/** An element with attributes and children; a child that is null or false is left out. */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

export const number = new Intl.NumberFormat("en");

/** The time of day, as a lock screen has it. */
export function time(moment = new Date()) {
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** Write a line into the log that everybody can read and screen readers read out. */
export function tell(text) {
  const log = document.getElementById("log");
  const now = new Date();
  const stamp = now.toLocaleTimeString("en-GB");
  log.prepend(make("p", {}, make("time", { datetime: now.toISOString() }, stamp), text));
  while (log.children.length > 60) log.lastElementChild.remove();
}

/** Say what went wrong, where it cannot be missed. */
export function trouble(error) {
  const place = document.getElementById("trouble");
  place.textContent = error.code ? `${error.code}: ${error.message}` : error.message;
  place.hidden = false;
  tell(place.textContent);
}
