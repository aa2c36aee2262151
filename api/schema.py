"""Schema: the list of what the app offers its members, and the text of all schemas.

`python -m api.schema` writes schema.graphql, partner.graphql and ops.graphql; a test holds them
equal to the code.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from graphql import GraphQLSchema

from api.assembling import assemble, text
from api.badge_sharing import BadgeMutations
from api.badges import BadgeQueries
from api.befriending import FriendMutations
from api.blocking import BlockMutations
from api.board_facing import BoardMutations
from api.boards import BoardQueries
from api.challenge_joining import ChallengeMutations
from api.challenges import ChallengeQueries
from api.club_points import PoolMutations
from api.clubbing import ClubMutations
from api.clubs import ClubQueries
from api.connecting import StravaMutations
from api.consenting import ConsentMutations
from api.contesting import ContestMutations
from api.contests import ContestQueries
from api.crossing import AcrossMutations
from api.device_registering import DeviceMutations
from api.donating import DonationMutations
from api.energy import EnergyMutations, EnergyQueries
from api.farewell import FarewellMutations
from api.finding import Query
from api.health_sessions import HealthMutations
from api.homes import HomeMutations
from api.inbox_marking import InboxMutations
from api.linking import LinkMutations
from api.links import FriendQueries
from api.live_following import LiveActivityMutations
from api.message_reporting import MessageMutations
from api.moving import MomentMutations
from api.offer_answering import OfferMutations
from api.ops.schema import FILE as OPS_FILE
from api.ops.schema import build as build_ops
from api.partner.schema import FILE as PARTNER_FILE
from api.partner.schema import build as build_partner
from api.preferring import PreferenceMutations
from api.profile import ProfileMutations
from api.referrals import ReferralMutations, ReferralQueries
from api.requesting import PointRequestMutations
from api.reward_redeeming import RewardRedemptionMutations
from api.sharing import SharingMutations, SharingQueries
from api.signing_out import SignOutMutations
from api.streaking import StreakMutations
from api.streaks import StreakQueries
from api.surveys import SurveyMutations, SurveyQueries
from api.tiers import TierQueries
from api.transferring import TransferMutations
from api.uploading import UploadMutations
from api.visits import VisitMutations, VisitQueries
from api.volunteering import VolunteeringMutations, VolunteeringQueries
from api.watch_approving import WatchMutations
from api.watching import Subscription

__all__ = ["BUILDS", "FILE", "MUTATIONS", "build", "text"]

FILE = Path(__file__).parent.parent / "schema.graphql"
QUERIES = (
    BoardQueries,
    ChallengeQueries,
    BadgeQueries,
    ClubQueries,
    ContestQueries,
    EnergyQueries,
    FriendQueries,
    ReferralQueries,
    SharingQueries,
    StreakQueries,
    SurveyQueries,
    TierQueries,
    VisitQueries,
    VolunteeringQueries,
)
MUTATIONS = (
    BoardMutations,
    AcrossMutations,
    BadgeMutations,
    BlockMutations,
    ChallengeMutations,
    ClubMutations,
    ConsentMutations,
    ContestMutations,
    DeviceMutations,
    DonationMutations,
    EnergyMutations,
    FarewellMutations,
    FriendMutations,
    HealthMutations,
    HomeMutations,
    InboxMutations,
    LinkMutations,
    MomentMutations,
    OfferMutations,
    LiveActivityMutations,
    MessageMutations,
    PointRequestMutations,
    PoolMutations,
    PreferenceMutations,
    ProfileMutations,
    ReferralMutations,
    RewardRedemptionMutations,
    SharingMutations,
    SignOutMutations,
    StreakMutations,
    SurveyMutations,
    TransferMutations,
    StravaMutations,
    UploadMutations,
    VisitMutations,
    VolunteeringMutations,
    WatchMutations,
)


def build() -> GraphQLSchema:
    """The executable schema of /graphql."""
    return assemble(
        Query,
        queries=QUERIES,
        mutations=MUTATIONS,
        actors="a member",
        subscription=Subscription,
    )


# Each schema there is, by the file of its text.
BUILDS: Mapping[Path, Callable[[], GraphQLSchema]] = {
    FILE: build,
    PARTNER_FILE: build_partner,
    OPS_FILE: build_ops,
}


if __name__ == "__main__":
    for file, make in BUILDS.items():
        file.write_text(text(make()))
        sys.stdout.write(f"wrote {file.name}\n")
