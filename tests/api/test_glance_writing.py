"""Glance writing: whatever there is to tell, it is told in 256 bytes, what matters most first."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
from hypothesis import given
from hypothesis import strategies as st

from api.glance_writing import BYTES_MAX, ELLIPSIS, LEAST, content, cut, written
from domain.glances import BonusOffer, Change, Glance, Nearest, Next, Waiting

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MOMENTS = st.integers(0, 2**37).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
# Whatever a name may be, in all that letters take: escapes, two to four bytes, marks, joiners.
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from('"\\\u0301\u200d\ufe0f\U0001f3c3\u4e16'),
    ),
    min_size=1,
    max_size=60,
)
NUMBERS = st.integers(0, 2**53)
GLANCES = st.builds(
    Glance,
    points=NUMBERS,
    unread=NUMBERS,
    waiting=st.none()
    | st.builds(
        Waiting, st.uuids(), TEXTS, NUMBERS, st.integers(1, 10), returns_at=MOMENTS | st.none()
    ),
    nearest=st.none() | st.builds(Nearest, st.uuids(), TEXTS, st.integers(0, 100), MOMENTS),
    offer=st.none() | st.builds(BonusOffer, st.uuids(), TEXTS, MOMENTS),
    next=st.none() | st.builds(Next, st.sampled_from(Change), MOMENTS),
)


@given(glance=GLANCES, version=st.integers(1, 10**11 - 1))
def test_given_any_glance_when_written_then_it_is_json_of_256_bytes_with_what_matters_most(
    glance: Glance, version: int
) -> None:
    body = written(content(glance), version=version)

    told = orjson.loads(body)
    assert len(body) <= BYTES_MAX
    assert (told["v"], told["points"], told["unread"]) == (version, glance.points, glance.unread)
    there = {
        "transfer": glance.waiting,
        "offer": glance.offer,
        "challenge": glance.nearest,
        "next": glance.next,
    }
    assert not {name for name, one in there.items() if one is None} & told.keys()
    missing = [name for name in LEAST if there[name] is not None and name not in told]
    kept = [name for name in LEAST if name in told]
    # What was left out is all less than what was kept.
    assert [*missing, *kept] == sorted([*missing, *kept], key=LEAST.index)


@given(glance=GLANCES)
def test_given_the_same_glance_when_written_twice_then_it_is_the_same(glance: Glance) -> None:
    assert content(glance) == content(glance)


def test_given_usual_names_when_written_then_nothing_is_left_out() -> None:
    glance = Glance(
        12_340,
        3,
        Waiting(UUID(int=1), "Bob Smith", 30, 1, NOON),
        Nearest(UUID(int=2), "10,000 steps a day", 64, NOON),
        BonusOffer(UUID(int=3), "Cold drink after your run", NOON),
        Next(Change.OFFER_ENDS, NOON),
    )

    told = orjson.loads(content(glance))

    assert set(told) == {"points", "unread", "transfer", "offer", "challenge"}
    assert told["challenge"] == {"name": "10,000 steps a day", "percent": 64}
    assert told["offer"] == {"title": "Cold drink after your run", "until": 1780315200}


def test_given_nothing_but_points_when_written_then_there_is_nothing_else() -> None:
    assert written(content(Glance(0, 0)), version=1) == b'{"v":1,"points":0,"unread":0}'


@given(text=TEXTS, most=st.integers(2, 40))
def test_given_any_text_when_cut_then_it_is_short_enough_and_a_beginning(
    text: str, most: int
) -> None:
    told = cut(text, most=most)

    assert len(told) <= most
    assert told == text or (told.endswith(ELLIPSIS) and text.startswith(told[:-1]))


def test_given_a_letter_with_marks_when_cut_within_it_then_the_whole_letter_goes() -> None:
    assert cut("abcde\u0301fgh", most=6) == "abcd" + ELLIPSIS
    assert cut("abc\U0001f469\u200d\U0001f680xyz", most=5) == "abc" + ELLIPSIS
