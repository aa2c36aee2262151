"""Conditions: whom an expression over topics means. Pure."""

import pytest

from fcm_standin.checking import conditions

MEANT = {
    "'a' in topics": ({"a"}, {"b"}),
    "'a' in topics && 'b' in topics": ({"a", "b"}, {"a"}),
    "'a' in topics || 'b' in topics": ({"b"}, {"c"}),
    "!('a' in topics)": ({"b"}, {"a"}),
    "!!('a' in topics)": ({"a"}, set()),
    "'a' in topics || 'b' in topics && 'c' in topics": ({"a"}, {"b"}),
    "'a' in topics && 'b' in topics || 'c' in topics": ({"c"}, {"a"}),
    "('a' in topics || 'b' in topics) && 'c' in topics": ({"b", "c"}, {"a"}),
    " 'a'  IN  TOPICS ": ({"a"}, {"A"}),
}
BAD = [
    "",
    "'a'",
    "a in topics",
    "'a' in topics &&",
    "&& 'a' in topics",
    "('a' in topics",
    "'a' in topics)",
    "'a' in topics 'b' in topics",
    "'' in topics",
    "!",
    "'a' in topics and 'b' in topics",
]


@pytest.mark.parametrize(("text", "who"), MEANT.items(), ids=MEANT)
def test_a_condition_means_those_whose_topics_fit(text: str, who: tuple[set, set]) -> None:
    meant = conditions.compiled(text)

    assert [meant(topics) for topics in who] == [True, False]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(conditions.BadCondition):
        conditions.compiled(text)


def test_brackets_without_an_end_are_refused_and_do_not_exhaust_the_stack() -> None:
    with pytest.raises(conditions.BadCondition):
        conditions.compiled("(" * 5_000 + "'a' in topics" + ")" * 5_000)
