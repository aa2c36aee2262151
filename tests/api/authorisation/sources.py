"""Other sources of activities: shops, energy, volunteering, sharing, surveys, visits."""

from datetime import timedelta
from typing import Any

from domain.operators import Permission
from domain.partners import Scope
from infra import clock, ids
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, PROGRAMME, SELF, WITH_PARENT, each
from tests.support.client import Door, Person

HOURS = "id shiftId state claimedMinutes minutes claimedAt activityId"
MEMBER = {
    **each(
        "Query",
        "energyFiles places shareLinks shareTargets surveys volunteerHours volunteerShifts",
        MEMBERS,
    ),
    **each("EnergyFile", "id state fault halfHours receivedAt", SELF),
    **each("Place", "id name latitude longitude radiusMetres", PROGRAMME),
    **each("ShareTarget", "id title url", PROGRAMME),
    **each("ShareLink", "code path ownPath targetId title createdAt openings", WITH_PARENT),
    **each("Survey", "id title closesAt", PROGRAMME),
    **each("SurveyAnswer", "surveyId url answeredAt", WITH_PARENT),
    **each("Visit", "placeId visitedAt activityId", WITH_PARENT),
    **each("VolunteerShift", "id title startsAt endsAt places", PROGRAMME),
    **each("VolunteerHours", HOURS, SELF),
    **{
        f"Mutation.{name}": MEMBERS
        for name in (
            "claimHours", "finishSurvey", "makeShareLink", "redeemHours", "startSurvey",
            "uploadEnergyFile", "visitByCode", "visitByPosition",
        )
    },
}  # fmt: skip
PARTNER = {
    "Query.hoursClaims": Scope.VOLUNTEERING_WRITE,
    "Query.placeCode": Scope.VISITS_WRITE,
    **each("EnergyDay", "day usedWh baselineWh savedWh final", WITH_PARENT),
    **each("Order", "orderId assigned countedMinor", WITH_PARENT),
    **each("PlaceCode", "code", WITH_PARENT),
    **each("Survey", "id title closesAt", WITH_PARENT),
    **each("VolunteerHours", HOURS, WITH_PARENT),
    **each("VolunteerShift", "id title startsAt endsAt places", WITH_PARENT),
    **{
        f"Mutation.{name}": Scope.VOLUNTEERING_WRITE
        for name in (
            "addShift", "addSigningKey", "confirmHours", "declineHours", "publishOpportunity",
            "revokeHours",
        )
    },
    "Mutation.confirmSurvey": Scope.SURVEYS_WRITE,
    "Mutation.registerSurvey": Scope.SURVEYS_WRITE,
    "Mutation.reportEnergy": Scope.ENERGY_WRITE,
    "Mutation.reportOrder": Scope.ORDERS_WRITE,
}  # fmt: skip
OPS = {
    "Query.places": Permission.PARTNERS_READ,
    "Query.placeCode": Permission.PARTNERS_WRITE,
    "Query.purchasePolicy": Permission.RULES_READ,
    "Query.shareTargets": Permission.RULES_READ,
    "Query.shops": Permission.PARTNERS_READ,
    "Query.surveys": Permission.RULES_READ,
    **each("Place", "id name latitude longitude radiusMetres intervalHours open", WITH_PARENT),
    **each("PlaceCode", "code svg", WITH_PARENT),
    **each("PurchasePolicy", "currency shipping taxes", WITH_PARENT),
    **each("ShareTarget", "id title url open", WITH_PARENT),
    **each("Shop", "id slug kind domain webhookPath open", WITH_PARENT),
    **each("Survey", "id title closesAt", WITH_PARENT),
    "Mutation.openShop": Permission.PARTNERS_WRITE,
    "Mutation.closeShop": Permission.PARTNERS_WRITE,
    "Mutation.addShopSecret": Permission.PARTNERS_WRITE,
    "Mutation.openPlace": Permission.PARTNERS_WRITE,
    "Mutation.closePlace": Permission.PARTNERS_WRITE,
    "Mutation.setPurchasePolicy": Permission.RULES_WRITE,
    "Mutation.registerShareTarget": Permission.RULES_WRITE,
    "Mutation.closeShareTarget": Permission.RULES_WRITE,
    "Mutation.registerSurvey": Permission.RULES_WRITE,
    "Mutation.closeSurvey": Permission.RULES_WRITE,
}


TARGET = """mutation ($key: ID!) { registerShareTarget(input: {title: "Run", reason: "a race",
  url: "https://example.com/run"}) @idempotent(key: $key) { __typename } }"""
SURVEY = """mutation ($ends: DateTime!, $key: ID!) { registerSurvey(input: {title: "Shoes",
  url: "https://example.com/shoes", closesAt: $ends, reason: "we ask"})
  @idempotent(key: $key) { __typename } }"""
PLACE = """mutation ($key: ID!) { openPlace(input: {name: "Track", latitude: 48.2, longitude: 16.3,
  reason: "it opened"}) @idempotent(key: $key) { __typename } }"""
OPPORTUNITY = """mutation ($key: ID!) { publishOpportunity(input: {title: "Marshal"})
  @idempotent(key: $key) { ... on PublishOpportunitySuccess { opportunityId } } }"""
SHIFT = """mutation ($id: ID!, $starts: DateTime!, $ends: DateTime!, $key: ID!) {
  addShift(input: {opportunityId: $id, startsAt: $starts, endsAt: $ends})
  @idempotent(key: $key) { ... on AddShiftSuccess { shift { id } } } }"""
HOURS_OF = """mutation ($id: ID!, $key: ID!) { claimHours(input: {shiftId: $id, minutes: 60})
  @idempotent(key: $key) { __typename } }"""
METER = """mutation ($input: UploadEnergyFileInput!) { uploadEnergyFile(input: $input)
  { __typename } }"""


async def scene(door: Door, cast: Cast) -> None:
    """There is something of each kind to answer, visit and share, and Ada has helped somewhere."""
    boss, organiser, now = await door.operator(), await door.partner(), clock.now()

    async def told(by: Person, query: str, **said: Any) -> Any:
        (answer,) = (await door.ask(by, query, key=str(ids.new(now)), **said)).values()
        return answer

    await told(boss, TARGET)
    await told(boss, SURVEY, ends=(now + timedelta(days=30)).isoformat())
    await told(boss, PLACE)
    opportunity = await told(organiser, OPPORTUNITY)
    past, _ = [
        await told(
            organiser,
            SHIFT,
            id=opportunity["opportunityId"],
            starts=(now + timedelta(hours=hours)).isoformat(),
            ends=(now + timedelta(hours=hours + 2)).isoformat(),
        )
        for hours in (-3, 24)
    ]
    await told(cast.ada, HOURS_OF, id=past["shift"]["id"])
    await door.send_file(cast.ada, METER, b"start,kwh\n", input={"file": None})
