"""What imports refuse as a whole; what is wrong with a row is a Fault, not an error."""

from infra.errors import Refused


class BadColumns(Refused):
    """The file lacks columns that its rows need, or has some that mean nothing."""

    code = "BAD_COLUMNS"


class ImportBusy(Refused):
    """Somebody else is importing this very file now, or has gone on with it meanwhile."""

    code = "IMPORT_BUSY"
    retryable = True


class ImportTooOld(Refused):
    """The import was interrupted so long ago that its postings can no longer be told apart."""

    code = "IMPORT_TOO_OLD"
