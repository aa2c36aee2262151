"""Making, funding and running challenges, and what partners pay in advance."""

from domain.operators import Permission
from domain.partners import Scope
from tests.api.authorisation.who import WITH_PARENT, each

CHALLENGE = (
    "id name description state terms version budget funded spent returned left exhaustedAt"
    " disclosedAt reason halted createdAt liveAt endedAt cutoffAt settledAt"
)
RULES = {
    **each(
        "ChallengeTerms",
        "rules criteria reward milestones audience span firstDay lastDay rollingDays again mode"
        " fromJoining cutoffHours winnersMax teamsMax teamSizeMax",
        WITH_PARENT,
    ),
    **each("ChallengeCriterion", "metric target text filter personal", WITH_PARENT),
    **each("PersonalTarget", "percent weeks atLeast", WITH_PARENT),
    **each("ChallengeReward", "points badge badgeLevel unit tierCredit", WITH_PARENT),
    **each("ChallengeMilestone", "percent reward", WITH_PARENT),
    **each(
        "ChallengeAudience",
        "entry segments tiers areas levelMin challengeIds badges",
        WITH_PARENT,
    ),
}
PARTNER = {
    "Query.challenge": Scope.CHALLENGES_WRITE,
    "Query.challenges": Scope.CHALLENGES_WRITE,
    "Partner.balance": Scope.CHALLENGES_WRITE,
    **each("Challenge", CHALLENGE, WITH_PARENT),
    **RULES,
    **each(
        "Mutation",
        "createChallenge editChallenge fundChallenge raiseChallengeBudget submitChallenge"
        " pauseChallenge resumeChallenge endChallenge cancelChallenge",
        Scope.CHALLENGES_WRITE,
    ),
}
OPS = {
    "Query.challenge": Permission.CHALLENGES_READ,
    "Query.challenges": Permission.CHALLENGES_READ,
    "Query.partnerPayments": Permission.PARTNERS_READ,
    "Partner.balance": Permission.PARTNERS_READ,
    **each("Challenge", f"{CHALLENGE} owner partnerId", WITH_PARENT),
    **RULES,
    **each(
        "PartnerPayment",
        "kind points reference partnerId operatorId at",
        WITH_PARENT,
    ),
    **each(
        "Mutation",
        "createChallenge editChallenge rewordChallenge fundChallenge raiseChallengeBudget"
        " submitChallenge pauseChallenge resumeChallenge endChallenge cancelChallenge"
        " inviteToChallenge",
        Permission.CHALLENGES_WRITE,
    ),
    **each("Mutation", "approveChallenge rejectChallenge", Permission.CHALLENGES_APPROVE),
    **each("Mutation", "topUpPartner withdrawPartnerPoints", Permission.PARTNERS_PAY),
}
