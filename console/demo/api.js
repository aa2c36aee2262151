// The public API, as any app would use it: GraphQL over HTTP, and over one WebSocket for what is live.

const HTTP = "/graphql";
const SOCKET = HTTP.replace(/^/, location.origin.replace(/^http/, "ws"));
const RETRY_MS = 1000;

/** A refusal of the API: `code` as the schema names it. */
export class Refused extends Error {
  constructor(code, message) {
    super(message || code);
    this.code = code;
  }
}

/** An idempotency key: a UUIDv7 (RFC 9562), which the phone makes itself. */
export function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | BigInt((bytes[6] << 8) | bytes[7]));
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** What one signed-in device may ask. */
export class Api {
  #token;
  #socket = null;
  #watches = new Map();
  #number = 0;

  constructor(token) {
    this.#token = token;
  }

  get authorization() {
    return { authorization: `Bearer ${this.#token}` };
  }

  /** The `data` of an answer. Throws Refused for errors, and for a refusal in a mutation's union. */
  async ask(query, variables = {}) {
    const answer = await fetch(HTTP, {
      method: "POST",
      headers: { ...this.authorization, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return this.#data(await answer.json());
  }

  /** Upload one recorded file. */
  async upload(query, file, name) {
    const form = new FormData();
    form.set("operations", JSON.stringify({ query, variables: { file: null } }));
    form.set("map", JSON.stringify({ 0: ["variables.file"] }));
    form.set("0", file, name);
    const answer = await fetch(HTTP, { method: "POST", headers: this.authorization, body: form });
    return this.#data(await answer.json());
  }

  #data({ data, errors }) {
    if (errors?.length) throw new Refused(errors[0].extensions?.code, errors[0].message);
    for (const answer of Object.values(data)) {
      if (answer?.code && answer?.message) throw new Refused(answer.code, answer.message);
    }
    return data;
  }

  /**
   * Follow a subscription for as long as the page lives. After a lost connection it goes on from
   * the last cursor, so nothing is missed and nothing comes twice.
   */
  watch(query, variables, told) {
    const id = String(++this.#number);
    this.#watches.set(id, { query, variables, told, after: null });
    if (!this.#socket) this.#open();
    else if (this.#socket.ready) this.#subscribe(id);
  }

  #open() {
    const socket = new WebSocket(SOCKET, "graphql-transport-ws");
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init", payload: this.authorization }));
    socket.onmessage = ({ data }) => this.#heard(socket, JSON.parse(data));
    socket.onclose = () => setTimeout(() => this.#open(), RETRY_MS);
  }

  #heard(socket, message) {
    if (message.type === "connection_ack") {
      socket.ready = true;
      for (const id of this.#watches.keys()) this.#subscribe(id);
    } else if (message.type === "ping") {
      socket.send(JSON.stringify({ type: "pong" }));
    } else if (message.type === "next") {
      const watch = this.#watches.get(message.id);
      const event = message.payload.data && Object.values(message.payload.data)[0];
      if (!watch || !event) return;
      watch.after = event.cursor ?? watch.after;
      watch.told(event);
    }
  }

  #subscribe(id) {
    const { query, variables, after } = this.#watches.get(id);
    const payload = { query, variables: { ...variables, after } };
    this.#socket.send(JSON.stringify({ type: "subscribe", id, payload }));
  }
}
