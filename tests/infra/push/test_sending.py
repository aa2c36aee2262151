"""Sending in numbers: connections that go away, a token that ends, limits, and a clean end."""

import asyncio
from collections import Counter

import pytest
from prometheus_client import REGISTRY

from fcm_standin import Served
from fcm_standin.ruling import Rule, What
from infra.push import Answer, Built, FcmTransport, Outcome
from infra.push.pooling import CONNECTIONS_MAX, STREAMS_MAX, connections_for
from infra.push.transporting import transport
from infra.settings import Settings
from tests.infra.push.ways import a_push, a_target, arrived, way
from tests.support import waiting

REFUSED_STREAM = 7


async def all_sent(to: FcmTransport, pushes: list[Built]) -> list[Answer]:
    """All at once."""
    return list(await asyncio.gather(*(to.send(push) for push in pushes)))


async def finished(to: FcmTransport, push: Built) -> int:
    """Try it until it is taken, as patiently as each answer says; how often it was sent."""
    sends = 0
    while (answer := await to.send(push, attempt=sends + 1)).outcome is not Outcome.SENT:
        sends += answer.sends
        await asyncio.sleep(answer.retry_after_s or 0)
    return sends + answer.sends


async def test_given_connections_that_go_away_when_a_thousand_are_sent_then_each_arrives_once(
    served: Served,
) -> None:
    served.standin.rules.add(Rule(latency_ms=(5, 30)))
    served.standin.shape.goaway_every_streams = 30
    pushes, went = [a_push() for _ in range(1_000)], served.standin.traffic.goaways

    async with way(served) as to:
        answers = await all_sent(to, pushes)

    assert served.standin.traffic.goaways > went
    assert Counter(one.outcome for one in answers) == {Outcome.SENT: 1_000}
    assert Counter(len(arrived(served, push.target)) for push in pushes) == {1: 1_000}


async def test_given_streams_that_are_refused_when_they_are_sent_then_they_go_again_at_once(
    served: Served,
) -> None:
    served.standin.rules.add(Rule(answer=What.RESET, reset_code=REFUSED_STREAM, next=20))

    async with way(served) as to:
        answers = await all_sent(to, [a_push() for _ in range(20)])

    assert {one.outcome for one in answers} == {Outcome.SENT}


async def test_given_streams_that_are_always_refused_when_one_is_sent_then_it_is_given_up(
    served: Served,
) -> None:
    served.standin.rules.add(Rule(answer=What.RESET, reset_code=REFUSED_STREAM))

    async with way(served) as to:
        answer = await to.send(a_push())

    assert answer.outcome is Outcome.LATER


async def test_given_a_thousand_under_way_when_the_token_is_revoked_then_one_is_fetched(
    served: Served,
) -> None:
    async with way(served) as to:
        await to.send(a_push())
        fetched = served.standin.tokens.fetches
        served.standin.tokens.revoke()

        answers = await all_sent(to, [a_push() for _ in range(1_000)])

    assert Counter((one.outcome, one.sends) for one in answers) == {(Outcome.SENT, 2): 1_000}
    assert served.standin.tokens.fetches - fetched == 1


async def test_given_a_storm_when_everything_is_tried_again_then_all_arrives_and_nothing_too_early(
    served: Served,
) -> None:
    served.standin.rules.replace(
        [
            Rule(answer=What.UNAVAILABLE, share=0.3, retry_after_s=1),
            Rule(answer=What.QUOTA_EXCEEDED, share=0.1, retry_after_s=1, next=2),
        ],
        seed=5,
    )
    served.standin.shape.goaway_every_streams = 50
    pushes, early = [a_push() for _ in range(100)], served.standin.sends.early

    async with way(served) as to, asyncio.timeout(30):
        sends = await asyncio.gather(*(finished(to, push) for push in pushes))

    assert all(arrived(served, push.target) for push in pushes)
    assert served.standin.sends.early == early
    assert sum(sends) < 2 * len(pushes)


async def test_given_a_thousand_at_once_when_they_are_sent_then_no_connection_has_too_many(
    served: Served,
) -> None:
    served.standin.rules.add(Rule(latency_ms=(50, 100)))
    before = served.standin.traffic.connections

    async with way(served) as to:
        await to.send(a_push())
        alone = served.standin.traffic.connections - before
        answers = await all_sent(to, [a_push() for _ in range(1_000)])

    assert {one.outcome for one in answers} == {Outcome.SENT}
    assert (alone, served.standin.traffic.connections - before) == (1, 10)
    assert served.standin.traffic.refused_streams == 0


