// A phone: the lock screen with what was pushed, and the app below it.

import { make, number, time, trouble } from "./drawing.js";
import { parts } from "./wanting.js";

const SHOWN_MAX = 4;
const INBOX_MAX = 5;

export class Phone {
  #place;
  #state = { name: "", points: null, pushed: [], inbox: [], unread: 0, challenge: null, asked: [], moment: null, wants: null };

  /** act -- what the buttons on the screen do: accept, decline, approve, code, read. */
  constructor(section, act) {
    this.#place = section.querySelector(".screen");
    this.act = act;
  }

  /** Show what has changed. */
  show(changed) {
    Object.assign(this.#state, changed);
    this.#draw();
  }

  get state() {
    return this.#state;
  }

  /** A push arrived: it stands on the lock screen until it is opened or dismissed. */
  pushed(push) {
    this.show({ pushed: [push, ...this.#state.pushed].slice(0, SHOWN_MAX) });
  }

  #draw() {
    const state = this.#state;
    const kept = this.#place.scrollTop;
    this.#place.replaceChildren(
      make("p", { class: "clock" }, `${time()}  ${state.name}`),
      ...this.#lockScreen(),
      this.#balance(),
      ...this.#questions(),
      ...this.#offer(),
      ...this.#challenge(),
      ...parts(this.#state.wants, (doing) => doing.catch(trouble)),
      ...this.#inbox(),
    );
    this.#place.scrollTop = kept;
  }

  #balance() {
    const points = this.#state.points;
    const [held, pending] = [points?.held ?? 0, points?.pending ?? 0];
    const beside = [held && `${number.format(held)} held`, pending && `${number.format(pending)} on their way`];
    return make(
      "div",
      { class: "balance" },
      make("b", { "data-balance": points?.available ?? "" }, points ? number.format(points.available) : "…"),
      make("span", { class: "small" }, ["leaves", ...beside.filter(Boolean)].join(", ")),
    );
  }

  #lockScreen() {
    if (!this.#state.pushed.length) return [];
    const cards = this.#state.pushed.map((push) =>
      make(
        "li",
        { class: `note new ${push.level === "time-sensitive" ? "timely" : ""}`, "data-push": push.id },
        make("b", {}, push.title),
        make("span", {}, push.body),
        make(
          "span",
          { class: "meta" },
          `${push.kind}, ${push.level}`,
          make("button", { type: "button", onclick: () => this.#dismiss(push), "aria-label": `Dismiss ${push.title}` }, "Dismiss"),
        ),
      ),
    );
    return [make("div", { class: "part lock" }, make("h3", {}, "Lock screen"), make("ol", {}, ...cards))];
  }

  #dismiss(push) {
    this.show({ pushed: this.#state.pushed.filter((one) => one.id !== push.id) });
    this.act.dismiss?.(push);
  }

  #questions() {
    const buttons = this.#state.asked.map((one) =>
      make(
        "li",
        { class: "note" },
        make("b", {}, one.text),
        ...one.answers.map(([label, answer]) => make("button", { type: "button", onclick: answer }, label)),
      ),
    );
    return buttons.length ? [make("div", { class: "part" }, make("h3", {}, "Waiting for you"), make("ol", {}, ...buttons))] : [];
  }

  #offer() {
    const { moment } = this.#state;
    if (!moment) return [];
    const { code } = moment;
    return [
      make(
        "div",
        { class: "part" },
        make("h3", {}, "For you, now"),
        make(
          "div",
          { class: "note timely" },
          make("b", {}, moment.title),
          make("span", {}, moment.text),
          code && make("img", { src: code.image, alt: "The code as a QR picture, for the till" }),
          code && make("p", { class: "code" }, code.number),
          !code && make("button", { type: "button", onclick: () => this.act.code?.() }, "Show the code"),
        ),
      ),
    ];
  }

  #challenge() {
    const { challenge } = this.#state;
    if (!challenge) return [];
    const bar = make("div", {
      class: "bar",
      role: "progressbar",
      "aria-label": challenge.name,
      "aria-valuenow": challenge.percent,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    });
    const filled = make("i");
    filled.style.width = `${challenge.percent}%`;
    bar.append(filled);
    return [
      make(
        "div",
        { class: "part", "data-challenge": challenge.state },
        make("h3", {}, "Challenge"),
        make("p", { class: "small" }, `${challenge.name}: ${challenge.text}`),
        bar,
      ),
    ];
  }

  #inbox() {
    const { inbox, unread } = this.#state;
    const items = inbox.slice(0, INBOX_MAX).map((item) =>
      make(
        "li",
        { class: `note ${item.readAt ? "" : "new"}`, "data-item": item.id },
        make("b", {}, item.title),
        make("span", {}, item.body),
        make("span", { class: "meta" }, time(new Date(item.at))),
      ),
    );
    const heading = make("h3", {}, unread ? `Inbox, ${unread} new` : "Inbox");
    const read = unread ? make("button", { type: "button", onclick: () => this.act.read?.() }, "Mark all read") : null;
    return [make("div", { class: "part inbox" }, heading, items.length ? make("ol", {}, ...items) : make("p", { class: "small" }, "Nothing yet."), read)];
  }
}
