"""People: what one member may see of another."""

from uuid import UUID

from api.context import Info
from api.fields import output, said
from domain.members import Member


@output
class PublicMember:
    """What you see of another member: of friends, of whom you have dealt with, and of whom you
    named by their handle."""

    handle: str = said("How friends find the member; it never changes.")
    name: str = said(
        "What the member wants to be called; their handle where they have not agreed to be known"
        " by you, as while a request of yours is open; empty: a former member, who is forgotten."
    )

    @classmethod
    def of(cls, member: Member) -> "PublicMember":
        """The part of a member that others may see."""
        return cls(handle=member.handle, name=member.name)

    @classmethod
    def unknown(cls, member: Member) -> "PublicMember":
        """The part of a member that everybody in the programme may see."""
        return cls(handle=member.handle, name=member.handle)


async def other(id: UUID, info: Info) -> PublicMember:
    """The member at the other end of something that the asker is an end of."""
    found = await info.context.loading.members.load(id)
    assert found is not None, "whoever dealt with a member is one of the same programme"
    return PublicMember.of(found)
