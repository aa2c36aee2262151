"""The ledger again, in plain Python and one account at a time: what the tests compare with.

It has no batches, no arrays and no SQL; it copies itself where the ledger would undo. It was
written from the rules, not from the functions, and is as slow as it is simple.
"""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from domain.ledger import NEVER, POINTS_MAX, Item, Kind, Outcome, ReturnPolicy, month_of
from infra import ids

UNKEPT = (Outcome.INVALID, Outcome.EXPIRY_BEHIND)
Answer = tuple[Outcome, int, int | None, int | None, int | None, int | None]


@dataclass
class Account:
    lots: Counter[int] = field(default_factory=Counter)
    held: int = 0
    debt: int = 0
    seq: int = 0

    @property
    def balance(self) -> int:
        return sum(self.lots.values())


@dataclass
class Hold:
    account: int
    amount: int
    expires_at: datetime
    is_open: bool = True


@dataclass
class Posting:
    kind: Kind
    debit: int
    credit: int
    amount: int
    lots: Counter[int]
    reversed: bool = False


class Model:
    """One book. `wallets` are its accounts, all of them wallets."""

    def __init__(
        self, wallets: Sequence[int], at: datetime, expiry_months: int | None, policy: ReturnPolicy
    ) -> None:
        self.accounts = {number: Account() for number in wallets}
        self.expiry_months, self.policy = expiry_months, policy
        self.closed = self.expired = month_of(at) - 1
        self.answers: dict[UUID, tuple[Item, Answer]] = {}
        self.holds: dict[UUID, Hold] = {}
        self.postings: dict[UUID, Posting] = {}

    def post(self, items: Sequence[Item], at: datetime) -> list[Answer]:
        answers: list[Answer] = []
        for group, members in groupby(items, key=lambda item: item.group):
            if group is None:
                answers += [self._one(item, at) for item in members]
            else:
                answers += self._linked(list(members), at)
        return answers

    def sweep(self, at: datetime) -> None:
        self.closed = max(self.closed, month_of(at) - 1)
        for account in self.accounts.values():
            self._expire(account, self.closed + 1)
        if not any(self._stale(account, self.closed + 1) for account in self.accounts.values()):
            self.expired = self.closed

    def _linked(self, items: list[Item], at: datetime) -> list[Answer]:
        known = [item.id in self.answers for item in items]
        if any(known):
            return [
                self._one(item, at)
                if all(known) or was
                else self._refuse(item, Outcome.LINKED_FAILED)
                for item, was in zip(items, known, strict=True)
            ]
        before = deepcopy(self.__dict__)
        answers = []
        for item in items:
            answers.append(self._one(item, at))
            if answers[-1][0] not in (Outcome.DONE, Outcome.ALREADY_DONE):
                break
        else:
            return answers
        self.__dict__ = before
        failing, reason = len(answers) - 1, answers[-1][0]
        answers = []
        for n, item in enumerate(items):
            if n > failing and item.id in self.answers:
                answers.append(self._again(item))
            else:
                code = reason if n == failing else Outcome.LINKED_FAILED
                answers.append(self._refuse(item, code, keep=reason not in UNKEPT))
        return answers

    def _refuse(self, item: Item, outcome: Outcome, *, keep: bool = True) -> Answer:
        answer = (outcome, 0, None, None, None, None)
        if keep and outcome not in UNKEPT and item.id not in self.answers:
            self.answers[item.id] = (item, answer)
        return answer

    def _one(self, item: Item, at: datetime) -> Answer:
        if item.id in self.answers:
            return self._again(item)
        month = max(month_of(at), self.closed + 1)
        refusal = self._refusal(item, at, month)
        if refusal is not None:
            return self._refuse(item, refusal)
        outcome = Outcome.DONE
        answer = (outcome, *self._do(item, at, month))
        self.answers[item.id] = (item, (Outcome.ALREADY_DONE, *answer[1:]))
        return answer

    def _again(self, item: Item) -> Answer:
        first, answer = self.answers[item.id]
        same = (first.kind, first.ref) == (item.kind, item.ref)
        if item.kind is not Kind.REVERSE:
            same &= (first.debit, first.credit) == (item.debit, item.credit)
        if item.kind not in (Kind.REVERSE, Kind.RELEASE):
            same &= first.amount == item.amount
        return answer if same else (Outcome.KEY_REUSED, 0, None, None, None, None)

    def _refusal(self, item: Item, at: datetime, month: int) -> Outcome | None:
        made = ids.made_at(item.id)
        if not at - timedelta(days=30) <= made < at + timedelta(days=2):
            return Outcome.OUTSIDE_WINDOW
        match item.kind:
            case Kind.REVERSE:
                return self._reverse_refusal(item, month)
            case Kind.HOLD | Kind.RELEASE:
                return self._held_refusal(item, at, month)
        if (
            not 1 <= item.amount <= POINTS_MAX
            or item.debit == item.credit
            or (item.debit < 0 and item.credit < 0)
        ):
            return Outcome.INVALID
        if any(side > 0 and side not in self.accounts for side in (item.debit, item.credit)):
            return Outcome.NO_ACCOUNT
        if item.kind is Kind.CAPTURE:
            hold = self.holds.get(item.ref) if item.ref else None
            if (
                hold is None
                or not hold.is_open
                or hold.account != item.debit
                or item.amount > hold.amount
                or hold.expires_at <= at
            ):
                return Outcome.HOLD_NOT_OPEN
            return None
        if item.debit < 0:
            return self._month_refusal(self._earned_month(item, month), month)
        if item.month is not None:
            return Outcome.INVALID
        return Outcome.INSUFFICIENT if self.free(item.debit, month) < item.amount else None

    def _month_refusal(self, wanted: int, month: int) -> Outcome | None:
        if wanted == NEVER:
            return None
        if not month <= wanted <= month + 34:
            return Outcome.INVALID
        return Outcome.EXPIRY_BEHIND if wanted - self.expired > 37 else None

    def _earned_month(self, item: Item, month: int) -> int:
        if item.month is not None:
            return item.month
        return NEVER if self.expiry_months is None else month + self.expiry_months

    def _held_refusal(self, item: Item, at: datetime, month: int) -> Outcome | None:
        if item.kind is Kind.HOLD:
            ends = item.expires_at or at + timedelta(minutes=15)
            if not 1 <= item.amount <= POINTS_MAX or not at < ends <= at + timedelta(days=31):
                return Outcome.INVALID
        if item.debit not in self.accounts:
            return Outcome.NO_ACCOUNT
        if item.kind is Kind.HOLD:
            return Outcome.INSUFFICIENT if self.free(item.debit, month) < item.amount else None
        hold = self.holds.get(item.ref) if item.ref else None
        if hold is None or not hold.is_open or hold.account != item.debit:
            return Outcome.HOLD_NOT_OPEN
        return None

    def _reverse_refusal(self, item: Item, month: int) -> Outcome | None:
        original = self.postings.get(item.ref) if item.ref else None
        if original is None or original.reversed:
            return Outcome.NOT_REVERSIBLE
        if original.credit < 0:
            return None
        free = self.free(original.credit, month)
        if original.debit > 0:
            return Outcome.INSUFFICIENT if free < original.amount else None
        if self.policy is ReturnPolicy.ONLY_PENDING:
            return Outcome.RETURN_REFUSED
        if self.policy is ReturnPolicy.WITHIN_BALANCE and free <= 0:
            return Outcome.INSUFFICIENT
        return None

    def free(self, number: int, month: int) -> int:
        account = self.accounts[number]
        return account.balance - max(account.held, self._stale(account, month))

    def _stale(self, account: Account, month: int) -> int:
        return sum(points for lot, points in account.lots.items() if lot < month)

    def _expire(self, account: Account, month: int) -> None:
        for lot in sorted(lot for lot in account.lots if lot < month and account.lots[lot]):
            points = min(account.lots[lot], self._stale(account, month) - account.held)
            if points > 0:
                account.lots[lot] -= points
                account.seq += 1

    def _do(self, item: Item, at: datetime, month: int) -> tuple[int, *tuple[int | None, ...]]:
        debit, credit, amount = item.debit, item.credit, item.amount
        match item.kind:
            case Kind.HOLD:
                account = self.accounts[debit]
                stale = self._stale(account, month) - account.held
                if stale > 0:  # in one posting, however many lots
                    self._take(account, stale, first=0)
                    account.seq += 1
                ends = item.expires_at or at + timedelta(minutes=15)
                self.holds[item.id] = Hold(debit, amount, ends)
                account.held += amount
                return self._numbers(amount, debit, None)
            case Kind.RELEASE:
                assert item.ref is not None
                hold = self.holds[item.ref]
                hold.is_open = False
                self.accounts[debit].held -= hold.amount
                return self._numbers(hold.amount, debit, None)
            case Kind.REVERSE:
                return self._reverse(item, month)
        if item.kind is Kind.CAPTURE:
            assert item.ref is not None
            hold = self.holds[item.ref]
            hold.is_open = False
            self.accounts[debit].held -= hold.amount
        if debit > 0:
            first = 0 if item.kind is Kind.CAPTURE else month
            lots = self._take(self.accounts[debit], amount, first=first)
        else:
            lots = Counter({self._earned_month(item, month): amount})
        self.postings[item.id] = Posting(item.kind, debit, credit, amount, lots)
        return self._give(amount, debit, credit, lots, month)

    def _reverse(self, item: Item, month: int) -> tuple[int, *tuple[int | None, ...]]:
        assert item.ref is not None
        original = self.postings[item.ref]
        original.reversed = True
        debit, credit, amount = original.credit, original.debit, original.amount
        if debit > 0:
            account = self.accounts[debit]
            wanted, amount = amount, min(amount, max(self.free(debit, month), 0))
            if self.policy is ReturnPolicy.NEGATIVE_ALLOWED:
                account.debt += wanted - amount
            if amount == 0:
                return 0, None, None, None, None
            left = amount
            for lot in sorted(original.lots):
                points = min(account.lots[lot], original.lots[lot], left) if lot >= month else 0
                account.lots[lot] -= points
                left -= points
            self._take(account, left, first=month)
        return self._give(amount, debit, credit, original.lots, month)

    def _take(self, account: Account, amount: int, *, first: int) -> Counter[int]:
        taken: Counter[int] = Counter()
        for lot in sorted(account.lots):
            points = min(account.lots[lot], amount) if lot >= first else 0
            if points > 0:
                account.lots[lot] -= points
                taken[lot] += points
                amount -= points
        assert amount == 0, "lots cover what may be taken"
        return taken

    def _give(
        self, amount: int, debit: int, credit: int, lots: Counter[int], month: int
    ) -> tuple[int, *tuple[int | None, ...]]:
        if credit > 0:
            for lot, points in lots.items():
                self.accounts[credit].lots[max(lot, month)] += points
        numbers = self._numbers(amount, debit, credit)
        if credit > 0:
            account = self.accounts[credit]
            settled = min(account.debt, self.free(credit, month))
            if settled > 0:
                account.debt -= settled
                account.seq += 1
                self._take(account, settled, first=month)
        return numbers

    def _numbers(
        self, moved: int, debit: int, credit: int | None
    ) -> tuple[int, *tuple[int | None, ...]]:
        sides = [self.accounts.get(side) if side else None for side in (debit, credit)]
        for account in sides:
            if account is not None:
                account.seq += 1
        one, two = ((a.balance, a.seq) if a else (None, None) for a in sides)
        return moved, one[0], two[0], one[1], two[1]
