// A watch: a face with the glance, and what was pushed over it until somebody answers.

import { make, number, time } from "./drawing.js";

const NS = "http://www.w3.org/2000/svg";
const STAYS_MS = 12000;
const ROUND = 100 * Math.PI;

export class Watch {
  #place;
  #state = { glance: null, code: null, asked: null };
  #over = null;
  #timer = 0;

  constructor(section) {
    this.#place = section.querySelector(".screen");
  }

  /** Show what has changed on the face. */
  show(changed) {
    Object.assign(this.#state, changed);
    this.#draw();
  }

  /** A push arrived: the wrist is tapped; an answer may be one tap. */
  pushed(push, answers = []) {
    const { matches } = matchMedia("(prefers-reduced-motion: reduce)");
    this.#over = make(
      "div",
      { class: `pushed ${matches || push.level === "passive" ? "" : "buzz"}`, role: "status", "data-push": push.id },
      make("b", {}, push.title),
      make("span", {}, push.body),
      make("span", { class: "haptic" }, `haptic: ${push.haptic || "none"}`),
      ...answers.map(([label, act]) =>
        make("button", { type: "button", onclick: () => { this.#clear(); act(); } }, label)),
    );
    this.#draw();
    clearTimeout(this.#timer);
    if (!answers.length) this.#timer = setTimeout(() => this.#clear(), STAYS_MS);
  }

  #clear() {
    this.#over = null;
    this.#draw();
  }

  #draw() {
    const { glance, code } = this.#state;
    this.#place.replaceChildren(...(code ? this.#signingIn(code) : this.#face(glance)), ...(this.#over ? [this.#over] : []));
  }

  #signingIn(code) {
    return [
      make(
        "div",
        { class: "face" },
        make("p", {}, "Approve on your phone"),
        make("p", { class: "code", "data-code": code }, code),
      ),
    ];
  }

  #face(glance) {
    if (!glance) return [make("div", { class: "face" }, make("p", {}, "…"))];
    const { balance, unread, challenge, line } = glance;
    return [
      ring(challenge?.percent ?? 0),
      make(
        "div",
        { class: "face" },
        make("span", { class: "time" }, time()),
        make("b", { "data-balance": balance }, number.format(balance)),
        unread ? make("span", { class: "unread" }, `${unread} new`) : null,
        challenge && make("p", {}, challenge.text),
        line && make("p", {}, line),
      ),
    ];
  }
}

function ring(percent) {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("class", "ring");
  svg.setAttribute("viewBox", "0 0 104 104");
  svg.setAttribute("aria-hidden", "true");
  for (const length of [ROUND, (ROUND * Math.min(percent, 100)) / 100]) {
    const circle = document.createElementNS(NS, "circle");
    for (const [name, value] of [["cx", 52], ["cy", 52], ["r", 50]]) circle.setAttribute(name, value);
    circle.setAttribute("stroke-dasharray", `${length} ${ROUND}`);
    svg.append(circle);
  }
  return svg;
}
