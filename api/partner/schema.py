"""Schema: the list of what the app offers the systems of a programme's partners.

Adding a capability: its queries and its mutations, one line each.
"""

from pathlib import Path

from graphql import GraphQLSchema

from api.assembling import assemble
from api.fields import output
from api.partner.activities import ActivityMutations, ActivityQueries
from api.partner.challenge_reports import ChallengeReportQueries
from api.partner.challenges import ChallengeQueries
from api.partner.challenging import ChallengeMutations
from api.partner.energy import EnergyMutations
from api.partner.keys import KeyMutations
from api.partner.offer_steering import OfferSteering
from api.partner.offering import OfferMutations
from api.partner.offers import OfferQueries
from api.partner.orders import OrderMutations
from api.partner.organising import VolunteeringMutations
from api.partner.outlets import OutletMutations, OutletQueries
from api.partner.redeeming import RedemptionMutations
from api.partner.reward_steering import RewardSteering
from api.partner.rewarding import RewardMutations
from api.partner.rewards import RewardQueries
from api.partner.steering import TreatSteering
from api.partner.surveys import SurveyMutations
from api.partner.tills import TillMutations
from api.partner.treating import TreatMutations
from api.partner.treats import TreatQueries
from api.partner.viewing import ViewerQueries
from api.partner.visits import PlaceQueries
from api.partner.volunteering import VolunteeringQueries

FILE = Path(__file__).parents[2] / "partner.graphql"
QUERIES = (
    ActivityQueries,
    ChallengeQueries,
    ChallengeReportQueries,
    OutletQueries,
    PlaceQueries,
    OfferQueries,
    RewardQueries,
    TreatQueries,
    ViewerQueries,
    VolunteeringQueries,
)
MUTATIONS = (
    ActivityMutations,
    ChallengeMutations,
    EnergyMutations,
    KeyMutations,
    OrderMutations,
    OutletMutations,
    RedemptionMutations,
    SurveyMutations,
    TillMutations,
    RewardMutations,
    RewardSteering,
    TreatMutations,
    OfferMutations,
    OfferSteering,
    TreatSteering,
    VolunteeringMutations,
)


@output
class Query:
    """Everything a partner can read, all of it of the programme that its key is for. A field that
    the key's scopes do not allow is null, with NOT_PERMITTED in `errors`.

    Errors outside of mutations are in `errors`, each with `extensions.code`, one of BAD_REQUEST,
    PARSE_FAILED, VALIDATION_FAILED, BAD_VARIABLES, BAD_ARGUMENT, BAD_CURSOR, LIMIT_EXCEEDED,
    UNAUTHENTICATED, NOT_PERMITTED, GONE, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE, UNAVAILABLE, TIMEOUT, INTERNAL, and `extensions.requestId` to quote
    when you ask for help. UNAVAILABLE and TIMEOUT have `extensions.retryable`: the same request,
    with the same idempotency key, may be sent again.
    """


def build() -> GraphQLSchema:
    """The executable schema of /partner/graphql."""
    return assemble(Query, queries=QUERIES, mutations=MUTATIONS, actors="a partner")