@pytest.mark.parametrize(
    ("per_minute", "count"), [(60, 1), (60_000, 1), (60_001, 2), (600_000, 10), (6_000_000, 20)]
)
def test_there_are_as_many_connections_as_the_rate_takes(per_minute: int, count: int) -> None:
    assert connections_for(per_minute) == min(count, CONNECTIONS_MAX)
    assert STREAMS_MAX == 100


async def test_given_a_small_rate_when_more_is_sent_then_the_rest_is_told_to_come_back(
    served: Served,
) -> None:
    async with way(served, fcm_per_minute=60) as to:
        answers = await all_sent(to, [a_push() for _ in range(10)])

    outcomes = Counter((one.outcome, one.sends) for one in answers)
    assert outcomes[(Outcome.THROTTLED, 0)] == 7
    assert outcomes[(Outcome.SENT, 1)] == 3
    assert all((one.retry_after_s or 0) > 2 for one in answers if not one.sends)


async def test_given_a_message_whose_time_is_over_when_it_is_sent_then_it_is_not(
    served: Served,
) -> None:
    asked = served.standin.sends.requests

    async with way(served) as to:
        answer = await to.send(a_push(ttl_s=0))

    assert (answer.outcome, answer.sends, answer.error) == (Outcome.LATER, 0, "EXPIRED")
    assert answer.retry_after_s is None
    assert served.standin.sends.requests == asked


async def test_given_those_who_stopped_waiting_when_others_are_sent_then_they_find_their_place(
    served: Served,
) -> None:
    served.standin.rules.add(Rule(answer=What.NEVER, next=100))
    before, asked = served.standin.traffic.connections, served.standin.sends.requests

    async def all_asked() -> bool:
        return served.standin.sends.requests - asked == 100

    async with way(served, fcm_per_minute=120_000) as to:
        given_up = [asyncio.create_task(to.send(a_push())) for _ in range(100)]
        await waiting.until(all_asked)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        answers = await all_sent(to, [a_push() for _ in range(100)])

    assert {one.outcome for one in answers} == {Outcome.SENT}
    # The first has a hundred streams that nobody answers, and takes no more.
    assert served.standin.traffic.connections - before == 2


async def test_given_some_are_under_way_when_it_is_closed_then_they_are_waited_for(
    served: Served,
) -> None:
    served.standin.rules.add(Rule(latency_ms=(200, 200)))

    async with way(served) as to:
        under_way = [asyncio.create_task(to.send(a_push())) for _ in range(10)]
        await asyncio.sleep(0)
    after = await to.send(a_push())

    assert {one.result().outcome for one in under_way} == {Outcome.SENT}
    assert (after.outcome, after.sends) == (Outcome.LATER, 0)


async def test_given_answers_when_they_are_counted_then_each_outcome_has_its_number(
    served: Served,
) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("laurel_fcm_answers_total", {"outcome": "SENT"}) or 0

    before = counted()
    async with way(served) as to:
        await all_sent(to, [a_push() for _ in range(3)])
        under_way = REGISTRY.get_sample_value("laurel_fcm_under_way")

    assert (counted() - before, under_way) == (3, 0)


async def test_given_no_credentials_when_it_is_opened_then_there_is_no_way() -> None:
    async with transport(Settings(fcm_credentials=None)) as opened:
        assert opened is None


async def test_given_a_key_file_that_is_none_when_it_is_opened_then_it_says_so(tmp_path) -> None:
    file = tmp_path / "key.json"
    file.write_text('{"type": "authorized_user"}')

    with pytest.raises(ValueError, match="service account"):
        async with transport(Settings(fcm_credentials=file)):
            pass


async def test_given_two_devices_of_one_member_when_both_get_it_then_it_has_one_id(
    served: Served,
) -> None:
    phone, watch = a_target(), a_target()

    async with way(served) as to:
        await all_sent(to, [a_push(target=phone, alone=True), a_push(target=watch)])

    assert arrived(served, phone)[0]["id"] == arrived(served, watch)[0]["id"]
