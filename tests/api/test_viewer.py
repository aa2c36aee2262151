"""What a member sees of themselves."""

from tests.support.client import Door


async def test_given_a_member_when_they_look_then_they_see_their_profile_and_points(
    door: Door,
) -> None:
    ada = await door.member(holding=100, name="Ada")

    data = await door.ask(
        ada,
        """{ viewer { id name handle locale zone autoAccept joinedAt
             programme { id name unit zone transferMax transferDayMax transferAcceptDays }
             points { available pending held expiring { lastDay points } } } }""",
    )

    assert data["viewer"]["name"] == "Ada"
    assert data["viewer"]["points"]["available"] == 100
