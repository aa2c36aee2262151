"""Keys: everything that is said to members, and what of. The texts are beside, by language.

A key is never renamed and its arguments never change their order: apps have them built in. New
ones are added.
"""

from collections.abc import Mapping

from domain.wording.records import Key, Kind

# A line for each key: its name, then its arguments with their kinds; without one: TEXT.
_TABLE = """
points.earned            points:POINTS
points.promised          points:POINTS
points.matured           points:POINTS
points.taken_back        points:POINTS
transfers.offered        name:NAME  points:POINTS
transfers.received       name:NAME  points:POINTS
transfers.accepted       name:NAME  points:POINTS
transfers.declined       name:NAME  points:POINTS
transfers.cancelled      name:NAME  points:POINTS
transfers.returned       name:NAME  points:POINTS
transfers.held           name:NAME  points:POINTS
transfers.rejected       name:NAME  points:POINTS
transfers.requested      name:NAME  points:POINTS
challenges.offered       challenge
challenges.near          challenge  percent:NUMBER
challenges.completed     challenge
challenges.undone        challenge
challenges.failed        challenge
challenges.unpaid        challenge
challenges.rewarded      challenge  points:POINTS
challenges.returned      challenge  points:POINTS
badges.given             badge
badges.level             badge  level:NUMBER
badges.revoked           badge
streaks.extended         streak  length:NUMBER
streaks.broken           streak  length:NUMBER
streaks.frozen           streak  left:NUMBER
streaks.milestone        streak  length:NUMBER
streaks.rewarded         streak  length:NUMBER  points:POINTS
streaks.undone           streak  length:NUMBER
tiers.rose               tier
tiers.fell               tier
tiers.lost
tiers.level              level:NUMBER
leaderboards.prize       board  place:NUMBER
leaderboards.paid        board  place:NUMBER  points:POINTS
leaderboards.promoted    board
leaderboards.demoted     board
contests.invited         name:NAME
contests.staked          name:NAME  points:POINTS
contests.began
contests.called_off
contests.won             place:NUMBER
contests.paid            place:NUMBER  points:POINTS
contests.finished
contests.drawn
clubs.invited            name:NAME  club
clubs.role               club
clubs.departed           club
clubs.paid               club  points:POINTS
clubs.gave_back          club  points:POINTS
friends.requested        name:NAME
friends.befriended       name:NAME
friends.across_requested
friends.across_befriended
referrals.joined
referrals.promised       points:POINTS
referrals.unpromised     points:POINTS
referrals.paid           points:POINTS
giving.undone            cause  points:POINTS
moments.bonus            factor  points:POINTS
moments.offer            treat  outlet
moments.redeemed         treat  outlet
moments.expired          treat
redemptions.given        reward
redemptions.fulfilled    reward
redemptions.cancelled    reward
redemptions.released     reward
redemptions.refunded     reward  points:POINTS
raffles.won              raffle
raffles.paid             raffle  points:POINTS
offers.lapsed            offer
decisions.why_often
decisions.why_often_of   item
decisions.why_liked
decisions.why_due
decisions.why_alike      item
decisions.why_popular
decisions.why_new
decisions.why_near
decisions.why_now
decisions.why_exploring
decisions.why_chosen
decisions.why_run
decisions.why_ride
decisions.why_walk
decisions.why_swim
decisions.why_strength
decisions.why_volunteering
decisions.why_energy
rewards.gate_not_live
rewards.gate_not_yet
rewards.gate_over
rewards.gate_tier
rewards.gate_segment
rewards.gate_age         years:NUMBER
rewards.gate_member_limit
rewards.gate_total_limit
rewards.gate_sold_out
digest.gathered          count:MESSAGES
unit.points              count:NUMBER
unit.messages            count:NUMBER
unit.kilometres          count:NUMBER
unit.metres              count:NUMBER
unit.minutes             count:NUMBER
unit.hours               count:NUMBER
"""


def _read(table: str) -> Mapping[str, Key]:
    lines = (line.split() for line in table.strip().splitlines())
    return {name: Key(name, dict(map(_arg, args))) for name, *args in lines}


def _arg(text: str) -> tuple[str, Kind]:
    name, _, kind = text.partition(":")
    return name, Kind(kind or "TEXT")


KEYS = _read(_TABLE)
