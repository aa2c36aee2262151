"""Answering: what is done on each answer of Firebase, by both ways to it. One test for a row."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from fcm_standin import Served
from fcm_standin.ruling import Rule, What
from infra.push import Outcome, Platform
from tests.infra.push.messages import EVENT, TRANSFER
from tests.infra.push.ways import a_push, a_target, arrived, unchecked, way

BOTH = pytest.mark.parametrize("kind", ["http", "library"])


@BOTH
async def test_given_a_device_when_it_is_sent_then_it_is_there_once(
    served: Served, kind: str
) -> None:
    push = a_push(TRANSFER)

    async with way(served, kind) as to:
        answer = await to.send(push)

    assert (answer.outcome, answer.sends, answer.retry_after_s) == (Outcome.SENT, 1, None)
    assert answer.name is not None
    assert [one["id"] for one in arrived(served, push.target)] == [EVENT]


@BOTH
async def test_given_an_app_that_was_removed_when_it_is_sent_then_the_target_is_gone(
    served: Served, kind: str
) -> None:
    app = served.standin.apps.install()
    app.installed = False

    async with way(served, kind) as to:
        answer = await to.send(a_push(target=app.fid))

    assert (answer.outcome, answer.sends, answer.retry_after_s) == (Outcome.GONE, 1, None)


@BOTH
async def test_given_a_bad_target_when_the_template_was_taken_before_then_only_the_target_is_wrong(
    served: Served, kind: str
) -> None:
    bad = a_target()
    served.standin.rules.add(Rule(answer=What.BAD_TARGET, fid=bad))

    async with way(served, kind) as to:
        first = await to.send(a_push(target=bad))
        await to.send(a_push())
        second = await to.send(a_push(target=bad))
        of_another = await to.send(a_push(target=bad, template="untried"))

    assert {first.outcome, second.outcome, of_another.outcome} == {Outcome.BAD_TARGET}
    assert [one.known_good for one in (first, second, of_another)] == [False, True, False]


@BOTH
async def test_given_a_field_that_is_refused_when_it_is_sent_then_its_template_is_named(
    served: Served, kind: str
) -> None:
    push = unchecked(data={"from": "Ada"})

    async with way(served, kind) as to:
        answer = await to.send(push)

    assert (answer.outcome, answer.template) == (Outcome.BAD_MESSAGE, "unchecked")
    assert (answer.sends, answer.retry_after_s) == (1, None)
    assert answer.error is not None
    assert "INVALID_ARGUMENT" in answer.error


@BOTH
async def test_given_another_senders_device_when_it_is_sent_then_it_is_a_mismatch(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.SENDER_ID_MISMATCH))

    async with way(served, kind) as to:
        answer = await to.send(a_push())

    assert (answer.outcome, answer.sends, answer.retry_after_s) == (Outcome.MISMATCHED, 1, None)


@BOTH
async def test_given_a_token_that_was_revoked_when_many_are_sent_then_one_is_fetched_for_all(
    served: Served, kind: str
) -> None:
    async with way(served, kind) as to:
        await to.send(a_push())
        served.standin.tokens.revoke()
        fetched = served.standin.tokens.fetches

        answers = await asyncio.gather(*(to.send(a_push()) for _ in range(8)))

    assert {one.outcome for one in answers} == {Outcome.SENT}
    assert served.standin.tokens.fetches - fetched == 1


@BOTH
async def test_given_a_token_that_is_never_believed_when_it_is_sent_then_it_is_tried_later(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.UNAUTHENTICATED))
    asked = served.standin.sends.requests

    async with way(served, kind) as to:
        answer = await to.send(a_push())

    assert answer.outcome is Outcome.LATER
    assert answer.retry_after_s is not None
    assert answer.retry_after_s >= 10
    assert served.standin.sends.requests - asked <= 3


@BOTH
async def test_given_our_key_at_apple_is_refused_when_more_are_sent_then_only_apples_wait(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.THIRD_PARTY_AUTH_ERROR, next=3))

    async with way(served, kind) as to:
        refused = await to.send(a_push(platform=Platform.IOS))
        served.standin.rules.replace([])
        kept = await to.send(a_push(platform=Platform.IOS))
        android = await to.send(a_push())
        paused = REGISTRY.get_sample_value("laurel_fcm_paused", {"of": "IOS"})

    assert (refused.outcome, kept.outcome) == (Outcome.APPLE_PAUSED, Outcome.APPLE_PAUSED)
    assert (refused.sends, kept.sends, android.outcome) == (1, 0, Outcome.SENT)
    assert all((one.retry_after_s or 0) > 280 for one in (refused, kept))
    assert paused == 1


@BOTH
async def test_given_the_quota_is_used_up_when_more_are_sent_then_all_wait_as_long_as_was_said(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.QUOTA_EXCEEDED, retry_after_s=90, next=1))

    async with way(served, kind) as to:
        refused = await to.send(a_push())
        asked = served.standin.sends.requests
        kept = await asyncio.gather(*(to.send(a_push()) for _ in range(20)))

    assert (refused.outcome, refused.sends) == (Outcome.THROTTLED, 1)
    assert {(one.outcome, one.sends) for one in kept} == {(Outcome.THROTTLED, 0)}
    assert all(89 < (one.retry_after_s or 0) < 100 for one in (refused, *kept))
    assert served.standin.sends.requests == asked


@BOTH
async def test_given_the_quota_is_used_up_when_the_time_is_over_then_they_go_again(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.QUOTA_EXCEEDED, retry_after_s=1, next=1))
    early = served.standin.sends.early

    async with way(served, kind) as to:
        push = a_push()
        refused = await to.send(push)
        await asyncio.sleep(refused.retry_after_s or 0)
        answer = await to.send(push, attempt=2)

    assert answer.outcome is Outcome.SENT
    assert served.standin.sends.early == early


@BOTH
async def test_given_no_word_on_how_long_when_the_quota_is_used_up_then_it_is_a_minute(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.QUOTA_EXCEEDED, next=1))

    async with way(served, kind) as to:
        refused = await to.send(a_push())
        kept = await to.send(a_push())

    assert refused.outcome is Outcome.THROTTLED
    assert 60 <= (refused.retry_after_s or 0) <= 90
    assert (kept.sends, (kept.retry_after_s or 0) > 59) == (0, True)


@BOTH
async def test_given_one_device_has_had_enough_when_more_are_sent_then_only_it_waits(
    served: Served, kind: str
) -> None:
    busy = a_target()
    served.standin.rules.add(
        Rule(answer=What.DEVICE_QUOTA_EXCEEDED, fid=busy, retry_after_s=30, next=1)
    )

    async with way(served, kind) as to:
        refused = await to.send(a_push(target=busy))
        kept = await to.send(a_push(target=busy))
        another = await to.send(a_push())

    assert (refused.outcome, refused.sends) == (Outcome.DEVICE_THROTTLED, 1)
    assert (kept.outcome, kept.sends) == (Outcome.DEVICE_THROTTLED, 0)
    assert all(29 < (one.retry_after_s or 0) < 34 for one in (refused, kept))
    assert another.outcome is Outcome.SENT


@BOTH
@pytest.mark.parametrize("answer", [What.UNAVAILABLE, What.INTERNAL])
async def test_given_firebase_is_ill_when_it_says_how_long_then_that_is_heeded(
    served: Served, kind: str, answer: What
) -> None:
    served.standin.rules.add(Rule(answer=answer, retry_after_s=7, next=1))

    async with way(served, kind) as to:
        told = await to.send(a_push())
        others = await to.send(a_push())

    assert (told.outcome, told.sends, others.outcome) == (Outcome.LATER, 1, Outcome.SENT)
    assert 7 <= (told.retry_after_s or 0) <= 8


@BOTH
@pytest.mark.parametrize(
    "answer", [What.UNAVAILABLE, What.INTERNAL, What.BAD_GATEWAY, What.RESET, What.DROP]
)
async def test_given_firebase_is_ill_when_it_says_no_more_then_each_try_waits_twice_as_long(
    served: Served, kind: str, answer: What
) -> None:
    served.standin.rules.add(Rule(answer=answer))
    asked = served.standin.sends.requests

    async with way(served, kind) as to:
        first = await to.send(a_push())
        third = await to.send(a_push(), attempt=3)

    assert {first.outcome, third.outcome} == {Outcome.LATER}
    assert 10 <= (first.retry_after_s or 0) <= 15
    assert 40 <= (third.retry_after_s or 0) <= 60
    assert served.standin.sends.requests - asked == 2


@BOTH
async def test_given_no_answer_when_it_was_delivered_all_the_same_then_the_next_has_the_same_id(
    served: Served, kind: str
) -> None:
    served.standin.rules.add(Rule(answer=What.NEVER, accept=True, next=1))
    push = a_push()

    async with way(served, kind, fcm_timeout_seconds=0.3) as to:
        unknown = await to.send(push)
        answer = await to.send(push, attempt=2)

    assert (unknown.outcome, answer.outcome) == (Outcome.LATER, Outcome.SENT)
    assert [one["id"] for one in arrived(served, push.target)] == [EVENT, EVENT]


@BOTH
async def test_given_nobody_listens_when_it_is_sent_then_it_is_tried_later(
    served: Served, kind: str
) -> None:
    async with way(served, kind, fcm_url="https://127.0.0.1:9") as to:
        answer = await to.send(a_push())

    assert answer.outcome is Outcome.LATER
    assert 10 <= (answer.retry_after_s or 0) <= 15


@BOTH
async def test_given_a_dry_run_when_it_is_sent_then_it_is_checked_and_not_delivered(
    served: Served, kind: str
) -> None:
    push, dry = a_push(), served.standin.sends.dry

    async with way(served, kind, fcm_dry_run=True) as to:
        answer = await to.send(push)

    assert answer.outcome is Outcome.SENT
    assert served.standin.sends.dry - dry == 1
    assert arrived(served, push.target) == []
