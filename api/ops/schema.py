"""Schema: the list of what the app offers a programme's operators.

Adding a capability: its queries and its mutations, one line each.
"""

from pathlib import Path

from graphql import GraphQLSchema

from api.assembling import assemble
from api.fields import output
from api.ops.activities import ActivityMutations, ActivityQueries
from api.ops.allowances import AllowanceMutations, AllowanceQueries
from api.ops.amending import ProgrammeMutations
from api.ops.audit import AuditQueries
from api.ops.badges import BadgeQueries
from api.ops.badging import BadgeMutations
from api.ops.bestowing import BadgeGrantMutations
from api.ops.bonuses import BonusMutations, BonusQueries
from api.ops.broadcasting import BroadcastMutations
from api.ops.broadcasts import BroadcastQueries
from api.ops.causes import CauseQueries
from api.ops.causing import CauseMutations
from api.ops.challenge_inviting import ChallengeInvitationMutations
from api.ops.challenge_reports import ChallengeReportQueries
from api.ops.challenges import ChallengeQueries
from api.ops.challenging import ChallengeMutations
from api.ops.claims import ClaimMutations, ClaimQueries
from api.ops.clubs import ClubPolicyMutations, ClubPolicyQueries
from api.ops.contests import ContestPolicyMutations, ContestPolicyQueries
from api.ops.decisions import DecisionMutations, DecisionQueries
from api.ops.devices import DeviceMutations, DeviceQueries
from api.ops.duplicates import DuplicateMutations, DuplicateQueries
from api.ops.keeping import MemberMutations
from api.ops.keys import KeyMutations
from api.ops.leaderboards import BoardQueries
from api.ops.members import MemberQueries
from api.ops.multipliers import MultiplierMutations, MultiplierQueries
from api.ops.offer_steering import OfferSteering
from api.ops.offering import OfferMutations
from api.ops.offers import OfferQueries
from api.ops.operators import OperatorMutations, OperatorQueries
from api.ops.outlets import OutletMutations, OutletQueries
from api.ops.owed_rewards import OwedRewardQueries
from api.ops.partners import PartnerMutations, PartnerQueries
from api.ops.places import PlaceMutations, PlaceQueries
from api.ops.prepaying import PaymentMutations, PaymentQueries
from api.ops.programmes import ProgrammeQueries
from api.ops.pushing import PushMutations, PushQueries
from api.ops.raffles import RaffleMutations, RaffleQueries
from api.ops.ranking import BoardMutations
from api.ops.redeeming import RedemptionMutations, RedemptionQueries
from api.ops.referrals import ReferralMutations, ReferralQueries
from api.ops.replays import ReplayQueries
from api.ops.reward_steering import RewardSteering
from api.ops.rewarding import RewardMutations
from api.ops.rewards import RewardQueries
from api.ops.rules import RuleMutations, RuleQueries
from api.ops.sessions import SessionMutations
from api.ops.sharing import ShareTargetMutations, ShareTargetQueries
from api.ops.shops import ShopMutations, ShopQueries
from api.ops.steering import TreatSteering
from api.ops.streaking import StreakMutations
from api.ops.streaks import StreakQueries
from api.ops.surveys import SurveyMutations, SurveyQueries
from api.ops.tiers import TierMutations, TierQueries
from api.ops.transfers import TransferMutations, TransferQueries
from api.ops.treating import TreatMutations
from api.ops.treats import TreatQueries
from api.ops.vouchers import VoucherMutations, VoucherQueries
from api.ops.windows import MessagePolicyMutations, MessagePolicyQueries
from api.ops.wording import WordingMutations, WordingQueries

FILE = Path(__file__).parents[2] / "ops.graphql"
QUERIES = (
    BoardQueries,
    ActivityQueries,
    AllowanceQueries,
    AuditQueries,
    BadgeQueries,
    BroadcastQueries,
    CauseQueries,
    DecisionQueries,
    DeviceQueries,
    ChallengeQueries,
    ChallengeReportQueries,
    ClaimQueries,
    ClubPolicyQueries,
    ContestPolicyQueries,
    DuplicateQueries,
    MemberQueries,
    MessagePolicyQueries,
    MultiplierQueries,
    OperatorQueries,
    PartnerQueries,
    PaymentQueries,
    BonusQueries,
    OutletQueries,
    PlaceQueries,
    OfferQueries,
    RewardQueries,
    TreatQueries,
    ProgrammeQueries,
    PushQueries,
    RedemptionQueries,
    OwedRewardQueries,
    RaffleQueries,
    ReferralQueries,
    ReplayQueries,
    RuleQueries,
    ShareTargetQueries,
    ShopQueries,
    StreakQueries,
    SurveyQueries,
    TierQueries,
    TransferQueries,
    VoucherQueries,
    WordingQueries,
)
MUTATIONS = (
    DecisionMutations,
    DeviceMutations,
    BoardMutations,
    ActivityMutations,
    AllowanceMutations,
    BadgeGrantMutations,
    BadgeMutations,
    BroadcastMutations,
    CauseMutations,
    ChallengeInvitationMutations,
    ChallengeMutations,
    ClaimMutations,
    ClubPolicyMutations,
    ContestPolicyMutations,
    DuplicateMutations,
    KeyMutations,
    MemberMutations,
    MessagePolicyMutations,
    MultiplierMutations,
    OperatorMutations,
    PartnerMutations,
    PaymentMutations,
    BonusMutations,
    OutletMutations,
    PlaceMutations,
    RewardMutations,
    RewardSteering,
    TreatMutations,
    OfferMutations,
    OfferSteering,
    TreatSteering,
    ProgrammeMutations,
    PushMutations,
    RedemptionMutations,
    RaffleMutations,
    ReferralMutations,
    RuleMutations,
    SessionMutations,
    ShareTargetMutations,
    ShopMutations,
    StreakMutations,
    SurveyMutations,
    TierMutations,
    TransferMutations,
    VoucherMutations,
    WordingMutations,
)


@output
class Query:
    """Everything an operator can read, all of it of the programme that the token is for. A field
    that the operator's roles do not allow is null, with NOT_PERMITTED in `errors`.

    Errors outside of mutations are in `errors`, each with `extensions.code`, one of BAD_REQUEST,
    PARSE_FAILED, VALIDATION_FAILED, BAD_VARIABLES, BAD_ARGUMENT, BAD_CURSOR, LIMIT_EXCEEDED,
    UNAUTHENTICATED, NOT_PERMITTED, GONE, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE, UNAVAILABLE, TIMEOUT, INTERNAL, and `extensions.requestId` to quote
    when you ask for help. UNAVAILABLE and TIMEOUT have `extensions.retryable`: the same request,
    with the same idempotency key, may be sent again.
    """


def build() -> GraphQLSchema:
    """The executable schema of /ops/graphql."""
    return assemble(Query, queries=QUERIES, mutations=MUTATIONS, actors="an operator")
