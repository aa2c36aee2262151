"""The statement, as GraphQL: each entry says for itself what it was."""

from uuid import UUID

import strawberry

from api import cursors, globalids
from api.activities import Activity
from api.context import Context, Info
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import Connection, Node, Page
from api.people import PublicMember, other
from api.scalars import Moment, Points
from api.states import EntryKind
from api.transfers import Transfer
from domain import ledger
from domain.ledger import Entry
from domain.members import Member as Asker
from infra.db import Tx

ENTRIES_MAX = 2**62
TEXTS = {
    EntryKind.EARNED: "Points for an activity",
    EntryKind.SENT: "Points given to a friend",
    EntryKind.RECEIVED: "Points from a friend",
    EntryKind.SET_ASIDE: "Points waiting for a friend's answer",
    EntryKind.GIVEN_BACK: "Points that had been set aside, free again",
    EntryKind.SPENT: "Points spent",
    EntryKind.EXPIRED: "Points that expired",
    EntryKind.DONATED: "Points given to a cause",
    EntryKind.REVERSED: "An earlier entry undone",
    EntryKind.SETTLED: "Points taken for an earlier debt",
    EntryKind.ADJUSTED: "Points granted by the programme",
}
KINDS = {
    ledger.Kind.HOLD: EntryKind.SET_ASIDE,
    ledger.Kind.RELEASE: EntryKind.GIVEN_BACK,
    ledger.Kind.EXPIRE: EntryKind.EXPIRED,
    ledger.Kind.REVERSE: EntryKind.REVERSED,
    ledger.Kind.SETTLE: EntryKind.SETTLED,
}


@output
class StatementEntry(Node):
    """One thing that happened to your points. Entries are never changed or taken away."""

    number: int = said("Entries are numbered 1, 2, 3 and so on, without gaps.")
    kind: EntryKind = said("What happened.")
    amount: Points = said(
        "Points gained or, negative, lost. SET_ASIDE and GIVEN_BACK move points between `held`"
        " and `available`; they leave the balance as it is."
    )
    balance_after: Points = said("The balance after it, with points that are set aside.")
    at: Moment = said("When it happened.")
    text: str = said("What it was, in plain English.")
    activity_key: strawberry.Private[UUID | None]
    transfer_key: strawberry.Private[UUID | None]
    friend_key: strawberry.Private[UUID | None]

    @asked
    async def activity(self, info: Info) -> Activity | None:
        """The activity that earned it."""
        if self.activity_key is None:
            return None
        found = await info.context.loading.activities.load(self.activity_key)
        return None if found is None else Activity.of(found)

    @asked
    async def transfer(self, info: Info) -> Transfer | None:
        """The transfer that it was part of."""
        asker = await info.context.asker()
        if self.transfer_key is None or asker is None:
            return None
        found = await info.context.loading.transfers.load(self.transfer_key)
        return None if found is None else Transfer.of(found, asker.id)

    @asked
    async def friend(self, info: Info) -> PublicMember | None:
        """Who gave the points or got them."""
        return None if self.friend_key is None else await other(self.friend_key, info)

    @classmethod
    def of(cls, entry: Entry, asker: Asker) -> "StatementEntry":
        """A ledger entry, as the member sees it whose account it is in."""
        kind = _kind(entry)
        key = asker.account.to_bytes(8, "big") + cursors.from_number(entry.seq)
        return cls(
            id=globalids.of(Kind.ENTRY, key),
            number=entry.seq,
            kind=kind,
            amount=Points(entry.amount),
            balance_after=Points(entry.balance_after),
            at=Moment(entry.at),
            text=str(entry.meta.get("text") or TEXTS[kind]),
            activity_key=_uuid(entry, "activity"),
            transfer_key=_uuid(entry, "transfer"),
            friend_key=_friend(entry, asker),
        )


async def statement_page(
    asker: Asker, context: Context, *, first: int, after: str | None
) -> Connection[StatementEntry]:
    """One page of the asker's statement, newest first."""
    page = Page[Entry]("statement", asker, context, first=first, after=after)
    before = None if page.position is None else cursors.to_number(page.position)
    async with context.reading() as tx:
        found = await ledger.statement(
            asker.account, book=asker.book, before_seq=before, limit=page.limit, tx=tx
        )
    return page.shaped(
        found,
        node=lambda entry: StatementEntry.of(entry, asker),
        place=lambda entry: cursors.from_number(entry.seq),
    )


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> StatementEntry | None:
    """The entry of the asker's own account with that id."""
    if len(name.key) != 16 or int.from_bytes(name.key[:8], "big") != asker.account:
        return None
    seq = int.from_bytes(name.key[8:], "big")
    if not 0 < seq <= ENTRIES_MAX:
        return None
    found = await ledger.entries_after(
        asker.account, book=asker.book, after_seq=seq - 1, limit=1, tx=tx
    )
    return StatementEntry.of(found[0], asker) if found else None


def _kind(entry: Entry) -> EntryKind:
    if entry.kind in KINDS:
        return KINDS[entry.kind]
    match entry.meta.get("why"):
        case "activity" | "referral":
            return EntryKind.EARNED
        case "transfer" | "club" | "contest":
            return EntryKind.SENT if entry.amount < 0 else EntryKind.RECEIVED
        case "streak" | "challenge" | "board" if entry.amount > 0:
            return EntryKind.EARNED
        case "donation":
            return EntryKind.DONATED
        case _:
            spent = entry.counter_account == ledger.REDEMPTION
            return EntryKind.SPENT if spent else EntryKind.ADJUSTED


def _uuid(entry: Entry, name: str) -> UUID | None:
    said = entry.meta.get(name)
    return UUID(said) if isinstance(said, str) else None


def _friend(entry: Entry, asker: Asker) -> UUID | None:
    ends = (_uuid(entry, "sender"), _uuid(entry, "receiver"))
    return next((end for end in ends if end is not None and end != asker.id), None)
