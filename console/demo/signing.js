// The watch signs in by a code that its member approves on the phone (the shape of RFC 8628).

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** A refusal as RFC 8628 and RFC 6749 shape it. */
class Pending extends Error {}

/**
 * Sign a watch in: `shown` is told the code to show, and the promise holds the watch's own token
 * once the member has approved it.
 */
export async function signIn({ programme, platform, locale }, shown) {
  const asked = { client_id: programme, kind: "WATCH", platform, app_version: "1.0.0", locale, name: "Demo watch" };
  const { device_code, user_code, interval } = await post("/device/code", asked);
  shown(user_code);
  for (let pause = interval; ; ) {
    await new Promise((done) => setTimeout(done, pause * 1000));
    try {
      const said = { grant_type: GRANT, device_code, client_id: programme };
      return (await post("/device/token", said)).access_token;
    } catch (error) {
      if (!(error instanceof Pending)) throw error;
      if (error.message === "slow_down") pause += 5;
    }
  }
}

async function post(path, fields) {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
  const said = await answer.json();
  if (answer.ok) return said;
  if (said.error === "authorization_pending" || said.error === "slow_down") throw new Pending(said.error);
  throw new Error(`The watch could not sign in: ${said.error_description ?? said.error}`);
}
