"""Knowing: whether the badges and challenges that terms name are there."""

from datetime import datetime
from uuid import UUID

from domain import badges
from domain.challenges import finding
from domain.challenges.errors import BadAudience, BadReward
from domain.challenges.records import COUNTING, Owner, Reward, State, Terms
from infra.db import Tx

SEEN = COUNTING | {State.SETTLED}


async def check_known(
    terms: Terms,
    *,
    programme: int,
    partner: UUID | None,
    itself: UUID | None = None,
    at: datetime,
    tx: Tx,
) -> None:
    """Refuse what is not there, or not for a partner to know. Raises BadReward, BadAudience.

    itself -- the challenge whose terms they are: nothing waits for itself.
    """
    await _check_badges(terms, programme, partner, tx)
    wanted = terms.audience.challenges
    found = await finding.several(wanted, programme=programme, tx=tx)
    for id in wanted:
        one = found.get(id)
        if one is None or one.owner is Owner.MEMBER or id == itself:
            raise BadAudience("there is no such challenge", "terms", "audience", "challenges")
        secret = one.disclosed_at is not None and one.disclosed_at > at
        if partner not in (None, one.partner) and (secret or one.state not in SEEN):
            raise BadAudience("there is no such challenge", "terms", "audience", "challenges")


async def _check_badges(terms: Terms, programme: int, partner: UUID | None, tx: Tx) -> None:
    """To a partner a secret badge is as if there were none. Raises BadReward, BadAudience."""
    rewards: list[tuple[tuple[str, ...], Reward]] = [(("terms", "reward"), terms.reward)]
    for place, one in enumerate(terms.milestones):
        rewards.append((("terms", "milestones", str(place), "reward"), one.reward))
    keys = {reward.badge for _, reward in rewards if reward.badge is not None}
    found = await badges.known(keys | terms.audience.badges, programme=programme, tx=tx)
    known = {key: one for key, one in found.items() if partner is None or not one.secret}
    for path, reward in rewards:
        if reward.badge is None:
            continue
        badge = known.get(reward.badge)
        if badge is None or badge.retired_at is not None:
            raise BadReward("there is no such badge", *path, "badge")
        if (reward.level or 1) > len(badge.levels):
            raise BadReward("the badge has no such level", *path, "level")
    if terms.audience.badges - known.keys():
        raise BadAudience("there is no such badge", "terms", "audience", "badges")
