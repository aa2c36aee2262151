"""Classifying: what each answer means, whoever it is about, and how long to wait for the next."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.push import Outcome
from infra.push.classifying import (
    RETRY_AFTER_SECONDS_MAX,
    Verdict,
    classified,
    unanswered,
    wait_s,
)
from tests.infra.push import answers
from tests.infra.push.messages import NOON

ROWS = {
    "taken": (answers.TAKEN, Outcome.SENT),
    "unregistered": (answers.UNREGISTERED, Outcome.GONE),
    "a wrong address of ours": (answers.WRONG_ADDRESS, Outcome.LATER),
    "another sender's": (answers.MISMATCH, Outcome.MISMATCHED),
    "a right that we lack": (answers.NO_RIGHT, Outcome.LATER),
    "an argument": (answers.INVALID, Outcome.BAD_MESSAGE),
    "a field": (answers.INVALID_TTL, Outcome.BAD_MESSAGE),
    "the target": (answers.INVALID_TARGET, Outcome.BAD_TARGET),
    "the target's field": (answers.INVALID_FID, Outcome.BAD_TARGET),
    "the target's field and another": (answers.INVALID_BOTH, Outcome.BAD_MESSAGE),
    "too long": ((413, b""), Outcome.BAD_MESSAGE),
    "our token": (answers.UNAUTHENTICATED, Outcome.LATER),
    "our key at Apple": (answers.THIRD_PARTY, Outcome.APPLE_PAUSED),
    "the project's quota": (answers.QUOTA, Outcome.THROTTLED),
    "a device's quota": (answers.QUOTA_DEVICE, Outcome.DEVICE_THROTTLED),
    "unavailable": (answers.UNAVAILABLE, Outcome.LATER),
    "internal": (answers.INTERNAL, Outcome.LATER),
    "a gateway's page": ((502, b"<html>Bad gateway</html>"), Outcome.LATER),
    "a page that is no answer": ((200, b"<html>Please sign in</html>"), Outcome.LATER),
    "a redirection": ((302, b""), Outcome.LATER),
    "details that are none": ((400, b'{"error":{"details":[1,{"@type":7}]}}'), Outcome.BAD_MESSAGE),
    "an error that is none": ((404, b'{"error":"gone"}'), Outcome.LATER),
}


@pytest.mark.parametrize(("answer", "outcome"), ROWS.values(), ids=ROWS)
def test_each_answer_means_one_thing(answer: tuple[int, bytes], outcome: Outcome) -> None:
    status, body = answer

    verdict = classified(status, body, retry_after=None, at=NOON)

    assert verdict.outcome is outcome
    assert verdict.refused_token == (answer is answers.UNAUTHENTICATED)
    assert (verdict.name is not None) == (outcome is Outcome.SENT)


def test_a_verdict_says_what_firebase_said() -> None:
    verdict = classified(*answers.UNREGISTERED, retry_after=None, at=NOON)

    assert verdict.error == "404 UNREGISTERED It said no."


RETRY_AFTER = {
    "seconds": ("120", 120.0),
    "seconds with space": (" 2 ", 2.0),
    "none": ("0", 0.0),
    "a date": (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90.0),
    "a date that is over": (format_datetime(NOON - timedelta(hours=1), usegmt=True), 0.0),
    "for ever": ("9" * 400, RETRY_AFTER_SECONDS_MAX),
    "nothing of sense": ("soon", None),
    "less than nothing": ("-5", None),
    "half": ("1.5", None),
    "no header": (None, None),
}


@pytest.mark.parametrize(("header", "seconds"), RETRY_AFTER.values(), ids=RETRY_AFTER)
def test_the_header_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    verdict = classified(*answers.QUOTA, retry_after=header, at=NOON)

    assert verdict.retry_after_s == seconds


def test_googles_own_word_for_it_counts_where_there_is_no_header() -> None:
    alone = classified(*answers.QUOTA_INFO, retry_after=None, at=NOON)
    both = classified(*answers.QUOTA_INFO, retry_after="9", at=NOON)

    assert (alone.retry_after_s, both.retry_after_s) == (3.5, 9.0)


def test_without_an_answer_it_may_have_arrived() -> None:
    assert unanswered(TimeoutError()) == Verdict(Outcome.LATER, error="TimeoutError")


@pytest.mark.parametrize(
    ("outcome", "least"),
    [(Outcome.LATER, 10.0), (Outcome.THROTTLED, 60.0), (Outcome.DEVICE_THROTTLED, 60.0)],
)
@given(attempt=st.integers(1, 400))
def test_each_try_waits_twice_as_long_as_the_one_before(
    outcome: Outcome, least: float, attempt: int
) -> None:
    waited = wait_s(Verdict(outcome), attempt=attempt)

    doubled = min(least * 2.0 ** (attempt - 1), 3_600.0)
    assert doubled <= waited <= 1.5 * doubled


@given(seconds=st.floats(0, RETRY_AFTER_SECONDS_MAX), attempt=st.integers(1, 20))
def test_nobody_comes_back_sooner_than_was_asked(seconds: float, attempt: int) -> None:
    verdict = Verdict(Outcome.THROTTLED, retry_after_s=seconds)

    assert seconds <= wait_s(verdict, attempt=attempt) <= 1.1 * seconds + 0.1


def test_those_who_failed_together_do_not_come_back_together() -> None:
    waits = {wait_s(Verdict(Outcome.LATER), attempt=1) for _ in range(20)}

    assert len(waits) == 20


@given(status=st.integers(100, 599), body=st.binary(max_size=80), header=st.text(max_size=20))
def test_whatever_is_said_there_is_a_verdict(status: int, body: bytes, header: str) -> None:
    verdict = classified(status, body, retry_after=header, at=NOON)

    assert verdict.outcome is not Outcome.SENT
    assert verdict.retry_after_s is None or verdict.retry_after_s >= 0
