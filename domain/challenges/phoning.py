"""Phoning: phones that show a running challenge, as a Live Activity, are told how far it is."""

from collections.abc import Sequence
from datetime import datetime

from domain import push
from domain.challenges.keeping import Kept
from domain.challenges.records import Part
from domain.push import Progress
from infra.db import Tx

OVER = frozenset({Part.COMPLETED, Part.FAILED})


async def phone(rounds: Sequence[tuple[Kept, datetime]], *, programme: int, tx: Tx) -> None:
    """Tell how far these rounds are now, and since when; one statement where nobody watches, and
    none where nothing is pushed."""
    progresses = [_progress(kept, at) for kept, at in rounds]
    if progresses:
        now = max(one.at for one in progresses)
        await push.show(progresses, programme=programme, at=now, tx=tx)


def _progress(kept: Kept, at: datetime) -> Progress:
    left = [max(target - done, 0) for target, done in zip(kept.targets, kept.reached, strict=True)]
    return Progress(
        member=kept.member,
        challenge=kept.challenge,
        # With the moment, it tells one state of a round from all others.
        number=sum(kept.reached),
        state={"percent": kept.percent, "round": kept.round, "left": " ".join(map(str, left))},
        ends=kept.completed_at is not None or kept.state in OVER,
        at=at,
    )
