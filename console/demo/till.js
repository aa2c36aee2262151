// The till of a shop: it scans what a phone shows, hands over, and takes back.

import { key } from "./api.js";
import { make, tell } from "./drawing.js";

const PARTNER = "/partner/graphql";
const WHY = "... on UserError { code message }";
const OUTLETS = "{ outlets(first: 1) { nodes { id name } } }";
const REDEEM = `mutation ($input: RedeemAtTillInput!, $key: ID!) { redeemAtTill(input: $input) @idempotent(key: $key) {
  ... on RedeemAtTillSuccess { redemptionId name quantity } ${WHY} } }`;
const TREAT = `mutation ($input: RedeemTreatInput!, $key: ID!) { redeemTreat(input: $input) @idempotent(key: $key) {
  ... on RedeemTreatSuccess { name } ${WHY} } }`;
const REFUND = `mutation ($input: RefundRedemptionInput!, $key: ID!) { refundRedemption(input: $input) @idempotent(key: $key) {
  __typename ${WHY} } }`;

export class Till {
  #place;
  #key;
  #outlet;
  #said = { text: "Nothing scanned yet.", refused: false, undo: null };

  /** scan -- what the customer's phone shows: a code for a reward, or one for a treat. */
  constructor(section, scan) {
    this.#place = section.querySelector(".till");
    this.scan = scan;
  }

  /** Open the till; false where there is no shop. */
  async open() {
    const answer = await fetch("/demo/till.json");
    this.#key = (await answer.json()).key;
    if (!this.#key) return false;
    this.#outlet = (await this.#ask(OUTLETS)).outlets.nodes[0];
    this.#draw();
    return Boolean(this.#outlet);
  }

  async #scanned() {
    const shown = await this.scan();
    if (!shown) return this.#say("Ada's phone shows no code.", { refused: true });
    const input = { code: shown.text, outletId: this.#outlet.id };
    const answer = await this.#ask(shown.treat ? TREAT : REDEEM, { input, key: key() });
    const done = answer.redeemAtTill ?? answer.redeemTreat;
    if (done.code) return this.#say(`${done.code}: ${done.message}`, { refused: true });
    const undo = done.redemptionId ? () => this.#back(done) : null;
    return this.#say(`Hand over: ${done.name}.`, { undo });
  }

  async #back(done) {
    const input = { redemptionId: done.redemptionId, restock: true };
    const { refundRedemption: answer } = await this.#ask(REFUND, { input, key: key() });
    if (answer.code) return this.#say(`${answer.code}: ${answer.message}`, { refused: true });
    return this.#say(`${done.name} is taken back; the very same points are Ada's again.`);
  }

  #say(text, { refused = false, undo = null } = {}) {
    this.#said = { text, refused, undo };
    tell(`The till: ${text}`);
    this.#draw();
  }

  #draw() {
    const { text, refused, undo } = this.#said;
    const button = (label, act) => make("button", { type: "button", onclick: () => act().catch((error) => this.#say(error.message, { refused: true })) }, label);
    this.#place.replaceChildren(
      make("p", { class: "small" }, this.#outlet.name),
      make("p", { role: "status", class: `note ${refused ? "timely" : "new"}`, "data-till": refused ? "refused" : "ok" }, text),
      button("Scan Ada's phone", () => this.#scanned()),
      ...(undo ? [button("Take it back", undo)] : []),
    );
  }

  async #ask(query, variables = {}) {
    const answer = await fetch(PARTNER, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#key}`, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answer.json();
    if (errors?.length) throw new Error(errors[0].message);
    return data;
  }
}
