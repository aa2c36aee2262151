// The glance: all that a watch face shows, in 256 bytes, asked for again by its ETag.

/** Asks for the glance of one signed-in watch; what has not changed is not sent again. */
export class Glance {
  #token;
  #tag = "";

  constructor(token) {
    this.#token = token;
  }

  /** What is on the face now; null: what was there still is. */
  async look() {
    const headers = { authorization: `Bearer ${this.#token}`, "if-none-match": this.#tag };
    const answer = await fetch("/glance", { headers, cache: "no-store" });
    if (answer.status === 304) return null;
    if (!answer.ok) throw new Error(`The glance was refused: ${answer.status}.`);
    this.#tag = answer.headers.get("etag") ?? "";
    return answer.json();
  }
}
