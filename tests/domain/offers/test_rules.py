"""Rules: a tree of questions is read strictly and answered in three values."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import offers
from domain.offers import (
    Aged,
    BadRule,
    Did,
    Either,
    Every,
    Facts,
    InSegment,
    InTier,
    MemberSince,
    Near,
    Not,
    Rule,
    Speaks,
    When,
    evaluate,
)
from domain.offers.reading import DEPTH_MAX, NODES_MAX, read, read_text, write_text

# A Thursday, half past ten in the evening.
LATE = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
CELL = 0x881E15B711FFFFF
ADA = Facts(
    local=LATE,
    locale="pl-PL",
    member_days=100,
    tiers=frozenset({"GOLD"}),
    segments=frozenset({"runners"}),
    age=30,
    done={"RUN": [0, 3, 3, 40], "CYCLING": [1]},
    cells=frozenset({CELL}),
)
STRANGER = Facts(local=LATE)

leaf: st.SearchStrategy[Rule] = st.one_of(
    st.builds(InTier, st.frozensets(st.sampled_from(["GOLD", "SILVER"]), min_size=1)),
    st.builds(InSegment, st.frozensets(st.sampled_from(["runners", "new"]), min_size=1)),
    st.builds(Aged, st.integers(0, 60), st.integers(60, 150) | st.none()),
    st.builds(MemberSince, st.integers(1, 400)),
    st.builds(Did, st.integers(1, 9), st.integers(1, 90), st.frozensets(st.just("RUN"))),
    st.builds(Near, st.frozensets(st.just(CELL), min_size=1)),
    st.builds(When, st.frozensets(st.integers(1, 7)), st.integers(0, 700), st.integers(701, 1440)),
    st.builds(Speaks, st.frozensets(st.sampled_from(["pl", "en"]), min_size=1)),
)
trees = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds(Every, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
).filter(lambda rule: depth(rule) <= DEPTH_MAX)


def depth(rule: Rule) -> int:
    if isinstance(rule, Every | Either):
        return 1 + max(map(depth, rule.rules), default=0)
    return 1 + depth(rule.rule) if isinstance(rule, Not) else 1


@given(trees)
def test_a_rule_that_is_written_and_read_again_is_the_same(rule: Rule) -> None:
    assert read_text(write_text(rule)) == rule


@given(trees)
def test_a_rule_and_its_opposite_never_both_hold(rule: Rule) -> None:
    for facts in (ADA, STRANGER):
        assert not (evaluate(rule, facts) and evaluate(Not(rule), facts))
        assert evaluate(Not(Not(rule)), facts) == evaluate(rule, facts)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (Every(), True),
        (InTier(frozenset({"GOLD", "SILVER"})), True),
        (InTier(frozenset({"SILVER"})), False),
        (InSegment(frozenset({"runners"})), True),
        (Aged(18, None), True),
        (Aged(None, 29), False),
        (Aged(30, 30), True),
        (MemberSince(100), True),
        (MemberSince(101), False),
        (Did(1, 1, frozenset({"RUN"})), True),
        (Did(3, 4, frozenset({"RUN"})), True),
        (Did(3, 3, frozenset({"RUN"})), False),
        (Did(4, 4), True),
        (Did(1, 90, frozenset({"SWIMMING"})), False),
        (Near(frozenset({CELL})), True),
        (Near(frozenset({1})), False),
        (When(frozenset({4})), True),
        (When(frozenset({5})), False),
        (When(from_minute=1_350, until_minute=1_351), True),
        (When(from_minute=1_351, until_minute=1_440), False),
        (When(frozenset({4}), 1_200, 60), True),
        (When(frozenset({3}), 1_380, 60), False),
        (Speaks(frozenset({"pl"})), True),
        (Speaks(frozenset({"pl-PL"})), True),
        (Speaks(frozenset({"en"})), False),
        (Every((Aged(18), Not(InTier(frozenset({"SILVER"}))))), True),
        (Either((Aged(None, 10), MemberSince(1))), True),
    ],
)
def test_each_question_is_answered_by_what_is_known(rule: Rule, holds: bool) -> None:
    assert evaluate(rule, ADA) is holds
    assert evaluate(Not(rule), ADA) is not holds


def test_a_window_over_midnight_is_of_the_day_it_begins_on() -> None:
    friday_night = When(frozenset({5}), 1_320, 120)
    saturday = Facts(local=datetime(2026, 11, 21, 1, 59, tzinfo=UTC))
    over = Facts(local=datetime(2026, 11, 21, 2, 0, tzinfo=UTC))

    assert evaluate(friday_night, saturday)
    assert not evaluate(friday_night, over)
    assert not evaluate(When(frozenset({6}), 1_320, 120), saturday)


def test_what_is_not_known_is_neither_yes_nor_no() -> None:
    child, near = Aged(None, 17), Near(frozenset({CELL}))

    for rule in (child, Not(child), near, Not(near), Not(Every((child,))), Either((child, near))):
        assert not evaluate(rule, STRANGER)
    assert evaluate(Either((child, Not(InTier(frozenset({"GOLD"}))))), STRANGER)
    assert evaluate(Not(Every((child, InTier(frozenset({"GOLD"}))))), STRANGER)


def nested(levels: int) -> Any:
    rule: Any = {"tier": ["GOLD"]}
    for _ in range(levels - 1):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        (None, ()),
        ([], ()),
        ({}, ()),
        ({"tier": ["GOLD"], "locale": ["pl"]}, ()),
        ({"shoe_size": 42}, ()),
        ({"any": []}, ("any",)),
        ({"all": {}}, ("all",)),
        ({"all": [{"tier": ["GOLD"]}, {"tiers": []}]}, ("all", "1")),
        (nested(DEPTH_MAX + 1), ("not",) * DEPTH_MAX),
        ({"all": [{"tier": ["GOLD"]}] * NODES_MAX}, ("all", str(NODES_MAX - 1))),
        ({"tier": []}, ("tier",)),
        ({"tier": "GOLD"}, ("tier",)),
        ({"segment": ["a\x00b"]}, ("segment",)),
        ({"age": {}}, ("age",)),
        ({"age": {"min": 18, "max": 17}}, ("age", "max")),
        ({"age": {"min": True}}, ("age", "min")),
        ({"age": {"min": 18.0}}, ("age", "min")),
        ({"age": {"least": 18}}, ("age", "least")),
        ({"memberSince": {}}, ("memberSince", "days")),
        ({"memberSince": {"days": 0}}, ("memberSince", "days")),
        ({"activity": {"types": ["FLYING"], "days": 7}}, ("activity", "types")),
        ({"activity": {"days": 91}}, ("activity", "days")),
        ({"activity": {"times": 0, "days": 7}}, ("activity", "times")),
        ({"place": {}}, ("place",)),
        ({"place": {"cells": ["xyz"]}}, ("place", "cells")),
        ({"place": {"cells": ["8a1e15b71147fff"]}}, ("place", "cells")),
        ({"place": {"cells": ["-1"]}}, ("place", "cells")),
        ({"place": {"outlets": [7]}}, ("place", "outlets")),
        ({"place": {"cells": ["881e15b711fffff"], "withinM": 50}}, ("place", "withinM")),
        ({"time": {"weekdays": [0]}}, ("time", "weekdays")),
        ({"time": {"weekdays": [True]}}, ("time", "weekdays")),
        ({"time": {"fromMinute": 600, "untilMinute": 600}}, ("time", "untilMinute")),
        ({"locale": ["not a tag!"]}, ("locale",)),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_where_it_is_wrong(
    plain: Any, path: tuple[str, ...]
) -> None:
    with pytest.raises(BadRule) as refused:
        read(plain)

    assert refused.value.path == path
    assert refused.value.code == "BAD_OFFER_RULE"


def test_the_deepest_and_the_widest_rule_are_read() -> None:
    assert evaluate(offers.read_rule(nested(DEPTH_MAX)), ADA) is False
    assert read({"all": [{"tier": ["GOLD"]}] * (NODES_MAX - 1)})
