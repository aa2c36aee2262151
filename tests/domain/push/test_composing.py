"""Composing: every push fits every budget, whatever names are in it, and feels as its kind does."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from domain import push
from domain.devices import DeviceKind, Platform, Target
from domain.push import Due, Kind
from domain.push.composing import shortened
from domain.wording import KEYS
from infra import ids
from infra.push import BadMessage
from infra.push.building import build
from tests.support.given import NOON

MEMBER = UUID("0193d5a0-0000-7000-8000-000000000001")
TARGET = "cY7k0_Qq3Qk9mZ1vXo2b3A"
KINDS = [kind for kind in Kind if kind is not Kind.LIVE]
# Letters of every width, quotes and backslashes, which JSON writes as two.
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


def a_due(
    kind: Kind,
    *,
    key: str = "transfers.offered",
    device: DeviceKind = DeviceKind.PHONE,
    platform: Platform = Platform.IOS,
    **content: object,
) -> Due:
    return Due(
        programme=1,
        id=ids.derived(NOON, "push"),
        kind=kind,
        template=key,
        label=None,
        content={"key": key, **content},
        expires_at=NOON + timedelta(minutes=30),
        attempts=1,
        alone=True,
        target=Target(ids.derived(NOON, "device"), 1, MEMBER, TARGET, platform, device, "en"),
    )


@over(
    kind=st.sampled_from(KINDS),
    key=st.sampled_from(sorted(KEYS)),
    device=st.sampled_from([DeviceKind.PHONE, DeviceKind.WATCH]),
    platform=st.sampled_from(Platform),
    args=st.lists(TEXTS, max_size=4),
    data=st.dictionaries(st.sampled_from(["transfer", "challenge"]), st.text("VA1b", max_size=54)),
    collapse=st.none() | st.just("f" * 64),
)
def test_a_push_fits_every_budget_whatever_is_in_it(
    kind, key, device, platform, args, data, collapse
) -> None:
    due = a_due(
        kind, key=key, device=device, platform=platform, args=args, data=data, collapse=collapse
    )

    built = build(push.compose(due, at=NOON), at=NOON)

    assert len(built.body) <= 1_024


@over(title=TEXTS, body=st.text(max_size=600), platform=st.sampled_from(Platform))
def test_literal_words_are_cut_to_fit(title: str, body: str, platform: Platform) -> None:
    due = a_due(Kind.NEWS, key="news", platform=platform, title=title, body=body or "x")

    built = build(push.compose(due, at=NOON), at=NOON)

    assert len(built.body) <= 1_024


@pytest.mark.parametrize(
    ("kind", "level", "priority", "sound"),
    [
        (Kind.POINTS_EARNED, "passive", "5", None),
        (Kind.TRANSFER_RECEIVED, "active", "10", "default"),
        (Kind.CHALLENGE_NEAR, "active", "10", "default"),
        (Kind.BONUS_OFFER, "time-sensitive", "10", "default"),
        (Kind.BADGE_UNLOCKED, "passive", "5", None),
        (Kind.NEWS, "active", "5", "default"),
    ],
)
def test_a_kind_feels_on_an_iphone_as_the_design_says(kind, level, priority, sound) -> None:
    due = a_due(kind, args=["Ada", "20"])

    said = orjson.loads(build(push.compose(due, at=NOON), at=NOON).body)["message"]

    aps = said["apns"]["payload"]["aps"]
    assert aps["interruption-level"] == level
    assert said["apns"]["headers"]["apns-priority"] == priority
    assert aps.get("sound") == sound


def test_phone_and_watch_say_one_event_by_one_id_and_only_the_watch_is_felt() -> None:
    pushes = [
        a_due(Kind.BONUS_OFFER, device=device, args=["Ada", "20"], collapse="of-91")
        for device in (DeviceKind.PHONE, DeviceKind.WATCH)
    ]

    phone, watch = (
        orjson.loads(build(push.compose(due, at=NOON), at=NOON).body)["message"] for due in pushes
    )

    assert phone["data"]["id"] == watch["data"]["id"] == str(pushes[0].id)
    assert phone["apns"]["headers"]["apns-collapse-id"] == "of-91"
    assert watch["apns"]["headers"]["apns-collapse-id"] == "of-91"
    assert (phone["data"].get("h"), watch["data"]["h"]) == (None, "success")


@pytest.mark.parametrize(
    ("key", "category"), [("transfers.offered", "TRANSFER"), ("transfers.received", None)]
)
def test_only_what_can_be_accepted_asks_for_it(key: str, category: str | None) -> None:
    due = a_due(Kind.TRANSFER_RECEIVED, key=key, args=["Ada", "20"])

    assert push.compose(due, at=NOON).category == category


def test_words_of_a_newer_version_are_bad_and_harm_nothing_else() -> None:
    with pytest.raises(BadMessage, match="key"):
        push.compose(a_due(Kind.POINTS_EARNED, key="points.invented"), at=NOON)


def test_a_live_activity_is_told_its_state_and_its_end() -> None:
    live = {
        "token": "ab" * 32,
        "challenge": str(MEMBER),
        "state": {"percent": 100, "left": "0 m"},
        "at": NOON.isoformat(),
        "ends": True,
    }

    said = orjson.loads(build(push.compose(a_due(Kind.LIVE, live=live), at=NOON), at=NOON).body)[
        "message"
    ]

    assert said["apns"]["live_activity_token"] == "ab" * 32
    assert said["apns"]["payload"]["aps"]["event"] == "end"
    assert said["apns"]["payload"]["aps"]["content-state"]["percent"] == 100


def test_the_longest_text_is_cut_first() -> None:
    assert shortened(["Ada", "x" * 40], room=30) == ["Ada", "x" * 18 + "…"]
    assert shortened(["Ada", "20"], room=30) == ["Ada", "20"]
