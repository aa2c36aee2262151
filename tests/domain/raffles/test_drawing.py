"""Drawing: who wins follows from what was promised, evenly, and anybody finds the same."""

import hashlib
import hmac
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import raffles
from domain.raffles import BadEvidence, DrawIsWrong, Evidence
from tests.domain.raffles.making import SEED, fair

DIGEST = hashlib.sha256(b"tickets").digest()
seeds = st.binary(min_size=32, max_size=32)


def number(seed: bytes, draw: int, value: bytes = b"") -> int:
    """What the rule says draw number `draw` is, in other words."""
    said = DIGEST + hashlib.sha256(value).digest() + draw.to_bytes(8, "big")
    return int(hmac.new(seed, said, hashlib.sha256).hexdigest(), 16)


@given(seed=seeds, entries=st.integers(0, 50), count=st.integers(0, 60))
def test_no_ticket_wins_twice_and_none_is_left_without_while_there_are_prizes(
    seed: bytes, entries: int, count: int
) -> None:
    won = raffles.drawn(seed, digest=DIGEST, value=None, entries=entries, count=count)

    assert len(won) == len(set(won)) == min(entries, count)
    assert all(0 <= place < entries for place in won)


def test_a_draw_is_the_remainder_of_the_keyed_hash() -> None:
    won = raffles.drawn(SEED, digest=DIGEST, value="7", entries=1_000, count=3)

    assert list(won) == [number(SEED, draw, b"7") % 1_000 for draw in range(3)]


def test_a_number_that_would_favour_the_first_tickets_is_passed_over() -> None:
    # Of that many tickets, nearly every second number is not below their greatest multiple.
    entries = (1 << 255) + 1

    won = raffles.drawn(SEED, digest=DIGEST, value=None, entries=entries, count=8)

    fair = [one for draw in range(64) if (one := number(SEED, draw)) < entries]
    assert list(won) == fair[:8]
    assert fair[:8] != [number(SEED, draw) for draw in range(8)]


def test_every_ticket_wins_about_as_often() -> None:
    won = Counter(
        raffles.drawn(bytes([n % 256, n // 256] * 16), digest=DIGEST, value=None, **one)[0]
        for n in range(4_000)
        for one in ({"entries": 5, "count": 1},)
    )

    # Chi-squared of four degrees: 18.5 comes by chance once in a thousand; the seeds are fixed.
    assert sum((won[place] - 800) ** 2 / 800 for place in range(5)) < 18.5


def test_the_list_of_tickets_is_lines_of_number_and_id() -> None:
    id = UUID("019a2b3c-0000-7000-8000-000000000001")

    found = raffles.digest([(1, id), (3, id)])

    lines = b"1 019a2b3c-0000-7000-8000-000000000001\n3 019a2b3c-0000-7000-8000-000000000001\n"
    assert found == hashlib.sha256(lines).digest()


@pytest.mark.parametrize("value", ["2345.67", None])
def test_a_fair_draw_is_found_fair_also_out_of_a_file(value: str | None) -> None:
    told = raffles.read_evidence(raffles.write_evidence(fair(value=value)))

    raffles.check(told)

    assert told == fair(value=value)


RECIPE = re.compile(r"### Check a draw yourself.*?```python\n(.*?)```", re.DOTALL)
DOCS = Path(__file__).parents[3] / "docs" / "rewards.md"


@pytest.mark.parametrize("told", [fair(), fair(value=None), fair(tickets=0)])
def test_the_ten_lines_of_the_documentation_find_a_fair_draw_fair_and_another_one_out(
    told: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = RECIPE.findall(DOCS.read_text())
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "raffle.json"

    file.write_bytes(raffles.write_evidence(told))
    exec(found, {})

    assert sum(bool(line) for line in found.splitlines()) == 10
    for lie in (replace(told, winners=[99]), replace(told, commitment=bytes(32))):
        file.write_bytes(raffles.write_evidence(lie))
        with pytest.raises(AssertionError):
            exec(found, {})


SOUND = fair()
MISSING = {number: id for number, id in SOUND.entries.items() if number != 1}
SWAPPED = {**SOUND.entries, 1: SOUND.entries[2], 2: SOUND.entries[1]}


@pytest.mark.parametrize(
    ("told", "flaw"),
    [
        (replace(SOUND, seed=bytes(32)), "SEED"),
        (replace(SOUND, commitment=bytes(32)), "SEED"),
        (replace(SOUND, entries=MISSING), "TICKETS"),
        (replace(SOUND, entries=SWAPPED), "TICKETS"),
        (replace(SOUND, value="2345.68"), "WINNERS"),
        (replace(SOUND, value=None), "WINNERS"),
        (replace(SOUND, prizes=4), "WINNERS"),
        (replace(SOUND, winners=SOUND.winners[::-1]), "WINNERS"),
        (replace(SOUND, winners=[*SOUND.winners[:2], 1]), "WINNERS"),
    ],
)
def test_a_draw_that_does_not_follow_from_its_promise_is_found_out(
    told: Evidence, flaw: str
) -> None:
    with pytest.raises(DrawIsWrong) as found:
        raffles.check(told)

    assert found.value.flaw == flaw


FILE = raffles.write_evidence(SOUND)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        FILE[: len(FILE) // 2],
        FILE.replace(b"laurel-raffle-1", b"laurel-raffle-2"),
        FILE.replace(b'"seed"', b'"seat"'),
        FILE.replace(SOUND.seed.hex().encode(), b"zz"),
        FILE.replace(b'"prizes":3', b'"prizes":-3'),
        FILE.replace(b'"prizes":3', b'"prizes":"3"'),
        FILE.replace(b'"value":"2345.67"', b'"value":2345.67'),
        FILE.replace(b"[1,", b"[2,"),
        FILE.replace(b'"tickets":[', b'"tickets":[7,'),
    ],
    ids=range(13),
)
def test_what_is_no_evidence_is_refused(content: bytes) -> None:
    assert content != FILE
    with pytest.raises(BadEvidence):
        raffles.read_evidence(content)
