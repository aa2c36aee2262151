"""Activities: a member's own, those that partners report, and those that wait for a review."""

from domain.operators import Permission
from domain.partners import Scope
from tests.api.authorisation.who import MEMBERS, SELF, WITH_PARENT, each

MEMBER = {
    **each(
        "Activity",
        "id type state day startedAt endedAt durationSeconds distanceMetres elevationMetres"
        " quantity proof source device revision score reasons duplicateOf awards fileName format"
        " uploadedAt",
        SELF,
    ),
    **each("Award", "points pending text wanted", WITH_PARENT),
    **each("SessionAnswer", "status activityId state reasons code path", WITH_PARENT),
    "Mutation.reportHealthSessions": MEMBERS,
    "Mutation.connectStrava": MEMBERS,
    "Mutation.disconnectStrava": MEMBERS,
}
PARTNER = {
    "Query.reportedActivities": Scope.ACTIVITIES_READ,
    "Query.reportedAs": Scope.ACTIVITIES_READ,
    **each(
        "ReportedActivity",
        "id externalId type state startedAt endedAt durationSeconds distanceMetres quantity reasons"
        " revision",
        WITH_PARENT,
    ),
    **each("ReportAnswer", "id status activityId state code path", WITH_PARENT),
    "Mutation.reportActivities": Scope.ACTIVITIES_WRITE,
    "Mutation.deleteActivities": Scope.ACTIVITIES_WRITE,
}
OPS = {
    "Query.activity": Permission.ACTIVITIES_READ,
    "Query.activitiesToReview": Permission.ACTIVITIES_READ,
    "Query.activityPolicy": Permission.ACTIVITIES_READ,
    **each(
        "Activity",
        "id memberId type state day startedAt endedAt durationSeconds distanceMetres quantity proof"
        " source device revision score reasons judgedAt",
        WITH_PARENT,
    ),
    **each("ActivityPolicy", "indoor manual recorders", WITH_PARENT),
    "Mutation.decideActivity": Permission.ACTIVITIES_REVIEW,
    "Mutation.setActivityPolicy": Permission.PROGRAMME_WRITE,
}
