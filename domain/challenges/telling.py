"""Tell in plain English what a challenge asks, of whom, and what it gives. Pure functions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias
from uuid import UUID

from domain.challenges.records import (
    Again,
    Audience,
    Criterion,
    Entry,
    Mode,
    Personal,
    Reward,
    Span,
    Terms,
)
from domain.metrics import ANY, told, told_filter

# What badges (by key) and challenges (by id) are called.
Names: TypeAlias = Mapping[str | UUID, str]
SPANS = {
    Span.FIXED: "Your own local days from {first} to {last} count.",
    Span.ROLLING: "You have {days} from the day you join, between {first} and {last}.",
    Span.WEEK: "Each week from Monday to Sunday is a round of its own, from {first} to {last}.",
    Span.MONTH: "Each calendar month is a round of its own, from {first} to {last}.",
}
AGAIN = {
    Again.NEVER: "",
    Again.ON_EXPIRY: "It begins anew the day after your days are over.",
    Again.ON_COMPLETION: "It begins anew the day after you completed it.",
}
ENTRIES = {
    Entry.AUTOMATIC: "You take part by your first activity that counts.",
    Entry.OPT_IN: "You take part once you have joined.",
    Entry.INVITED: "You take part by accepting an invitation.",
}


def rules(terms: Terms, *, names: Names | None = None) -> Sequence[str]:
    """The rules, one sentence or two a line, in the order in which somebody would ask.

    names -- of badges and other challenges; without one, a badge is called by its key, and a
             challenge is only said to be another one.
    """
    known = names or {}
    lines = [
        *_asked(terms),
        _when(terms),
        AGAIN[terms.again],
        _joining(terms),
        _late(terms.cutoff_hours),
        ENTRIES[terms.audience.entry],
        *_who(terms.audience, known),
        _together(terms),
        *_given(terms, known),
        _winners(terms),
    ]
    return [line for line in lines if line]


def _asked(terms: Terms) -> Sequence[str]:
    asked = [_criterion(criterion) for criterion in terms.criteria]
    if len(asked) == 1:
        return [f"Reach {asked[0]}."]
    return [
        f"Reach all of this: {'; '.join(asked)}.",
        "Your progress is what you reached, each part up to its target, out of all targets"
        " together.",
    ]


def _criterion(criterion: Criterion) -> str:
    amount = _target(criterion)
    if criterion.filter == ANY:
        return amount
    return f"{amount}, with {told_filter(criterion.filter)}"


def _target(criterion: Criterion) -> str:
    most = told(criterion.metric, criterion.target)
    if criterion.personal is None:
        return most
    least = told(criterion.metric, criterion.personal.at_least)
    return f"{_more(criterion.personal)}: at least {least} and at most {most}"


def _more(personal: Personal) -> str:
    past = "week" if personal.weeks == 1 else f"{personal.weeks} weeks"
    change = personal.percent - 100
    usual = f"usual in your last {past}"
    if change == 0:
        return f"as much as was {usual}"
    return f"{abs(change)} % {'more' if change > 0 else 'less'} than was {usual}"


def _when(terms: Terms) -> str:
    days = _counted(terms.rolling_days or 0, "day")
    return SPANS[terms.span].format(
        first=_day(terms.first_day), last=_day(terms.last_day), days=days
    )


def _joining(terms: Terms) -> str:
    if terms.audience.entry is Entry.AUTOMATIC:
        return ""
    if terms.from_joining:
        return "Only what you begin after joining counts."
    return "What you did in these days before joining counts, too."


def _late(hours: int) -> str:
    if not hours:
        return "What arrives after the last day has ended everywhere counts no more."
    return (
        f"What arrives late counts until {_hours(hours)} after the last day has ended everywhere."
    )


def _who(audience: Audience, names: Names) -> Sequence[str]:
    lines = [
        f"{subject} {_either(sorted(words))}."
        for subject, words in (
            ("It is for members in the segment", audience.segments),
            ("It is for members of the tier", audience.tiers),
            ("It is for members who live in", audience.areas),
        )
        if words
    ]
    if audience.level_min:
        lines.append(f"It is for members of level {audience.level_min} or higher.")
    if audience.challenges:
        titles = sorted(_title(one, names) for one in audience.challenges)
        lines.append(f"You must have completed {_both(titles)} before.")
    if audience.badges:
        titles = sorted(_badge(key, names) for key in audience.badges)
        lines.append(f"You must already have {_both(titles)}.")
    return lines


def _together(terms: Terms) -> str:
    match terms.mode:
        case Mode.INDIVIDUAL:
            return ""
        case Mode.COOPERATIVE:
            return "All who take part work towards the same target together."
        case Mode.COMPETITIVE:
            size = _counted(terms.team_size_max, "member")
            best = "best team wins" if terms.teams_max == 1 else f"{terms.teams_max} best teams win"
            return f"Teams of at most {size} compete; the {best} at the end."


def _given(terms: Terms, names: Names) -> Sequence[str]:
    lines = [
        f"At {milestone.percent} % you get {_reward(milestone.reward, names)}."
        for milestone in sorted(terms.milestones, key=lambda one: one.percent)
    ]
    return [*lines, f"When it is complete you get {_reward(terms.reward, names)}."]


def _winners(terms: Terms) -> str:
    if terms.winners_max is None:
        return ""
    first = "one" if terms.winners_max == 1 else f"{terms.winners_max:,}"
    return (
        f"Only the first {first} to complete it get that, by when the activity ended that"
        " completed it; it is decided once nothing late counts any more."
    )


def _reward(reward: Reward, names: Names) -> str:
    parts = [_counted(reward.points, "point")] if reward.points else []
    if reward.badge is not None:
        level = "" if reward.level is None else f" at level {reward.level}"
        parts.append(_badge(reward.badge, names) + level)
    if reward.unit is not None:
        parts.append(f"the reward {reward.unit}")
    if reward.tier_credit:
        parts.append(f"{_counted(reward.tier_credit, 'point')} towards a tier")
    return _both(parts) or "nothing but the honour"


def _badge(key: str, names: Names) -> str:
    return f"the badge {names.get(key, key)}"


def _title(challenge: UUID, names: Names) -> str:
    return names.get(challenge, "another challenge")


def _counted(count: int, one: str) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def _hours(count: int) -> str:
    return _counted(count // 24, "day") if count and count % 24 == 0 else _counted(count, "hour")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _either(words: Sequence[str]) -> str:
    return _listed(words, "or")


def _both(words: Sequence[str]) -> str:
    return _listed(words, "and")


def _listed(words: Sequence[str], last: str) -> str:
    *earlier, final = words or [""]
    return f"{', '.join(earlier)} {last} {final}" if earlier else final
