"""Pools of voucher codes, as operators fill them. No code is shown here: it is its member's."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import place_of as uuid_place
from api.raffle_facts import number_of, place_of, reward_of
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import vouchers
from domain.operators import Permission
from domain.vouchers import Pool, Upload

V = strawberry.enum_value
READ, WRITE = Permission.REWARDS_READ, Permission.REWARDS_WRITE
PATHS = {"reward": "rewardId"}


@strawberry.enum(description="How far an upload is.")
class VoucherUploadState(Enum):
    """How far an upload is."""

    RUNNING = V("RUNNING", description="Or cut short: the same file goes on where it was.")
    DONE = V("DONE", description="All of it was read.")


@strawberry.enum(description="Why a row of a file is not in the pool.")
class VoucherFaultKind(Enum):
    """Why a row of a file is not in the pool."""

    UNREADABLE = V("UNREADABLE", description="Its quotes, its encoding, or too many fields.")
    BAD_CODE = V("BAD_CODE", description="No code, or none of 1 to 100 printable characters.")
    BAD_EXPIRY = V("BAD_EXPIRY", description="Neither a date nor a time with its zone.")
    EXPIRED = V("EXPIRED", description="It would never be given.")
    IN_FILE = V("IN_FILE", description="An earlier row of the file has the code.")
    IN_POOL = V("IN_POOL", description="The pool had the code before.")
    ELSEWHERE = V("ELSEWHERE", description="The pool of another reward has the code.")


@output
class VoucherFault:
    """A row that is not in the pool; the code itself is not told."""

    row: int = said("1 is the first one below the header.")
    why: VoucherFaultKind = said("Why it is not there.")
    first: int | None = said("For IN_FILE: the row that has the code.")

    @classmethod
    def of(cls, one: vouchers.Fault) -> "VoucherFault":
        """A fault, as the schema shows it."""
        return cls(row=one.row, why=VoucherFaultKind[one.why.name], first=one.first)


@output
class VoucherUpload:
    """A file of codes, and what came of it."""

    name: str = said("What the file is called.")
    state: VoucherUploadState = said("How far it is.")
    rows: int = said("Rows read so far.")
    loaded: int = said("Rows whose code is in the pool by this file.")
    bad: int = said("Rows that could not be read, or would never be given.")
    in_file: int = said("Rows whose code stands earlier in the file.")
    in_pool: int = said("Rows whose code was in the pool before.")
    elsewhere: int = said("Rows whose code is in the pool of another reward.")
    started_at: Moment = said("When it began.")
    ended_at: Moment | None = said("When all of it was read.")
    record: strawberry.Private[Upload]

    @asked
    async def faults(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[VoucherFault]:
        """The rows that are not in the pool, in their order; the first 10,000 are kept."""
        asker = await info.context.allowed(READ)
        page = Page[vouchers.Fault]("faults", asker, info.context, first=first, after=after)
        async with info.context.reading() as tx:
            found = await vouchers.faults(
                self.record.id,
                programme=self.record.programme,
                after=number_of(page.position),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=VoucherFault.of, place=lambda one: place_of(one.row))

    @classmethod
    def of(cls, one: Upload) -> "VoucherUpload":
        """An upload, as the schema shows it."""
        ended = one.ended_at
        return cls(
            name=one.name,
            state=VoucherUploadState[one.state.name],
            rows=one.rows,
            loaded=one.loaded,
            bad=one.bad,
            in_file=one.in_file,
            in_pool=one.in_pool,
            elsewhere=one.elsewhere,
            started_at=Moment(one.started_at),
            ended_at=None if ended is None else Moment(ended),
            record=one,
        )


@output
class VoucherTally:
    """How many codes there are."""

    loaded: int = said("All that ever came in.")
    given: int = said("Those that somebody has.")
    expired: int = said("Those that nobody was given in time.")
    left: int = said("Those that may still be given.")


@output
class VoucherPool(Node):
    """The codes of one reward."""

    reward_id: strawberry.ID = said("Whose codes they are.")
    warn_below: int = said("You are warned once fewer are left; 0: never.")
    low: bool = said("True once you have been warned, until it is filled.")
    record: strawberry.Private[Pool]

    @asked
    async def tally(self, info: OpsInfo) -> VoucherTally:
        """How many codes there are, to the last one."""
        record, context = self.record, info.context
        async with context.reading() as tx:
            now = await vouchers.tally(
                record.reward, programme=record.programme, at=context.at, tx=tx
            )
        return VoucherTally(loaded=now.loaded, given=now.given, expired=now.expired, left=now.left)

    @asked
    async def uploads(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[VoucherUpload]:
        """The files that came, newest first. Send one to POST /ops/vouchers."""
        asker = await info.context.allowed(READ)
        page = Page[Upload]("uploads", asker, info.context, first=first, after=after)
        async with info.context.reading() as tx:
            found = await vouchers.uploads(
                self.record.reward,
                programme=self.record.programme,
                before=uuid_place(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=VoucherUpload.of, place=lambda one: one.id.bytes)

    @classmethod
    def of(cls, one: Pool) -> "VoucherPool":
        """A pool, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.VOUCHER_POOL, one.reward),
            reward_id=globalids.of(Kind.REWARD, one.reward),
            warn_below=one.warn_below,
            low=one.low,
            record=one,
        )


@output
class VoucherQueries:
    """What operators see of pools."""

    @permitted(READ)
    async def voucher_pool(
        self,
        info: OpsInfo,
        reward_id: Annotated[strawberry.ID, argument("The id of a `Reward`.")],
    ) -> VoucherPool | None:
        """The codes of a reward; null when none came yet."""
        asker = await info.context.allowed(READ)
        reward = reward_of(reward_id)
        async with info.context.reading() as tx:
            found = await vouchers.several([reward], programme=asker.programme, tx=tx)
        return VoucherPool.of(found[reward]) if reward in found else None


@input
class SetVoucherWarningInput:
    """When to be warned."""

    reward_id: strawberry.ID = said("A reward of the kind VOUCHER.")
    warn_below: int = said("Once fewer codes are left, 0 to a million; 0: never.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SetVoucherWarningSuccess:
    """You are warned in time."""

    pool: VoucherPool = said("The pool, as it is now.")


SetVoucherWarningResult: TypeAlias = Annotated[
    SetVoucherWarningSuccess | RequestRefused, result("SetVoucherWarningResult")
]


async def _warn(asked: SetVoucherWarningInput, act: OpsAct) -> UUID:
    pool = await vouchers.set_warning(
        reward_of(asked.reward_id),
        asked.warn_below,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )
    return pool.reward


async def _warned(reward: UUID, context: OpsContext) -> SetVoucherWarningSuccess:
    programme = (await context.programme()).id
    async with context.reading() as tx:
        found = await vouchers.get(reward, programme=programme, tx=tx)
    return SetVoucherWarningSuccess(pool=VoucherPool.of(found))


WARN: OpsVerb[UUID, SetVoucherWarningResult] = OpsVerb(
    UUID, _warn, _warned, paths=PATHS, permission=WRITE
)


@output
class VoucherMutations:
    """Mutations about pools."""

    @mutation
    async def set_voucher_warning(
        self, info: OpsInfo, input: Annotated[SetVoucherWarningInput, argument("When.")]
    ) -> SetVoucherWarningResult | None:
        """Say below how many codes you are warned. Needs REWARDS_WRITE.
        Refuses BAD_VOUCHER_WARNING, NO_SUCH_REWARD, NOT_A_VOUCHER_REWARD."""
        return await WARN.perform(info, input)
