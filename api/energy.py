"""Energy, as members see it: the files of readings they send."""

from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api import bodies, globalids
from api.context import Context, Info
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.mutating import Act, Verb
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.refusals import RequestRefused, result
from api.scalars import Moment, Upload
from api.volunteering import uuid_place
from domain import energy
from domain.members import Member
from infra.db import Tx

V = strawberry.enum_value


@strawberry.enum(description="Where a file of readings is.")
class EnergyFileState(Enum):
    """Where a file is."""

    WAITING = V("WAITING", description="It waits to be read, usually for seconds.")
    READ = V("READ", description="Its half hours are kept; what they save is an activity.")
    REFUSED = V("REFUSED", description="Nothing of it was kept; the fault says why.")


@strawberry.enum(description="Why nothing of a file of readings was kept.")
class EnergyFileFault(Enum):
    """Why nothing of a file was kept."""

    CORRUPT = V("CORRUPT", description="It is cut off or damaged.")
    UNSAFE_XML = V("UNSAFE_XML", description="It declares a document type or entities.")
    UNKNOWN_FORMAT = V("UNKNOWN_FORMAT", description="Neither Green Button nor CSV nor JSON.")
    EMPTY = V("EMPTY", description="No half hour of use is in it.")
    WRONG_UNIT = V("WRONG_UNIT", description="Not watt-hours, or more than any home uses.")
    NEGATIVE = V("NEGATIVE", description="Less than nothing was used.")
    BAD_TIMES = V("BAD_TIMES", description="A time cannot be read, never was, or is to come.")
    BAD_INTERVAL = V("BAD_INTERVAL", description="Not 5, 10, 15, 30 or 60 minutes by the clock.")
    CONFLICT = V("CONFLICT", description="One time comes twice with different numbers.")
    SEVERAL_METERS = V("SEVERAL_METERS", description="It cannot be told which meter it is.")
    TOO_MANY = V("TOO_MANY", description="It holds more than three years.")
    TOO_SLOW = V("TOO_SLOW", description="Reading it took too long, or failed each time.")
    METER_TAKEN = V("METER_TAKEN", description="The meter is another member's.")


@output
class EnergyFile(Node):
    """A file of readings, and what came of it."""

    state: EnergyFileState = said("Where it is.")
    fault: EnergyFileFault | None = said("Why it was refused; null when it was not.")
    half_hours: int = said("How many half hours in it were new or corrected.")
    received_at: Moment = said("When it was sent.")

    @classmethod
    def of(cls, file: energy.EnergyFile) -> "EnergyFile":
        """A file, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.ENERGY_FILE, file.id),
            state=EnergyFileState[file.state.name],
            fault=None if file.fault is None else EnergyFileFault[file.fault.name],
            half_hours=file.half_hours,
            received_at=Moment(file.received_at),
        )


@output
class EnergyQueries:
    """What members see of energy."""

    @asked
    async def energy_files(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[EnergyFile] | None:
        """Your files of readings, the last sent first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[energy.EnergyFile]("energyFiles", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await energy.listed(asker, before=uuid_place(page), limit=page.limit, tx=tx)
        return page.shaped(found, node=EnergyFile.of, place=lambda one: one.id.bytes)


@input
class UploadEnergyFileInput:
    """The readings."""

    file: Upload = said("Green Button XML, CSV or JSON, 10 MiB at most; in a multipart request.")
    meter: str = said("What you call the meter, where the file names none.", default="home")


@output
class UploadEnergyFileSuccess:
    """The file is taken and will be read within seconds."""

    file: EnergyFile = said("The file, WAITING until it has been read.")


UploadEnergyFileResult: TypeAlias = Annotated[
    UploadEnergyFileSuccess | RequestRefused, result("UploadEnergyFileResult")
]


async def _receive(asked: UploadEnergyFileInput, act: Act) -> energy.EnergyFile:
    file = asked.file
    assert isinstance(file, bodies.Upload), "the scalar lets nothing else through"
    return await energy.receive(
        act.member, content=file.content, meter=asked.meter, id=act.id, at=act.at, tx=act.tx
    )


async def _received(file: energy.EnergyFile, context: Context) -> UploadEnergyFileSuccess:
    return UploadEnergyFileSuccess(file=EnergyFile.of(file))


RECEIVE: Verb[energy.EnergyFile, UploadEnergyFileResult] = Verb(
    energy.EnergyFile, _receive, _received
)


@output
class EnergyMutations:
    """Mutations about energy."""

    @mutation
    async def upload_energy_file(
        self, info: Info, input: Annotated[UploadEnergyFileInput, argument("The readings.")]
    ) -> UploadEnergyFileResult | None:
        """Send what your meter read. What a day used less than your usual counts: provisionally
        while half hours are missing or estimated. Refuses EMPTY_FILE, FILE_TOO_LARGE, BAD_METER,
        SAME_FILE, TOO_MANY_WAITING."""
        return await RECEIVE.perform(info, input)


async def find(name: globalids.Name, asker: Member, tx: Tx) -> EnergyFile | None:
    """The asker's file with that id; None for others."""
    if name.uuid is None:
        return None
    found = await energy.find(asker, id=name.uuid, tx=tx)
    return None if found is None else EnergyFile.of(found)
