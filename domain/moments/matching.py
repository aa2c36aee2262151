"""Match: whether an activity is the one that a device said was under way. Pure."""

from datetime import timedelta

from domain.activities import Judged
from domain.moments.bonuses import Bonus
from domain.moments.records import Session

# Of one that a watch has recorded and a phone has told: they begin almost together.
APART = timedelta(minutes=10)


def is_it(judged: Judged, *, session: Session) -> bool:
    """True when it is of the same type and began when the session did."""
    near = abs(judged.started_at - session.started_at) <= APART
    return judged.type == session.type and near


def is_enough(judged: Judged, *, bonus: Bonus) -> bool:
    """True when it is as long as the bonus demands."""
    return judged.duration_s >= bonus.seconds_min and judged.distance_m >= bonus.metres_min
