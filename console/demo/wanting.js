// What a member is offered, and what they may have for points: asked for, answered, redeemed.

import { key } from "./api.js";
import { make, number, tell } from "./drawing.js";

const WHY = "... on UserError { code message }";
const BY_KEY = "@idempotent(key: $key)";
const OFFERS_FIRST = 3;
const OFFERS = `{ offers(placement: HOME, first: ${OFFERS_FIRST}) { id title body why exploring kind } }`;
const AGREE = `mutation { setConsent(input: { purpose: "personalisation", version: "1", given: true }) {
  __typename ${WHY} } }`;
const LOOK = `{ viewer ${OFFERS} }`;
const SAW = `mutation ($input: ReportImpressionsInput!) { reportImpressions(input: $input) { __typename ${WHY} } }`;
const RESPOND = `mutation ($input: RespondToOfferInput!, $key: ID!) { respondToOffer(input: $input) ${BY_KEY} {
  ... on RespondToOfferSuccess { viewer ${OFFERS} } ${WHY} } }`;
const REDEMPTION = "id title state price discount code { text number code svg } vouchers { code }";
const SHELF = `{ viewer { rewards(first: 10) { nodes { id title body price left kind } }
  redemptions(first: 3) { nodes { ${REDEMPTION} } } } }`;
const REDEEM = `mutation ($input: RedeemRewardInput!, $key: ID!) { redeemReward(input: $input) ${BY_KEY} {
  ... on RedeemRewardSuccess { redemption { ${REDEMPTION} } } ${WHY} } }`;
const CANCEL = `mutation ($input: CancelRedemptionInput!, $key: ID!) { cancelRedemption(input: $input) ${BY_KEY} {
  __typename ${WHY} } }`;
const ANSWERS = [["ACCEPT", "Yes"], ["NOT_NOW", "Later"], ["REFUSE", "No"]];

/** The offers and rewards of one member; `changed` draws them. */
export class Wants {
  offers = [];
  rewards = [];
  redemptions = [];
  #discounts = [];

  constructor(api, changed) {
    Object.assign(this, { api, changed });
  }

  async begin() {
    await this.api.ask(AGREE);
    await this.look();
    await this.browse();
  }

  async look() {
    this.#offered((await this.api.ask(LOOK)).viewer.offers);
  }

  async browse() {
    const { viewer } = await this.api.ask(SHELF);
    Object.assign(this, { rewards: viewer.rewards.nodes, redemptions: viewer.redemptions.nodes });
    this.changed();
  }

  /** The answer counts at once: what is offered next comes with it. */
  async answer(offer, response, label) {
    const input = { decisionId: offer.id, response };
    const { respondToOffer } = await this.api.ask(RESPOND, { input, key: key() });
    tell(`"${label}" to: ${offer.title}.`);
    if (response === "ACCEPT" && offer.kind === "DISCOUNT") this.#discounts.push(offer.id);
    this.#offered(respondToOffer.viewer.offers);
  }

  /** An accepted discount is tried first; where it is for another reward, the price is the full one. */
  async redeem(reward) {
    for (const decisionId of [...this.#discounts, null]) {
      try {
        const input = { rewardId: reward.id, decisionId };
        const { redeemReward } = await this.api.ask(REDEEM, { input, key: key() });
        const { price, discount, state } = redeemReward.redemption;
        const paid = discount ? `${number.format(price)}, and an offer pays ${number.format(discount)}` : number.format(price);
        tell(`${reward.title} for ${paid}: ${state}.`);
        this.#discounts = this.#discounts.filter((one) => one !== decisionId);
        break;
      } catch (error) {
        if (!decisionId || error.code !== "NO_SUCH_DISCOUNT") throw error;
      }
    }
    await this.browse();
  }

  async cancel(redemption) {
    await this.api.ask(CANCEL, { input: { redemptionId: redemption.id }, key: key() });
    tell(`${redemption.title} is cancelled.`);
    await this.browse();
  }

  /** What waits at the till, with the code of this minute; null: nothing does. */
  async code() {
    await this.browse();
    return this.redemptions.find((one) => one.code)?.code ?? null;
  }

  #offered(offers) {
    this.offers = offers;
    this.changed();
    const decisionIds = offers.map((one) => one.id);
    if (decisionIds.length) this.api.ask(SAW, { input: { decisionIds } }).catch(() => {});
  }
}

/** The parts of the phone's screen; `act(promise)` says what went wrong. */
export function parts(wants, act) {
  if (!wants) return [];
  return [...offered(wants, act), ...waiting(wants, act), ...shelf(wants, act)];
}

function offered(wants, act) {
  const cards = wants.offers.map((offer) =>
    make(
      "li",
      { class: "note", "data-offer": offer.id },
      make("b", {}, offer.title),
      offer.body && make("span", {}, offer.body),
      make("p", { class: "why small", "data-exploring": String(offer.exploring) }, offer.why),
      make(
        "span",
        { class: "answers" },
        ...ANSWERS.map(([response, label]) =>
          make("button", { type: "button", "aria-label": `${label}: ${offer.title}`, onclick: () => act(wants.answer(offer, response, label)) }, label)),
      ),
    ),
  );
  const list = cards.length ? make("ol", {}, ...cards) : make("p", { class: "small" }, "Nothing that fits now.");
  return [make("div", { class: "part offers" }, make("h3", {}, "Offers for you"), list)];
}

function waiting(wants, act) {
  const cards = wants.redemptions
    .filter((one) => one.code || one.vouchers.length)
    .map((one) =>
      make(
        "li",
        { class: "note new", "data-redemption": one.state },
        make("b", {}, one.title),
        one.code && make("img", { src: `data:image/svg+xml;utf8,${encodeURIComponent(one.code.svg)}`, alt: `The code for ${one.title} as a QR picture` }),
        one.code && make("p", { class: "code till-code" }, `${one.code.number} ${one.code.code}`),
        ...one.vouchers.map((voucher) => make("p", { class: "code" }, voucher.code)),
        one.code && make("button", { type: "button", onclick: () => act(wants.cancel(one)) }, `Cancel ${one.title}`),
      ),
    );
  return cards.length ? [make("div", { class: "part waiting" }, make("h3", {}, "Yours"), make("ol", {}, ...cards))] : [];
}

function shelf(wants, act) {
  const cards = wants.rewards.map((reward) =>
    make(
      "li",
      { class: "note" },
      make("b", {}, reward.title),
      make("span", {}, reward.body),
      make("span", { class: "meta" }, reward.left === null ? "as many as you like" : `${number.format(reward.left)} left`),
      make("button", { type: "button", "aria-label": `${reward.title} for ${reward.price}`, onclick: () => act(wants.redeem(reward)) }, `For ${number.format(reward.price)}`),
    ),
  );
  return cards.length ? [make("div", { class: "part rewards" }, make("h3", {}, "For your points"), make("ol", {}, ...cards))] : [];
}
