"""What programmes refuses."""

from infra.errors import Refused


class NoSuchProgramme(Refused):
    """No programme has that slug or number."""

    code = "NO_SUCH_PROGRAMME"


class SlugTaken(Refused):
    """Another programme has that slug."""

    code = "SLUG_TAKEN"
    path = ("slug",)


class BadSlug(Refused):
    """A slug is 2 to 40 lower-case letters, digits and hyphens, a letter first."""

    code = "BAD_SLUG"
    path = ("slug",)


class BadUnit(Refused):
    """A unit is 1 to 30 characters of plain text, such as "points"."""

    code = "BAD_UNIT"
    path = ("unit",)


class BadPolicy(Refused):
    """A limit is outside what the ledger can keep; `path` names it."""

    code = "BAD_POLICY"

    def __init__(self, field: str, *, least: int, most: int) -> None:
        super().__init__(f"{field} must be between {least} and {most}")
        self.field, self.least, self.most = field, least, most
        self.path = (field,)


class BadBranding(Refused):
    """A part of the branding cannot be shown; `path` names it."""

    code = "BAD_BRANDING"

    def __init__(self, part: str, why: str) -> None:
        super().__init__(why)
        self.path = (part,)


class BadName(Refused):
    """A name is 1 to 80 characters without control characters."""

    code = "BAD_NAME"
    path = ("name",)


class BadLocale(Refused):
    """The text is not shaped like a BCP 47 language tag."""

    code = "BAD_LOCALE"
    path = ("locale",)


class BadZone(Refused):
    """The text is not the name of a zone in the IANA time zone database."""

    code = "BAD_ZONE"
    path = ("zone",)
