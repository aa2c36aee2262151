"""What challenges refuses of those who make and pay for them."""

from infra.errors import Refused


class BadChallenge(Refused):
    """A name is 1 to 80 characters, a description at most 2,000; disclosed before it ends."""

    code = "BAD_CHALLENGE"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = path


class BadPeriod(BadChallenge):
    """A challenge ends after it begins, not in the past, and within two years."""

    code = "BAD_PERIOD"


class BadTarget(BadChallenge):
    """A target is 1 or more, and no more than anybody could reach."""

    code = "BAD_TARGET"


class BadCriteria(BadChallenge):
    """What is counted: one to five criteria whose filters some activity can fit."""

    code = "BAD_CRITERIA"


class BadMilestones(BadChallenge):
    """Milestones lie at different percents from 1 to 99, ten at most."""

    code = "BAD_MILESTONES"


class BadReward(BadChallenge):
    """A reward gives something that the programme has."""

    code = "BAD_REWARD"


class BadAudience(BadChallenge):
    """Who may take part is said by labels, and by challenges and badges that there are."""

    code = "BAD_AUDIENCE"


class BadMode(BadChallenge):
    """Groups, winners and rounds that do not go together."""

    code = "BAD_MODE"


class BadBudget(BadChallenge):
    """A budget pays one completion with its milestones at least; without points there is none."""

    code = "BAD_BUDGET"


class NoSuchChallenge(Refused):
    """There is no such challenge, or not for whoever asks."""

    code = "NO_SUCH_CHALLENGE"
    path = ("challenge",)


class NotInThisState(Refused):
    """What was asked for is not done with a challenge in that state.

    state -- the state it is in.
    """

    code = "CHALLENGE_NOT_IN_STATE"

    def __init__(self, state: str) -> None:
        super().__init__(f"the challenge is {state.lower()}")
        self.state = state


class PartnersOwn(Refused):
    """Only the partner itself edits, funds and submits its challenge."""

    code = "CHALLENGE_IS_PARTNERS"
    path = ("challenge",)


class Halted(Refused):
    """An operator has paused the challenge: only an operator resumes it."""

    code = "CHALLENGE_HALTED"


class NotFunded(Refused):
    """The whole budget must lie in the escrow first.

    missing -- points that are still to come.
    """

    code = "CHALLENGE_NOT_FUNDED"

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} points are missing")
        self.missing = missing


class OverBudget(Refused):
    """More points than the budget still needs."""

    code = "OVER_BUDGET"
    path = ("points",)


class BadFunding(Refused):
    """Points to fund are a whole number from 1 on."""

    code = "BAD_POINTS"
    path = ("points",)


class BadVerdict(Refused):
    """A rejection says why, in 1 to 300 characters of plain text."""

    code = "BAD_REASON"
    path = ("reason",)


class TooManyChallenges(Refused):
    """A partner has as many challenges that are not over as it may have."""

    code = "TOO_MANY_CHALLENGES"


class ChallengeClosed(Refused):
    """Nobody joins now: the challenge has not been approved, pauses, or is over."""

    code = "CHALLENGE_CLOSED"


class AlreadyJoined(Refused):
    """The member takes part already."""

    code = "ALREADY_JOINED"


class NotJoined(Refused):
    """The member neither takes part nor has been asked to."""

    code = "NOT_JOINED"


class NotEligible(Refused):
    """The challenge is not for this member.

    lacking -- INVITATION, SEGMENT, TIER, AREA, LEVEL, CHALLENGE or BADGE.
    """

    code = "NOT_ELIGIBLE"

    def __init__(self, lacking: str) -> None:
        super().__init__(f"missing: {lacking.lower()}")
        self.lacking = lacking


class BudgetExhausted(Refused):
    """The challenge has no points left for another completion."""

    code = "BUDGET_EXHAUSTED"


class TeamNeeded(Refused):
    """Whoever takes part in a competition of teams says which is theirs; else nobody does."""

    code = "TEAM_NEEDED"
    path = ("team",)


class BadTeam(Refused):
    """The name of a team is 1 to 40 characters of plain text."""

    code = "BAD_TEAM"
    path = ("team",)


class TeamFull(Refused):
    """The team has as many members as it may have.

    limit -- how many that is.
    """

    code = "TEAM_FULL"
    path = ("team",)

    def __init__(self, limit: int) -> None:
        super().__init__(f"a team has at most {limit} members")
        self.limit = limit
