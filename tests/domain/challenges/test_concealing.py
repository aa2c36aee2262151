"""Concealing: nobody is shown in a group of few, nor told by what is left of the whole."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from domain.challenges.concealing import NOBODY, overlapping, parted
from domain.members import Tally

SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30))


def tally(members: int) -> Tally:
    return Tally(members, members // 2, members * 10)


def tallies(sizes: Mapping[str, int]) -> dict[str, Tally]:
    return {name: tally(members) for name, members in sizes.items()}


def test_large_groups_are_shown_and_small_ones_are_put_together() -> None:
    shown = parted(tallies({"gold": 40, "silver": 12, "bronze": 9, "iron": 3}), whole=tally(64))

    assert {name: one.members for name, one in shown.groups.items()} == {"gold": 40, "silver": 12}
    assert shown.rest is not None
    assert shown.rest.members == 12


def test_a_single_small_group_takes_another_with_it() -> None:
    shown = parted(tallies({"gold": 40, "silver": 12, "bronze": 2}), whole=tally(54))

    assert set(shown.groups) == {"gold"}
    assert shown.rest is not None
    assert shown.rest.members == 14


def test_few_who_are_in_no_group_take_one_with_them() -> None:
    shown = parted(tallies({"gold": 40, "silver": 12}), whole=tally(55))

    assert set(shown.groups) == {"gold"}
    assert shown.rest is not None
    assert shown.rest.members == 15


def test_of_few_members_altogether_nothing_is_shown() -> None:
    assert parted(tallies({"gold": 6, "silver": 3}), whole=tally(9)) == parted({}, whole=tally(9))
    assert parted({}, whole=tally(9)).rest is None
    assert parted({}, whole=NOBODY).rest == NOBODY


def test_of_overlapping_groups_those_of_few_and_of_all_but_few_are_hidden() -> None:
    groups = tallies({"runners": 30, "riders": 10, "new": 9, "adults": 35, "all": 40})

    shown = overlapping(groups, whole=tally(40))

    assert set(shown.groups) == {"runners", "riders", "all"}
    assert shown.rest is None


@given(SIZES, st.integers(0, 30))
def test_whatever_is_shown_is_of_many_and_so_is_what_is_not(
    sizes: dict[str, int], without: int
) -> None:
    whole = tally(sum(sizes.values()) + without)

    shown = parted(tallies(sizes), whole=whole)

    assert all(one.members >= 10 for one in shown.groups.values())
    hidden = whole.members - sum(one.members for one in shown.groups.values())
    assert hidden == 0 or hidden >= 10 or not shown.groups
    assert shown.rest is None or shown.rest.members == hidden
