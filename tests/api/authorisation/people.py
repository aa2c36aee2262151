"""Members' profiles, contacts, consents and households, and what operators see and do of them."""

from domain.operators import Permission
from tests.api.authorisation.who import MEMBERS, PROGRAMME, SELF, WITH_PARENT, each

FIELD = "key label kind text number day yes chosen choices setAt editable required sensitive"
BRANDING = "displayName colour accentColour logoUrl supportContact termsUrl"
CONSENT = "purpose given at version channel"
MEMBER = {
    **each(
        "Member", "loyaltyNumber contacts consents profile household householdInvitations", SELF
    ),
    **each("Programme", "branding locales", PROGRAMME),
    **each("Branding", BRANDING, WITH_PARENT),
    **each("Consent", CONSENT, WITH_PARENT),
    **each("ContactPoint", "kind value verifiedAt", WITH_PARENT),
    **each("HouseholdInvitation", "householdId role at", WITH_PARENT),
    **each("Inhabitant", "householdId member role since joined", WITH_PARENT),
    **each("ProfileField", FIELD, WITH_PARENT),
    **{
        f"Mutation.{name}": MEMBERS
        for name in (
            "answerHousehold", "exportMyData", "inviteToHousehold", "leaveHousehold",
            "leaveProgramme", "requestErasure", "setConsent", "signOut",
        )
    },
}  # fmt: skip
OPS = {
    "Query.member": Permission.MEMBERS_READ,
    "Query.members": Permission.MEMBERS_READ,
    "Query.profileFields": Permission.MEMBERS_READ,
    "Query.standardFields": Permission.MEMBERS_READ,
    "Query.merges": Permission.MEMBERS_MERGE,
    "Query.duplicateSuggestions": Permission.MEMBERS_MERGE,
    **each(
        "Member", "id handle name locale zone loyaltyNumber state mergedIntoId joinedAt",
        WITH_PARENT,
    ),
    **each(
        "Member", "contacts consents consentHistory interests profile", Permission.MEMBERS_READ
    ),
    **each(
        "MessageInterest",
        "topic delivered opened dismissed deliveredAt openedAt dismissedAt",
        WITH_PARENT,
    ),
    **each("Branding", BRANDING, WITH_PARENT),
    **each("Consent", CONSENT, WITH_PARENT),
    **each("ContactPoint", "kind value verifiedAt", WITH_PARENT),
    **each("ProfileField", FIELD, WITH_PARENT),
    **each(
        "FieldDefinition",
        "key label kind choices active required sensitive memberSees memberEdits",
        WITH_PARENT,
    ),
    **each("DuplicateSuggestion", "one other score reasons foundAt", WITH_PARENT),
    **each("Merge", "id survivorId duplicateId points mergedAt undoneAt", WITH_PARENT),
    **each("Programme", "branding locales transferMax transferDayMax transferAcceptDays",
           WITH_PARENT),
    "Programme.policies": Permission.PROGRAMME_READ,
    **each("PointsPolicies", "expiryMonths returnPolicy", WITH_PARENT),
    "Mutation.updateMember": Permission.MEMBERS_WRITE,
    "Mutation.endSessions": Permission.MEMBERS_WRITE,
    "Mutation.exportMember": Permission.MEMBERS_EXPORT,
    "Mutation.eraseMember": Permission.MEMBERS_ERASE,
    "Mutation.mergeMembers": Permission.MEMBERS_MERGE,
    "Mutation.unmergeMembers": Permission.MEMBERS_MERGE,
    "Mutation.dismissDuplicate": Permission.MEMBERS_MERGE,
    "Mutation.defineProfileField": Permission.PROGRAMME_WRITE,
    "Mutation.updateProgramme": Permission.PROGRAMME_WRITE,
}  # fmt: skip
