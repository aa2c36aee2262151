"""What energy refuses."""

from infra.errors import Refused


class EmptyFile(Refused):
    """The file has no bytes."""

    code = "EMPTY_FILE"
    path = ("file",)


class FileTooLarge(Refused):
    """The file has more than 10 MiB."""

    code = "FILE_TOO_LARGE"
    path = ("file",)


class BadMeter(Refused):
    """A meter's name is 1 to 40 characters of plain text."""

    code = "BAD_METER"
    path = ("meter",)


class MeterTaken(Refused):
    """The meter is another member's: a household saves once."""

    code = "METER_TAKEN"
    path = ("meter",)


class SameFile(Refused):
    """This very file was sent before, by this member or another."""

    code = "SAME_FILE"
    path = ("file",)


class TooManyFiles(Refused):
    """Five files of the member wait to be read."""

    code = "TOO_MANY_WAITING"
    retryable = True


class BadReadings(Refused):
    """The readings cannot be used; the message says which word of Fault it is."""

    code = "BAD_READINGS"
    path = ("readings",)
