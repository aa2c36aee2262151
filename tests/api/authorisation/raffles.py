"""Raffles, which all of a programme see, and pools of codes, which nobody sees the codes of."""

from domain.operators import Permission
from domain.rewards import RewardKind
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import PROGRAMME, SELF, WITH_PARENT, each
from tests.domain.raffles import making
from tests.domain.vouchers.making import a_reward
from tests.support.client import Door

FACTS = (
    "id rewardId name state commitment seed publicSource publicValue tickets entries digest prizes"
    " openedAt closesAt closedAt drawnAt"
)
PRIZE = each("RafflePrize", "kind count points rewardId", WITH_PARENT)
MEMBER = {
    **each("Member", "raffles raffle", SELF),
    **each("Raffle", f"{FACTS} myTickets winners", PROGRAMME),
    **each("RaffleTicket", "ticket number givenBack enteredAt", WITH_PARENT),
    **each("RaffleWinner", "place number yours prize", WITH_PARENT),
    **PRIZE,
}
OPS = {
    **each("Query", "raffles raffle voucherPool", Permission.REWARDS_READ),
    **each("Raffle", f"{FACTS} waits winners", WITH_PARENT),
    **each("RaffleWinner", "place number memberId prize payout", WITH_PARENT),
    **PRIZE,
    **each("VoucherPool", "id rewardId warnBelow low tally uploads", WITH_PARENT),
    **each("VoucherTally", "loaded given expired left", WITH_PARENT),
    **each(
        "VoucherUpload",
        "name state rows loaded bad inFile inPool elsewhere startedAt endedAt faults",
        WITH_PARENT,
    ),
    **each("VoucherFault", "row why first", WITH_PARENT),
    **each("Mutation", "openRaffle drawRaffle setVoucherWarning", Permission.REWARDS_WRITE),
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has a ticket."""
    ada, at, home = cast.ada.me, clock.now(), await door.programme()

    async def build(tx: Tx) -> None:
        reward = await a_reward(home, RewardKind.RAFFLE, tx=tx)
        raffle = await making.opened(reward, home, tx, at=at, closes_at=at + making.DAY)
        scene = making.Scene(home, raffle, [ada])
        await making.entered(scene, ada, tx, at=at, redemption=ids.new(at))

    await door.given(build)
