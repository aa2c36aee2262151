"""What is chosen at the end of an activity: near, fitting, and not what was refused."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.activities import Type
from domain.moments import Candidate, Context, choose

RUN = Context(Type.RUN, 1_800)


def one(number: int = 1, **said: object) -> Candidate:
    words: dict[str, object] = {
        "treat": UUID(int=number),
        "outlet": UUID(int=number),
        "kind": "DRINK",
        "types": 1,
        "distance_m": 300,
        "cost": 50,
        "worth": 50,
    }
    return Candidate(**{**words, **said})  # type: ignore[arg-type]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose(RUN, []) is None


def test_the_nearer_of_two_alike_is_chosen() -> None:
    near, far = one(1, distance_m=200), one(2, distance_m=900)

    assert choose(RUN, [far, near]) == near


def test_what_is_made_for_the_activity_comes_before_what_fits_anything() -> None:
    made, any = one(1, types=1, distance_m=400), one(2, types=9, distance_m=300)

    assert choose(RUN, [any, made]) == made


def test_of_two_alike_the_one_with_the_larger_margin_is_chosen() -> None:
    poor, rich = one(1, worth=40), one(2, worth=90)

    assert choose(RUN, [poor, rich]) == rich


def test_what_was_refused_lately_gives_way_to_another_kind() -> None:
    drink, snack = one(1), one(2, kind="SNACK", distance_m=700)

    assert choose(RUN, [drink, snack]) == drink
    assert choose(Context(Type.RUN, 1_800, refused={"DRINK": 1}), [drink, snack]) == snack
    assert choose(Context(Type.RUN, 1_800, refused={str(drink.treat): 1}), [drink, snack]) == snack


def test_what_was_let_expire_often_gives_way_too() -> None:
    drink, snack = one(1), one(2, kind="SNACK", distance_m=700)

    assert choose(Context(Type.RUN, 1_800, ignored={"DRINK": 2}), [drink, snack]) == snack


def test_what_was_refused_again_and_again_is_not_offered_at_all() -> None:
    assert choose(Context(Type.RUN, 1_800, refused={"DRINK": 4}), [one()]) is None


@given(
    st.lists(
        st.builds(
            one,
            st.integers(1, 9),
            types=st.integers(1, 9),
            distance_m=st.integers(0, 2_500),
            worth=st.integers(0, 200),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_the_order_of_the_candidates_never_matters(found: list[Candidate], chance) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)

    chosen = choose(RUN, found)

    assert choose(RUN, shuffled) == chosen
    assert chosen is None or chosen in found
