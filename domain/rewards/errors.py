"""What rewards refuses."""

from collections.abc import Sequence

from domain.rewards.records import Gate
from infra.errors import Refused


class BadTerms(Refused):
    """What a reward says about itself cannot be meant."""

    code = "BAD_REWARD_TERMS"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchReward(Refused):
    """There is no such reward, or not of whoever asks."""

    code = "NO_SUCH_REWARD"
    path = ("reward",)


class RewardCodeTaken(Refused):
    """Another reward of the programme is called by that code."""

    code = "REWARD_CODE_TAKEN"
    path = ("code",)


class TooManyRewards(Refused):
    """There are as many rewards that have not ended as there may be."""

    code = "TOO_MANY_REWARDS"


class RewardNotInState(Refused):
    """What was asked for is not done with a reward in that state.

    state -- the state it is in.
    """

    code = "REWARD_NOT_IN_STATE"

    def __init__(self, state: str) -> None:
        super().__init__(f"the reward is {state.lower()}")
        self.state = state


class RewardIsAnothers(Refused):
    """Only whose reward it is edits and submits it."""

    code = "REWARD_IS_ANOTHERS"
    path = ("reward",)


class RewardHalted(Refused):
    """An operator has paused the reward: only an operator resumes it."""

    code = "REWARD_HALTED"


class BadVerdict(Refused):
    """A rejection says why, in 1 to 300 characters of plain text."""

    code = "BAD_REASON"
    path = ("reason",)


class BadStock(Refused):
    """There are fewer units than are promised to members or gone, or more than anybody keeps.

    least -- how many there must be at least.
    """

    code = "BAD_STOCK"
    path = ("stock",)

    def __init__(self, message: str, *, least: int) -> None:
        super().__init__(message)
        self.least = least


class OutletNeeded(Refused):
    """What is left is counted at each outlet: say at which it will be fetched."""

    code = "OUTLET_NEEDED"
    path = ("outlet",)


class NotForYou(Refused):
    """Something stands between the member and the reward.

    gates -- what, the first that was found first.
    """

    code = "REWARD_NOT_FOR_YOU"
    path = ("reward",)

    def __init__(self, gates: Sequence[Gate]) -> None:
        super().__init__(", ".join(gates))
        self.gates = gates


class LimitReached(NotForYou):
    """The member, or all together, have had as many as they may for now."""

    code = "REWARD_LIMIT_REACHED"


class OutOfStock(Refused):
    """Not so many are left; more may come."""

    code = "OUT_OF_STOCK"
    path = ("reward",)
    retryable = True


class RewardGone(Refused):
    """The reward is not to be had now: it is paused, has ended, or its time is not now.

    gate -- which of these.
    """

    code = "REWARD_NOT_AVAILABLE"
    path = ("reward",)

    def __init__(self, gate: Gate) -> None:
        super().__init__(f"the reward is not to be had: {gate}")
        self.gate = gate
