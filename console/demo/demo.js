// The demonstration: three devices of two members, wired to the public API and to the stand-in.

import { Api, key } from "./api.js";
import * as asked from "./asking.js";
import { number, tell, trouble } from "./drawing.js";
import { install, listen } from "./fcm.js";
import { Glance } from "./glancing.js";
import { Phone } from "./phone.js";
import { signIn } from "./signing.js";
import { texts } from "./texts.js";
import { Till } from "./till.js";
import { Wants } from "./wanting.js";
import { Watch } from "./watch.js";

const INBOX = 5;
const CHALLENGE = "Eight in one go";
const LOCALE = "en";
// The outlet of the demo's seed is there, in Vienna.
const SHOP = { latitude: 48.2085, longitude: 16.3735 };

const at = (id) => document.getElementById(id);

/** A member with a phone: what it shows follows the API's live topics. */
class Person {
  constructor(handle, token, section, platform) {
    Object.assign(this, { handle, platform, api: new Api(token) });
    this.phone = new Phone(section, {
      read: () => this.read(),
      dismiss: (push) => this.report(push, "DISMISSED"),
      code: () => this.code(),
    });
  }

  async begin(setup, words) {
    const { viewer } = await this.api.ask(asked.WHO);
    this.me = viewer;
    this.phone.show({ name: viewer.name, points: viewer.points });
    await this.refreshInbox();
    this.wants = new Wants(this.api, () => this.phone.show({ wants: this.wants }));
    await this.wants.begin();
    if (setup.pushes) await this.register(setup.pushes, words);
    this.api.watch(asked.POINTS, {}, (event) => this.phone.show({ points: event.points }));
    this.api.watch(asked.INBOX_ADDED, {}, (event) => this.arrived(event));
  }

  async register(pushes, words) {
    const fid = await install(pushes, `${this.handle}-phone`, { platform: this.platform, kind: "PHONE" });
    await this.api.ask(asked.REGISTER, { input: device(fid, this.platform, "PHONE", this.me) });
    listen(pushes, fid, (push) => this.pushed(words.said(push)));
  }

  pushed(push) {
    tell(`${this.me.name}'s phone: ${push.title}. ${push.body}`);
    this.phone.pushed(push);
    this.report(push, "DELIVERED");
  }

  async report(push, kind) {
    if (!push.id) return;
    const said = { message: push.id, kind, at: new Date().toISOString() };
    await this.api.ask(asked.REPORT, { receipts: [said] }).catch(trouble);
  }

  async refreshInbox() {
    const { viewer } = await this.api.ask(asked.INBOX, { first: INBOX });
    this.phone.show({ inbox: viewer.inbox.nodes, unread: viewer.inbox.unreadCount });
    await this.refreshQuestions();
  }

  arrived({ item, unread }) {
    // The first event says only where the inbox stands.
    const before = this.phone.state.inbox.filter((one) => one.id !== item?.id);
    this.phone.show({ inbox: item ? [item, ...before] : before, unread });
    this.refreshQuestions().catch(trouble);
    this.changed?.();
  }

  /** What waits for an answer: points offered by friends. */
  async refreshQuestions() {
    const { viewer } = await this.api.ask(asked.WAITING);
    const waiting = viewer.transfers.nodes.map((one) => ({
      text: `${one.member.name} sends ${number.format(one.points)}${one.memo ? `: ${one.memo}` : ""}`,
      answers: [["Accept", () => accept(this.api, one.id)], ["Decline", () => decline(this.api, one.id)]],
    }));
    this.phone.show({ asked: [...(this.approvals ?? []), ...waiting] });
  }

  async read() {
    const upTo = Math.max(0, ...this.phone.state.inbox.map((item) => item.number));
    await this.api.ask(asked.READ_ALL, { upTo });
    await this.refreshInbox();
  }

  /** Points for the other one of the two. */
  async send(points, other) {
    const friend = this.me.friends.nodes.find((one) => one.member.name === other.me.name);
    const input = { friendId: friend.id, points, memo: "From the demonstration" };
    await this.api.ask(asked.SEND, { input, key: key() });
    tell(`${this.me.name} sends ${points} to ${friend.member.name}.`);
  }

