"""What vouchers refuses."""

from infra.errors import Refused


class NotVouchers(Refused):
    """The reward is of another kind: it has no codes."""

    code = "NOT_A_VOUCHER_REWARD"
    path = ("reward",)


class NoSuchPool(Refused):
    """Nobody has said anything about the codes of this reward yet."""

    code = "NO_SUCH_VOUCHER_POOL"
    path = ("reward",)


class BadWarning(Refused):
    """A warning comes below a whole number of codes, 0 to a million."""

    code = "BAD_VOUCHER_WARNING"
    path = ("warnBelow",)


class BadVoucherFile(Refused):
    """The file has a column `code`, may have `expires`, and has no other."""

    code = "BAD_VOUCHER_FILE"
    path = ("file",)


class UploadBusy(Refused):
    """Somebody else is uploading this very file; it goes on where they stop."""

    code = "VOUCHER_UPLOAD_BUSY"
    retryable = True


class NoVouchersLeft(Refused):
    """There are not so many codes that may still be given; more may come.

    left -- how many there were, those that others were just being given left out.
    """

    code = "NO_VOUCHERS_LEFT"
    retryable = True

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} codes are left")
        self.left = left
