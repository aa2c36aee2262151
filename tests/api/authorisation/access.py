"""Operators, the audit log, partners and their keys."""

from domain.operators import Permission
from domain.partners import Scope
from tests.api.authorisation.who import WITH_PARENT, each

OPS = {
    "Query.viewer": None,
    "Query.programme": Permission.PROGRAMME_READ,
    "Query.operators": Permission.OPERATORS_READ,
    "Query.auditLog": Permission.AUDIT_READ,
    "Query.partners": Permission.PARTNERS_READ,
    "Query.partner": Permission.PARTNERS_READ,
    **each("Programme", "id slug name unit zone locale", WITH_PARENT),
    **each("Operator", "id name email roles permissions state invitedAt invitedUntil", WITH_PARENT),
    **each("AuditEntry", "id operatorId verb objects reason outcome at", WITH_PARENT),
    **each("Partner", "id slug name state registeredAt", WITH_PARENT),
    "Partner.keys": Permission.PARTNERS_READ,
    **each(
        "PartnerKey",
        "id kind prefix scopes createdAt expiresAt revokedAt lastUsedAt replacedById",
        WITH_PARENT,
    ),
    "Mutation.inviteOperator": Permission.OPERATORS_WRITE,
    "Mutation.changeOperatorRoles": Permission.OPERATORS_WRITE,
    "Mutation.suspendOperator": Permission.OPERATORS_WRITE,
    "Mutation.reinstateOperator": Permission.OPERATORS_WRITE,
    "Mutation.registerPartner": Permission.PARTNERS_WRITE,
    "Mutation.renamePartner": Permission.PARTNERS_WRITE,
    "Mutation.suspendPartner": Permission.PARTNERS_WRITE,
    "Mutation.resumePartner": Permission.PARTNERS_WRITE,
    "Mutation.createPartnerKey": Permission.PARTNERS_WRITE,
    "Mutation.rotatePartnerKey": Permission.PARTNERS_WRITE,
    "Mutation.revokePartnerKey": Permission.PARTNERS_WRITE,
}
PARTNER = {
    "Query.viewer": None,
    **each("Partner", "id slug name programme scopes", WITH_PARENT),
    "Partner.keys": Scope.KEYS_ROTATE,
    **each("Programme", "id slug name unit zone", WITH_PARENT),
    **each(
        "PartnerKey",
        "id kind prefix scopes createdAt expiresAt revokedAt lastUsedAt replacedById",
        WITH_PARENT,
    ),
    "Mutation.rotateKey": Scope.KEYS_ROTATE,
}