  /** What the screen shows to a till: a reward's code, or else a treat's. */
  async shown() {
    const waits = await this.wants.code();
    if (waits) return { text: waits.text, treat: false };
    const { code } = this.phone.state.moment ?? {};
    return code ? { text: code.number, treat: true } : null;
  }

  async code() {
    const { moment } = this.phone.state;
    const found = await this.api.ask(asked.CODE, { input: { momentId: moment.id } });
    const { number: digits, svg } = found.redemptionCode;
    const image = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
    this.phone.show({ moment: { ...moment, code: { number: digits, image } } });
  }
}

async function accept(api, id) {
  await api.ask(asked.ACCEPT, { input: { transferId: id }, key: key() }).catch(trouble);
}

async function decline(api, id) {
  await api.ask(asked.DECLINE, { input: { transferId: id }, key: key() }).catch(trouble);
}

function device(installation, platform, kind, member) {
  return { installation, platform, kind, appVersion: "1.0.0", locale: LOCALE, zone: member.zone };
}

/** Ada's watch: signed in by a code, with a token, pushes and a glance of its own. */
class Wrist {
  constructor(section, owner) {
    this.owner = owner;
    this.watch = new Watch(section);
  }

  async begin(setup, words) {
    const asks = { programme: setup.programme, platform: "IOS", locale: LOCALE };
    const token = await signIn(asks, (code) => this.#asks(code));
    this.api = new Api(token);
    this.glance = new Glance(token);
    this.watch.show({ code: null });
    await this.look();
    if (setup.pushes) await this.#register(setup.pushes, words);
    tell("The watch is signed in.");
  }

  #asks(code) {
    this.watch.show({ code });
    const { owner } = this;
    const approve = async () => {
      await owner.api.ask(asked.APPROVE, { code }).catch(trouble);
      owner.approvals = [];
      await owner.refreshQuestions();
    };
    owner.approvals = [{ text: `Is this your watch? ${code}`, answers: [["Yes, sign it in", approve]] }];
    owner.refreshQuestions().catch(trouble);
  }

  async #register(pushes, words) {
    const fid = await install(pushes, `${this.owner.handle}-watch`, { platform: "IOS", kind: "WATCH" });
    await this.api.ask(asked.REGISTER, { input: device(fid, "IOS", "WATCH", this.owner.me) });
    listen(pushes, fid, (push) => this.pushed(words.said(push)));
  }

  pushed(push) {
    tell(`Ada's watch: ${push.title} (haptic: ${push.haptic || "none"})`);
    const transfer = push.data.transfer;
    const one = push.category === "TRANSFER" && transfer;
    this.watch.pushed(push, one ? [["Accept", () => accept(this.api, transfer)]] : []);
    this.look().catch(trouble);
  }

  async look() {
    const glance = await this.glance?.look();
    if (!glance) return;
    const { points, unread, transfer, challenge, offer, next } = glance;
    const waits = transfer && `${transfer.from ?? "Somebody"} sends ${transfer.points}`;
    this.watch.show({
      glance: {
        balance: points,
        unread,
        challenge: challenge && { percent: challenge.percent, text: `${challenge.percent} % ${challenge.name}` },
        line: waits ?? offer?.title ?? next?.what,
      },
    });
  }
}

