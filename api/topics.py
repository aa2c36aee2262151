"""Topics: what messages are about, as an enum of the schema."""

from enum import Enum

import strawberry

V = strawberry.enum_value


@strawberry.enum(description="What a message is about.")
class MessageTopic(Enum):
    """What a message is about."""

    POINTS = V("POINTS", description="Points that you earned, got or gave up.")
    TRANSFERS = V("TRANSFERS", description="Points between you and friends.")
    CHALLENGES = V("CHALLENGES", description="Challenges and contests.")
    BADGES = V("BADGES", description="Badges, levels and tiers.")
    STREAKS = V("STREAKS", description="Days and weeks in a row.")
    LEADERBOARDS = V("LEADERBOARDS", description="Places on boards and in leagues.")
    FRIENDS = V("FRIENDS", description="Friends, and who wants to be one.")
    CLUBS = V("CLUBS", description="Clubs of yours, and invitations to others.")
    OFFERS = V("OFFERS", description="Offers that fit what you are doing.")
    NEWS = V("NEWS", description="What the programme tells everybody.")
