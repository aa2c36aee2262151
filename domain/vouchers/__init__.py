"""Vouchers: pools of codes that somebody else honours, each given to one redemption, once.

Codes come in by file, a million at a time, and are secrets from then on: they are in no log, no
event and no report. It does not know who redeems, what was paid, or how many a member may have.
"""

from domain.vouchers.errors import (
    BadVoucherFile,
    BadWarning,
    NoSuchPool,
    NotVouchers,
    NoVouchersLeft,
    UploadBusy,
)
from domain.vouchers.events import RunningLow
from domain.vouchers.pooling import COUNTED_MAX, WARN_BELOW, get, left, set_warning, several, tally
from domain.vouchers.records import (
    FAULTS_MAX,
    Fault,
    Pool,
    Tally,
    Upload,
    UploadState,
    Voucher,
    Why,
)
from domain.vouchers.taking import QUANTITY_MAX, given, take
from domain.vouchers.uploading import faults, upload, uploads

__all__ = [
    "COUNTED_MAX",
    "FAULTS_MAX",
    "QUANTITY_MAX",
    "WARN_BELOW",
    "BadVoucherFile",
    "BadWarning",
    "Fault",
    "NoSuchPool",
    "NoVouchersLeft",
    "NotVouchers",
    "Pool",
    "RunningLow",
    "Tally",
    "Upload",
    "UploadBusy",
    "UploadState",
    "Voucher",
    "Why",
    "faults",
    "get",
    "given",
    "left",
    "set_warning",
    "several",
    "take",
    "tally",
    "upload",
    "uploads",
]