/** What the buttons do. A button is busy until it is done, and says what came of it. */
function wire(id, act) {
  const button = typeof id === "string" ? at(id) : id;
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    at("trouble").hidden = true;
    try {
      await act(button);
    } catch (error) {
      trouble(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

async function play(ada, button) {
  const name = button.dataset.play;
  const file = await (await fetch(`/demo/activities/${name}.fit`)).blob();
  const { uploadActivity } = await ada.api.upload(asked.UPLOAD, file, `${name}.fit`);
  tell(`${button.textContent}: the file is uploaded and being read.`);
  const { id } = uploadActivity.activity;
  for (let left = 40; left > 0; left -= 1) {
    await new Promise((done) => setTimeout(done, 250));
    const { node } = await ada.api.ask(asked.ACTIVITY, { id });
    if (node.state === "PROCESSING") continue;
    const why = node.reasons.length ? ` (${node.reasons.join(", ")})` : "";
    tell(`${button.textContent}: ${node.state}${why}.`);
    return;
  }
}

/** An activity under way, which may bring a bonus, and what is offered near its end. */
function moments(ada) {
  let session = null;
  const show = (moment) => ada.phone.show({
    moment: moment && { id: moment.id, title: moment.title, text: `${moment.body} At ${moment.outletName}.` },
  });
  const turned = (under) => {
    session = under;
    for (const id of ["begin", "begin-strength"]) at(id).disabled = Boolean(under);
    at("finish").disabled = !under;
  };
  const start = async (button) => {
    await ada.api.ask(asked.CONSENT);
    const input = { type: button.dataset.type, ...SHOP };
    const { session: under, bonus } = (await ada.api.ask(asked.START, { input, key: key() })).startActivity;
    turned(under);
    show(null);
    tell(`Ada's ${under.type.toLowerCase()} is under way${bonus ? `, with ${bonus.percent} % of its points` : ""}.`);
  };
  wire("begin", start);
  wire("begin-strength", start);
  wire("finish", async () => {
    const input = { sessionId: session.id, ...SHOP };
    const { moment } = (await ada.api.ask(asked.END, { input, key: key() })).endActivity;
    turned(null);
    show(moment);
    tell(moment ? `${moment.title}, at ${moment.outletName}.` : "It is over; nothing near fits it now.");
  });
  return ada.api.ask(asked.UNDER_WAY).then(({ viewer }) => {
    turned(viewer.activityUnderWay);
    show(viewer.moment);
  });
}

async function challenged(ada) {
  const { challenges } = await ada.api.ask(asked.CHALLENGES);
  const found = challenges.nodes.find((one) => one.name === CHALLENGE);
  if (!found) {
    at("challenge-name").textContent = "It is over, or not of this programme.";
    return;
  }
  at("challenge-name").textContent = `${found.name}: any run of 8 km or more completes it.`;
  const show = (part) => {
    at("join").disabled = Boolean(part);
    if (!part) return;
    const text = part.state === "COMPLETED" ? "completed" : part.progress.map((one) => one.text).join(", ");
    ada.phone.show({ challenge: { name: found.name, text, percent: part.percent, state: part.state } });
  };
  show(found.participation);
  wire("join", async () => {
    const answer = await ada.api.ask(asked.JOIN, { id: found.id, key: key() });
    tell(`Ada joins ${found.name}.`);
    show(answer.joinChallenge.participation);
  });
  ada.api.watch(asked.PROGRESSED, {}, (event) => {
    if (event.challenge?.id === found.id) show(event.participation);
  });
}

/** The shop's till; what it does is seen on the phone at once. */
async function tills(ada) {
  const till = new Till(at("till"), () => ada.shown());
  at("till").hidden = !(await till.open());
  ada.api.watch(asked.POINTS, {}, () => ada.wants.browse().catch(trouble));
}

function dark() {
  const root = document.documentElement;
  const button = at("theme");
  const set = (on) => {
    root.dataset.theme = on ? "dark" : "light";
    button.setAttribute("aria-pressed", String(on));
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  set(system.matches);
  system.addEventListener("change", (event) => set(event.matches));
  button.addEventListener("click", () => set(root.dataset.theme !== "dark"));
}

async function begin() {
  dark();
  const setup = await (await fetch("/demo/setup.json")).json();
  const words = await texts(LOCALE);
  const [first, second] = setup.people;
  const ada = new Person(first.handle, first.token, at("ada-phone"), "IOS");
  const bruno = new Person(second.handle, second.token, at("bruno-phone"), "ANDROID");
  const wrist = new Wrist(at("ada-watch"), ada);
  await Promise.all([ada.begin(setup, words), bruno.begin(setup, words)]);
  ada.changed = () => wrist.look().catch(trouble);
  if (!setup.pushes) tell("No stand-in of Firebase is running, so nothing is pushed here.");
  for (const button of document.querySelectorAll("[data-play]")) wire(button, () => play(ada, button));
  wire("ada-sends", () => ada.send(20, bruno));
  wire("bruno-sends", () => bruno.send(10, ada));
  await moments(ada);
  await challenged(ada);
  await tills(ada);
  document.body.dataset.ready = "true";
  await wrist.begin(setup, words);
}

begin().catch(trouble);
