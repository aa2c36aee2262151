"""Whose activities are counted for, when their doers become part of others and members again."""

from domain import duplicates
from infra.db import Tx
from tests.domain.challenges.making import a_payer, live
from tests.domain.challenges.playing import join, standing
from tests.domain.duplicates.pairs import Pair, a_pair
from tests.support import facts, given
from tests.support.given import NOON

OPEN = {"from_joining": False}


async def test_given_an_activity_told_during_a_merge_when_undone_then_its_words_still_count(
    tx: Tx,
) -> None:
    pair = await a_pair(holding=(0, 0), tx=tx)
    challenge = await live(await a_payer(pair.programme, tx=tx), tx, **OPEN)
    await join(challenge, pair.stays, tx)
    merge = await pair.merged(tx=tx)
    done = await facts.judged(pair.goes, distance_m=3_000, tx=tx)
    before = (await standing(challenge, pair.stays, tx)).reached

    await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)
    await facts.judged_again(done, distance_m=2_000, tx=tx)

    assert before == (3_000,)
    assert (await standing(challenge, pair.stays, tx)).reached == (2_000,)


async def test_given_an_activity_told_during_a_merge_when_merged_further_then_its_words_still_count(
    tx: Tx,
) -> None:
    pair = await a_pair(holding=(0, 0), tx=tx)
    last = await given.a_member(pair.programme, tx=tx)
    challenge = await live(await a_payer(pair.programme, tx=tx), tx, **OPEN)
    await join(challenge, pair.stays, tx)
    await pair.merged(tx=tx)
    done = await facts.judged(pair.goes, distance_m=3_000, tx=tx)

    await Pair(pair.programme, last, pair.stays).merged(tx=tx)
    await facts.judged_again(done, distance_m=2_000, tx=tx)

    assert (await standing(challenge, pair.stays, tx)).reached == (2_000,)
