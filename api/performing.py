"""Performing: what the mutations of all schemas share, whoever may make them.

With a key, the answer is kept in the transaction that did what it says, a refusal too: what a
refused verb had written is undone alone, by a savepoint. Only a refusal that may pass is not
kept, so that the same request with the same key can succeed when it has.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import UUID

import strawberry
from pydantic import TypeAdapter

from api import idempotency, refusals
from api.refusals import Refusal
from infra import answers, ids
from infra.answers import Claim
from infra.db import Tx
from infra.errors import Refused

REFUSAL = TypeAdapter(Refusal)


class Acting(Protocol):
    """What every act has, whoever acts."""

    @property
    def at(self) -> datetime:
        """When it was asked for."""
        ...

    @property
    def tx(self) -> Tx:
        """The transaction of the mutation."""
        ...


C = TypeVar("C")
A = TypeVar("A", bound=Acting)
V = TypeVar("V")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Key:
    """The idempotency key of a request, and 32 bytes that are the same for the same request."""

    id: UUID
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answered(Generic[V]):
    """What came of a mutation; `repeated`: it had been carried out before, and is not again."""

    value: V | Refusal
    repeated: bool = False


@dataclass(frozen=True)
class Mutation(Generic[C, A, V, R]):
    """One mutation: what it runs, what of its answer is kept, and how that is shaped.

    C, A, V, R -- the context, the act, what the verb answers, the mutation's result union.
    keeps      -- the type of the verb's answer: plain values, so that it can be kept.
    moves      -- True when it moves points: then it must have a key.
    paths      -- the input's names for what the domain calls otherwise.
    """

    keeps: Any
    run: Callable[[Any, A], Awaitable[V]]
    shape: Callable[[V, C], Awaitable[Any]]
    moves: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _kept(self) -> TypeAdapter[V]:
        return TypeAdapter(self.keeps)

    def key(self, info: strawberry.Info[Any, None], asked: object, *, at: datetime) -> Key | None:
        """The request's key; None without one. Raises KeyRequired, KeyInvalid, KeyExpired."""
        id = idempotency.key_of(info, at=at, required=self.moves)
        return None if id is None else Key(id, idempotency.fingerprint(info.field_name, asked))

    async def once(self, claim: Claim | None, asked: object, act: A) -> Answered[V]:
        """Run the verb, or repeat what it answered under that claim. Raises Refused."""
        if claim is None:
            return Answered(await self.run(asked, act))
        first = await answers.claim(claim, at=act.at, tx=act.tx)
        if first is not None:
            if not first.same:
                raise idempotency.KeyReused("the key was used for a different request")
            return Answered(self._read(first.answer), repeated=True)
        answer: V | Refusal
        try:
            async with act.tx.savepoint():
                answer = await self.run(asked, act)
            kept = {"value": self._kept.dump_python(answer, mode="json")}
        except Refused as refused:
            answer = self.refusal(refused, asked)
            if refused.retryable:
                # Nothing was done, and the same may well be done later, also by a blind retry.
                await answers.release(claim, tx=act.tx)
                return Answered(answer)
            kept = {"refused": REFUSAL.dump_python(answer, mode="json")}
        await answers.keep(claim, kept, tx=act.tx)
        return Answered(answer)

    def refusal(self, refused: Refused, asked: object) -> Refusal:
        """A refusal as a value."""
        return refusals.plain(refused, asked=asked, paths=self.paths)

    async def shaped(self, value: V | Refusal, context: C) -> R:
        """The answer as a value of the result union."""
        if isinstance(value, Refusal):
            return cast(R, refusals.shaped(value))
        return cast(R, await self.shape(value, context))

    def _read(self, kept: Mapping[str, Any]) -> V | Refusal:
        if "refused" in kept:
            return REFUSAL.validate_python(kept["refused"])
        return self._kept.validate_python(kept["value"], strict=False)


def id_for(key: Key | None, *, owner: UUID, at: datetime) -> UUID:
    """The id of what a mutation makes: derived from its key, so that a repeat makes the same."""
    return ids.new(at) if key is None else ids.derived(ids.made_at(key.id), owner, key.id)
