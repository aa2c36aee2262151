"""The screen over two weeks of a village whose honest and dishonest are known."""

from collections import Counter

import pytest

from domain import transfers
from domain.transfers import State
from infra import ids
from infra.db import Tx
from tests.domain.transfers.histories import history
from tests.support import given


@pytest.mark.parametrize("seed", [7, 8])
async def test_given_a_history_with_three_schemes_when_screened_then_they_are_found_and_few_else(
    seed: int, tx: Tx
) -> None:
    club = await given.a_programme(transfer_max=1_000, transfer_day_max=3_000, tx=tx)
    gifts = await history(club, seed=seed, tx=tx)

    held: Counter[str | None] = Counter()
    for gift in gifts:
        sent = await transfers.send(
            gift.points,
            sender=gift.sender,
            receiver=gift.receiver.id,
            id=ids.new(gift.at),
            at=gift.at,
            tx=tx,
        )
        held[gift.scheme] += sent.state is State.REVIEW

    made = Counter(gift.scheme for gift in gifts)
    schemes = {scheme for scheme in made if scheme is not None}
    caught = sum(held[scheme] for scheme in schemes)
    precision = caught / max(sum(held.values()), 1)
    recall = caught / sum(made[scheme] for scheme in schemes)
    alarms = held[None] / made[None]
    told = (
        f"precision {precision:.2f}, recall {recall:.2f}, false alarms {alarms:.3f};"
        f" held {dict(held)} of {dict(made)}"
    )
    assert made[None] >= 200, told
    assert precision >= 0.9, told
    # The first ones of a scheme cannot be told from honest ones; each scheme is stopped.
    assert recall >= 0.7, told
    assert all(held[scheme] / made[scheme] >= 0.6 for scheme in schemes), told
    assert alarms <= 0.01, told
