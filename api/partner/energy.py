"""The mutation by which a utility reports what members' meters read."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.refusals import RequestRefused, result
from api.scalars import Day, Moment
from domain import energy, members
from domain.partners import Scope

READINGS_MAX = 1_500


@input
class EnergyReadingInput:
    """What was used from a moment on."""

    start: Moment = said("When it begins: on the clock's half hour, or as `minutes` says.")
    minutes: int = said("For how long: 5, 10, 15, 30 or 60.", default=30)
    wh: int = said("Watt-hours used.")
    estimated: bool = said("True when the meter was not read.", default=False)


@input
class ReportEnergyInput:
    """The readings of one member's meter."""

    member_ref: str = said("How you call the member, as linked, or their loyalty number.")
    meter: str = said("What you call the meter, 1 to 40 characters; it is one member's.")
    readings: list[EnergyReadingInput] = said("Up to 1,500 readings, about a month.")


@output
class EnergyDay:
    """What a day used, and saved against the member's own usual."""

    day: Day = said("The member's local date.")
    used_wh: int = said("Watt-hours used, as far as known.")
    baseline_wh: int | None = said("What is usual; null while there is too little to compare.")
    saved_wh: int = said("Watt-hours saved: what counts.")
    final: bool = said("False while half hours are missing or estimated.")

    @classmethod
    def of(cls, one: energy.DaySaving) -> "EnergyDay":
        """A day, as the schema shows it."""
        return cls(
            day=Day(one.day),
            used_wh=one.used_wh,
            baseline_wh=one.baseline_wh,
            saved_wh=one.saved_wh,
            final=one.final,
        )


@output
class ReportEnergySuccess:
    """The readings are kept; the same again changes nothing."""

    half_hours: int = said("How many half hours were new or corrected.")
    days: list[EnergyDay] = said("The days of the last 60 that are new or changed.")


ReportEnergyResult: TypeAlias = Annotated[
    ReportEnergySuccess | RequestRefused, result("ReportEnergyResult")
]


async def _take(asked: ReportEnergyInput, act: PartnerAct) -> energy.Settled:
    if len(asked.readings) > READINGS_MAX:
        raise energy.BadReadings(f"at most {READINGS_MAX} readings at once")
    source, home = f"partner:{act.partner.slug}", act.programme.id
    ref = asked.member_ref
    found = await members.referred([ref], source=source, programme=home, tx=act.tx)
    if ref not in found:
        raise members.NoSuchMember("nobody is known by that")
    intervals = [
        energy.Interval(int(one.start.timestamp()), one.minutes * 60, one.wh, one.estimated)
        for one in asked.readings
    ]
    return await energy.take(
        found[ref], meter=asked.meter, intervals=intervals, at=act.at, tx=act.tx
    )


async def _taken(settled: energy.Settled, context: PartnerContext) -> ReportEnergySuccess:
    days = [EnergyDay.of(one) for one in settled.days]
    return ReportEnergySuccess(half_hours=settled.half_hours, days=days)


TAKE: PartnerVerb[energy.Settled, ReportEnergyResult] = PartnerVerb(
    energy.Settled, _take, _taken, scope=Scope.ENERGY_WRITE, moves=True
)


@output
class EnergyMutations:
    """Mutations about energy."""

    @mutation
    async def report_energy(
        self, info: PartnerInfo, input: Annotated[ReportEnergyInput, argument("The readings.")]
    ) -> ReportEnergyResult | None:
        """Tell what a member's meter read; corrections replace what was told before. Needs
        ENERGY_WRITE and `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, BAD_READINGS,
        NO_SUCH_MEMBER, BAD_METER, METER_TAKEN."""
        return await TAKE.perform(info, input)
