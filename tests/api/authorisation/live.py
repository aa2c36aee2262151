"""What members follow: their own, and the boards of their programme. Who follows what is tried by
tests/api/test_live_topics.py."""

from tests.api.authorisation.who import MEMBERS, WITH_PARENT, each

MEMBER = {
    **each("Subscription", "inboxItemAdded challengeProgressed boardMoved", MEMBERS),
    **each("InboxItemAdded", "unread item cursor", WITH_PARENT),
    **each("ChallengeProgressed", "challenge participation cursor", WITH_PARENT),
    **each(
        "BoardMoved",
        "startsOn group ready everybody place score reachedAt cursor lines",
        WITH_PARENT,
    ),
}
