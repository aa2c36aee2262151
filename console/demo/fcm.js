// An app instance at the FCM stand-in: what Firebase would have delivered to this device.

/**
 * The Firebase Installation ID of an app on a device that the stand-in plays: the one that this
 * browser has under that name, or a new one where it has none, or the stand-in was started anew.
 */
export async function install(pushes, name, { platform, kind }) {
  const kept = localStorage.getItem(name);
  if (kept && (await fetch(`${pushes}/apps/${encodeURIComponent(kept)}`)).ok) return kept;
  const answer = await fetch(`${pushes}/apps`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ platform: platform.toLowerCase(), kind: kind.toLowerCase() }),
  });
  if (!answer.ok) throw new Error(`The stand-in of Firebase answered ${answer.status}.`);
  const { fid } = await answer.json();
  localStorage.setItem(name, fid);
  return fid;
}

/** Tell each message that is delivered to the installation, from now on; reconnects by itself. */
export function listen(pushes, fid, told) {
  const stream = new EventSource(`${pushes}/deliveries/stream?fid=${encodeURIComponent(fid)}`);
  const seen = new Set();
  stream.addEventListener("delivery", ({ data }) => {
    const push = read(JSON.parse(data).message);
    // A push may come twice; the event it tells of has one id, so a device shows it once.
    if (push.id && seen.has(push.id)) return;
    seen.add(push.id);
    told(push);
  });
}

/** What the device shows of a message of FCM's HTTP v1 API, whichever platform it is for. */
function read(message) {
  const aps = message.apns?.payload?.aps ?? {};
  const android = message.android?.notification ?? {};
  const alert = typeof aps.alert === "object" ? aps.alert : { body: aps.alert };
  return {
    id: message.data?.id,
    kind: message.data?.t ?? "",
    data: message.data ?? {},
    titleKey: alert["title-loc-key"] ?? android.title_loc_key,
    bodyKey: alert["loc-key"] ?? android.body_loc_key,
    args: alert["loc-args"] ?? android.body_loc_args ?? [],
    title: alert.title ?? android.title ?? message.notification?.title,
    body: alert.body ?? android.body ?? message.notification?.body,
    level: aps["interruption-level"] ?? (message.android?.priority?.toLowerCase() === "high" ? "high priority" : "normal priority"),
    category: aps.category ?? android.click_action ?? "",
    haptic: message.data?.h ?? message.data?.haptic ?? "",
  };
}
