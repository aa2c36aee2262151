"""Composing: what one push says to one device, as a message that fits every budget.

Words that are too long for a notification are cut: the inbox has them whole.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from domain.devices import DeviceKind
from domain.push.profiles import CATEGORIES, PROFILES
from domain.push.records import Due, Kind
from domain.wording import KEYS
from infra.push import BadMessage, LiveUpdate, Message, Platform

# Of what Apple delivers, 512 bytes, this much is left for the app's data and the words. The rest
# are ids and names of ours; the property test looks at every kind.
ROOM_BYTES = 232
# What a cut-off word is worth; it must fit however long its neighbours are.
LEAST_BYTES = 12
CUT: Final = "…"
# Apple: an activity that was told nothing for so long says that it may be out of date.
STALE = timedelta(minutes=30)


def compose(due: Due, *, at: datetime) -> Message:
    """The message for `due` as it is sent at `at`; pure. Raises BadMessage for a key that is none
    of ours, such as one of a newer version."""
    profile = PROFILES[due.kind]
    said = due.content
    data = _data(due)
    shared: dict[str, Any] = {
        "id": str(due.id),
        "target": due.target.installation,
        "platform": Platform(due.target.platform),
        "template": due.template,
        "ttl_s": max(int((due.expires_at - at).total_seconds()), 0),
        "priority": profile.priority,
        "level": profile.level,
        "relevance": profile.relevance,
        "label": due.label or due.kind.replace(".", "_"),
    }
    if due.kind is Kind.LIVE:
        return Message(**shared, live=_live(said["live"]))
    return Message(
        **shared,
        **_words(said, ROOM_BYTES - _size(data)),
        data=data,
        collapse=said.get("collapse"),
        thread=profile.thread,
        category=CATEGORIES.get(said["key"], profile.category),
        sound=profile.sound,
        channel=profile.channel,
        alone=due.alone,
    )


def shortened(texts: Sequence[str], *, room: int) -> list[str]:
    """The texts, the longest of them cut until all together are `room` bytes of JSON at most.

    Where there is no room at all, texts of a few letters are left.
    """
    left = list(texts)
    while (over := sum(map(_written, left)) - room) > 0:
        place = max(range(len(left)), key=lambda each: _written(left[each]))
        size = _written(left[place])
        if size <= LEAST_BYTES:
            break
        left[place] = _cut(left[place], max(size - over, LEAST_BYTES))
    return left


def _words(said: Mapping[str, Any], room: int) -> dict[str, Any]:
    """Either the words themselves or their keys, which the device knows."""
    if (title := said.get("title")) or said.get("body"):
        short = _both(title or "", said.get("body") or "", room)
        return {"title": short[0] or None, "body": short[1] or None}
    key = KEYS.get(said["key"])
    if key is None:
        raise BadMessage("key", f"nothing is said under {said['key']}")
    args = shortened(said.get("args", ()), room=room)
    return {"title_key": key.title_key, "body_key": key.body_key, "body_args": args}


def _both(title: str, body: str, room: int) -> list[str]:
    """The title has a third of the room when the body needs the rest."""
    head = shortened([title], room=max(room // 3, room - _written(body)))[0]
    return [head, *shortened([body], room=room - _written(head))]


def _data(due: Due) -> dict[str, str]:
    """`t` is the kind, `h` what the watch's haptic is; the rest is the order's."""
    data = {"t": due.kind.value, **due.content.get("data", {})}
    if due.target.kind is DeviceKind.WATCH:
        data["h"] = PROFILES[due.kind].haptic
    return data


def _live(said: Mapping[str, Any]) -> LiveUpdate:
    since = datetime.fromisoformat(said["at"])
    return LiveUpdate(
        token=said["token"],
        state=said["state"],
        at=since,
        stale_at=None if said["ends"] else since + STALE,
        ends=said["ends"],
    )


def _cut(text: str, size: int) -> str:
    """As much of the text as is `size` bytes of JSON with the dots behind it."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if _written(text[:middle] + CUT) <= size:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + CUT


def _written(text: str) -> int:
    """How long it is as JSON, with its comma."""
    return len(orjson.dumps(text)) + 1


def _size(data: Mapping[str, str]) -> int:
    return len(orjson.dumps(data))
