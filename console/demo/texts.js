// What a device makes of the keys that a push carries: the app's own texts, in its language.

/** The texts of a locale, as an app would ship them. */
export async function texts(locale) {
  const answer = await fetch(`/push/texts/${encodeURIComponent(locale)}.json`);
  if (!answer.ok) throw new Error(`The texts of ${locale} were refused: ${answer.status}.`);
  return new Texts((await answer.json()).texts);
}

class Texts {
  #known;

  constructor(known) {
    this.#known = known;
  }

  /** The push with the words that a device shows. */
  said(push) {
    const title = push.titleKey ? this.#filled(push.titleKey, []) : push.title;
    const body = push.bodyKey ? this.#filled(push.bodyKey, push.args) : push.body;
    return { ...push, title: title ?? "", body: body ?? "" };
  }

  #filled(key, args) {
    const pattern = this.#known[key] ?? key;
    return pattern.replace(/%(?:(\d+)\$s|%)/g, (said, place) => (place ? (args[place - 1] ?? "") : "%"));
  }
}
