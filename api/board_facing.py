"""The mutation about being seen on boards."""

from typing import Annotated, TypeAlias

from api.boards import BoardFace
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import leaderboards
from domain.leaderboards import Face


@input
class SetBoardFaceInput:
    """Whether, and as whom, to be shown."""

    pseudonym: str | None = said(
        "What others are to read, 2 to 30 characters, nobody else's pseudonym or handle; null: be"
        " shown to nobody.",
        default=None,
    )


@output
class SetBoardFaceSuccess:
    """That is how others see you on boards from now on."""

    face: BoardFace | None = said("As whom; null: a place without a name.")


SetBoardFaceResult: TypeAlias = Annotated[
    SetBoardFaceSuccess | RequestRefused, result("SetBoardFaceResult")
]


async def _set(asked: SetBoardFaceInput, act: Act) -> Face | None:
    if asked.pseudonym is None:
        await leaderboards.hide(act.member, tx=act.tx)
        return None
    return await leaderboards.show(act.member, pseudonym=asked.pseudonym, at=act.at, tx=act.tx)


async def _shaped(face: Face | None, context: Context) -> SetBoardFaceSuccess:
    return SetBoardFaceSuccess(face=None if face is None else BoardFace(pseudonym=face.pseudonym))


SET: Verb[Face | None, SetBoardFaceResult] = Verb(Face | None, _set, _shaped)


@output
class BoardMutations:
    """The mutation about being seen on boards."""

    @mutation
    async def set_board_face(
        self, info: Info, input: Annotated[SetBoardFaceInput, argument("As whom.")]
    ) -> SetBoardFaceResult | None:
        """Be shown to others on boards under a pseudonym, or to nobody; among friends they see who
        you are. Your place is there either way, and you always see it. Refuses BAD_PSEUDONYM,
        PSEUDONYM_TAKEN."""
        return await SET.perform(info, input)
