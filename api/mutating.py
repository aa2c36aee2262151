"""Mutating: the one way through which every mutation goes.

One mutation field is one transaction. With a key, the answer is kept in that same transaction,
a refusal too: what a refused verb had written is undone alone, by a savepoint.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import TypeAdapter

from api import idempotency, refusals
from api.context import Context, Info
from api.refusals import NotAMember, Refusal
from domain import programmes
from domain.members import Member
from infra import answers, db, ids
from infra.answers import Claim
from infra.db import Tx
from infra.errors import Refused
from infra.identity import Identity

V = TypeVar("V")
R = TypeVar("R")
REFUSAL = TypeAdapter(Refusal)


@dataclass(frozen=True, slots=True)
class Act:
    """What a verb of the domain needs beside its own arguments.

    id -- for what the verb makes: derived from the key, so that a repeat makes the same.
    """

    identity: Identity
    at: datetime
    id: UUID
    tx: Tx
    asker: Member | None

    @property
    def member(self) -> Member:
        """Who acts. Raises NotAMember."""
        if self.asker is None:
            raise NotAMember("join the programme first")
        return self.asker


Run: TypeAlias = Callable[[Any, Act], Awaitable[V]]


@dataclass(frozen=True)
class Verb(Generic[V, R]):
    """One mutation: what it runs, what of its answer is kept, and how that is shaped.

    V, R      -- what the verb answers, and the mutation's result union.
    keeps     -- the type of the verb's answer: plain values, so that it can be kept.
    moves     -- True when it moves points: then it must have a key.
    newcomers -- True when somebody who is no member yet may use it.
    paths     -- the input's names for what the domain calls otherwise.
    """

    keeps: Any
    run: Run[V]
    shape: Callable[[V, Context], Awaitable[Any]]
    moves: bool = False
    newcomers: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _kept(self) -> TypeAdapter[V]:
        return TypeAdapter(self.keeps)

    async def perform(self, info: Info, asked: object) -> R:
        """Carry the mutation out, or repeat the first answer; a value of its result union."""
        context = info.context
        await context.rest()
        value: V | Refusal
        try:
            key = idempotency.key_of(info, at=context.at, required=self.moves)
            said = None if key is None else idempotency.fingerprint(info.field_name, asked)
            async with db.transaction() as tx:
                asker = await context.recognise(tx=tx)
                if asker is None and not self.newcomers:
                    raise NotAMember("join the programme first")
                act = Act(context.identity, context.at, _id(key, asker, context), tx, asker)
                if key is None or said is None:
                    value = await self.run(asked, act)
                else:
                    claim = await _claim(key, said, act, newcomers=self.newcomers)
                    value = await self._once(claim, asked, act)
        except Refused as refused:
            value = refusals.plain(refused, asked=asked, paths=self.paths)
        # What moves points leaves the member's own record as it is.
        context.forget(asker=not self.moves)
        if isinstance(value, Refusal):
            return cast(R, refusals.shaped(value))
        return cast(R, await self.shape(value, context))

    async def _once(self, claim: Claim, asked: object, act: Act) -> V | Refusal:
        first = await answers.claim(claim, at=act.at, tx=act.tx)
        if first is not None:
            if not first.same:
                raise idempotency.KeyReused("the key was used for a different request")
            return self._read(first.answer)
        answer: V | Refusal
        try:
            async with act.tx.savepoint():
                answer = await self.run(asked, act)
            kept = {"value": self._kept.dump_python(answer, mode="json")}
        except Refused as refused:
            answer = refusals.plain(refused, asked=asked, paths=self.paths)
            kept = {"refused": REFUSAL.dump_python(answer, mode="json")}
        await answers.keep(claim, kept, tx=act.tx)
        return answer

    def _read(self, kept: Mapping[str, Any]) -> V | Refusal:
        if "refused" in kept:
            return REFUSAL.validate_python(kept["refused"])
        return self._kept.validate_python(kept["value"], strict=False)


def _id(key: UUID | None, asker: Member | None, context: Context) -> UUID:
    if key is None:
        return ids.new(context.at)
    owner = _stranger(context.identity) if asker is None else asker.id
    return ids.derived(ids.made_at(key), owner, key)


async def _claim(key: UUID, said: bytes, act: Act, *, newcomers: bool) -> Claim:
    """The place of a key. A newcomer becomes a member by the mutation itself, so theirs is
    that of the token before and after."""
    if act.asker is not None and not newcomers:
        return Claim(act.asker.programme, act.asker.id, key, said)
    programme = await programmes.by_slug(act.identity.programme, tx=act.tx)
    return Claim(programme.id, _stranger(act.identity), key, said)


def _stranger(identity: Identity) -> UUID:
    said = f"{identity.programme}\x1f{identity.issuer}\x1f{identity.subject}"
    return UUID(bytes=sha256(said.encode()).digest()[:16])
