"""Ledger: moves whole points between accounts and keeps every move for ever.

The only code that changes a balance. It knows books, accounts and lots; it does not know
members, rewards or why anyone moves anything.
"""

from domain.ledger.balances import Balance, Expiring, balance, balance_at, balances, expiring
from domain.ledger.books import (
    AccountClass,
    ReturnPolicy,
    open_account,
    open_accounts,
    open_book,
)
from domain.ledger.coalescing import Coalescer, coalescer
from domain.ledger.crossing import cross
from domain.ledger.errors import (
    ExpiryBehind,
    HoldNotOpen,
    InsufficientPoints,
    InvalidItem,
    KeyExpired,
    KeyReused,
    LinkedFailed,
    NoSuchAccount,
    NotPosted,
    NotReversible,
    PendingNotOpen,
    ReturnRefused,
    refuse,
    require,
)
from domain.ledger.explaining import Explanation, OpenHold, OpenPromise, Reason, explain
from domain.ledger.items import (
    ADJUSTMENT,
    BREAKAGE,
    CLEARING,
    ISSUANCE,
    NOBODY,
    POINTS_MAX,
    REDEMPTION,
    Item,
    Kind,
    capture,
    hold,
    issue,
    move,
    release,
    reverse,
    spend,
)
from domain.ledger.liability import Cohort, Liability, liability
from domain.ledger.lots import NEVER, Lot, last_day, month_of
from domain.ledger.outcomes import Outcome, Result
from domain.ledger.pending import Promise, cancel, mature, promise
from domain.ledger.posting import channel, post, post_one, preview
from domain.ledger.publishing import publish, published
from domain.ledger.receipts import (
    NoSuchPosting,
    NotSealedYet,
    Posting,
    Receipt,
    read_receipt,
    receipt,
    verify_receipt,
    write_receipt,
)
from domain.ledger.reconciling import Discrepancy, Wrong, reconcile
from domain.ledger.replaying import Finding, Flaw
from domain.ledger.sealing import Seal, TransactionsWentBack, seal
from domain.ledger.statement import Entry, entries_after, statement
from domain.ledger.totals import Total, totals
from domain.ledger.verifying import Progress, Verdict, verify

__all__ = [
    "ADJUSTMENT",
    "BREAKAGE",
    "CLEARING",
    "ISSUANCE",
    "NEVER",
    "NOBODY",
    "POINTS_MAX",
    "REDEMPTION",
    "AccountClass",
    "Balance",
    "Coalescer",
    "Cohort",
    "Discrepancy",
    "Entry",
    "Expiring",
    "ExpiryBehind",
    "Explanation",
    "Finding",
    "Flaw",
    "HoldNotOpen",
    "InsufficientPoints",
    "InvalidItem",
    "Item",
    "KeyExpired",
    "KeyReused",
    "Kind",
    "Liability",
    "LinkedFailed",
    "Lot",
    "NoSuchAccount",
    "NoSuchPosting",
    "NotPosted",
    "NotReversible",
    "NotSealedYet",
    "OpenHold",
    "OpenPromise",
    "Outcome",
    "PendingNotOpen",
    "Posting",
    "Progress",
    "Promise",
    "Reason",
    "Receipt",
    "Result",
    "ReturnPolicy",
    "ReturnRefused",
    "Seal",
    "Total",
    "TransactionsWentBack",
    "Verdict",
    "Wrong",
    "balance",
    "balance_at",
    "balances",
    "cancel",
    "capture",
    "channel",
    "coalescer",
    "cross",
    "entries_after",
    "expiring",
    "explain",
    "hold",
    "issue",
    "last_day",
    "liability",
    "mature",
    "month_of",
    "move",
    "open_account",
    "open_accounts",
    "open_book",
    "post",
    "post_one",
    "preview",
    "promise",
    "publish",
    "published",
    "read_receipt",
    "receipt",
    "reconcile",
    "refuse",
    "release",
    "require",
    "reverse",
    "seal",
    "spend",
    "statement",
    "totals",
    "verify",
    "verify_receipt",
    "write_receipt",
]
