"""Each event is told or not, on purpose, with words that exist and things that can be opened."""

import pytest

from api import globalids
from domain.notices import LETTERS, TOLD, notice, opened
from domain.wording import KEYS
from infra import ids
from infra.events import Event, action_of
from tests.domain.notices.events import both, kinds
from tests.support.given import NOON

# What members did themselves and see at once, and what is of no member.
UNTOLD = {
    "activities.Judged",
    "challenges.Activated",
    "challenges.Joined",
    "challenges.Left",
    "challenges.Progressed",
    "challenges.Refused",
    "clubs.Entered",
    "clubs.Given",
    "contests.Departed",
    "contests.Entered",
    "duplicates.Merged",
    "duplicates.Unmerged",
    "giving.CauseClosed",
    "giving.Donated",
    "leaderboards.WindowClosed",
    "members.CameBack",
    "members.Joined",
    "members.ConsentWithdrawn",
    "members.Left",
    "moments.Refused",
    "offers.Accepted",
    "privacy.Erased",
    "raffles.Drawn",
    "redemptions.About",
    "streaks.Extended",
    "streaks.Repaired",
    "vouchers.RunningLow",
}
KINDS = {
    "activity": "ACTIVITY",
    "transfer": "TRANSFER",
    "point_request": "POINT_REQUEST",
    "donation": "DONATION",
    "club": "CLUB",
    "club_invitation": "CLUB_INVITATION",
    "friend": "FRIEND",
    "friend_request": "REQUEST_RECEIVED",
    "across_friend": "ACROSS_FRIEND",
    "across_request": "ACROSS_REQUEST",
    "referral": "REFERRAL",
    "challenge": "CHALLENGE",
    "contest": "CONTEST",
    "badge": "BADGE",
    "streak": "STREAK",
    "board": "BOARD",
    "moment": "MOMENT",
    "redemption": "REDEMPTION",
    "raffle": "RAFFLE",
}


def test_every_event_is_told_or_is_known_to_be_nobodys_news() -> None:
    known = {action_of(kind) for kind in kinds()}
    told = {action_of(kind) for kind in TOLD}

    assert told | UNTOLD == known
    assert told & UNTOLD == set()


@pytest.mark.parametrize("kind", sorted(TOLD, key=action_of), ids=action_of)
def test_what_is_told_has_words_for_all_that_they_say(kind: type[Event]) -> None:
    for event in both(kind):
        found = notice(event)
        if found is None:
            continue
        key = KEYS[found.key]
        filled = {*found.args, *([found.named[0]] if found.named else [])}
        filled |= {"name"} if found.person else set()
        assert found.title is not None or set(key.args) <= filled
        assert found.refs.keys() <= LETTERS.keys()
        assert found.kind is None or found.ttl.total_seconds() > 0


def test_apps_open_what_the_api_calls_the_same() -> None:
    id = ids.new(NOON)

    assert KINDS.keys() == LETTERS.keys()
    for kind, name in KINDS.items():
        assert opened(kind, id) == globalids.of(globalids.Kind[name], id)
