"""What operators refuses. BadName comes from programmes."""

from infra.errors import Refused


class NoSuchOperator(Refused):
    """No operator of this programme is known by that; one of another programme is not either."""

    code = "NO_SUCH_OPERATOR"
    path = ("operator",)


class AlreadyOperator(Refused):
    """An operator of the programme has that e-mail address, or is that person."""

    code = "ALREADY_OPERATOR"
    path = ("email",)


class LastAdmin(Refused):
    """Nobody would be left who may let others in."""

    code = "LAST_ADMIN"
    path = ("operator",)


class BadRoles(Refused):
    """An operator has one role or more, each once."""

    code = "BAD_ROLES"
    path = ("roles",)


class BadEmail(Refused):
    """The text is not shaped like an e-mail address."""

    code = "BAD_EMAIL"
    path = ("email",)


class BadReason(Refused):
    """A reason is 1 to 300 characters of plain text, and names nobody's e-mail address."""

    code = "BAD_REASON"
    path = ("reason",)
