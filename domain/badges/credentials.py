"""Credentials: what the world reads of a programme and of a badge that somebody shared. Pure.

Open Badges 3.0 (1EdTech, 2024) over W3C Verifiable Credentials 2.0, as a VC-JWT (section 8.2 of
the former) signed with Ed25519. The issuer is a did:web, so whoever has the token finds the key
by the host's own name. Revocation is a W3C Bitstring Status List (2025).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc.jwk import OKPKey
from openbadgeslib import ob3

from domain.badges.records import Badge
from domain.badges.telling import told_criteria, told_level
from domain.programmes import Programme

# One list hides each of its credentials among so many; the least that the standard allows.
LIST_SIZE = 131_072
# Odd, so every place in a list has one bit of its own, and neighbours in time are far apart.
SPREAD = 51_749
# How long a verifier may believe a status list; after a while an old copy must not be shown.
LIST_VALID = timedelta(hours=24)
LIST_FRESH = timedelta(minutes=5)
KEY = "key-1"
REVOCATION = "revocation"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A programme as the world meets it.

    root -- where this installation is reached, without a slash at its end.
    seed -- of its Ed25519 key, 32 bytes.
    """

    programme: Programme
    root: str
    seed: bytes = field(repr=False)

    @property
    def home(self) -> str:
        """What all its addresses begin with."""
        return f"{self.root}/badges/{self.programme.slug}"

    @property
    def did(self) -> str:
        """Its did:web: always of https, as that is what it is resolved by."""
        return ob3.did_web_from_url(f"https://{self.home.partition('://')[2]}")

    @property
    def name(self) -> str:
        """What it calls itself."""
        return self.programme.branding.display_name or self.programme.name

    def achievement(self, badge: Badge, level: int) -> str:
        """The address of a level of a badge."""
        return f"{self.home}/achievements/{badge.key}/{level}"

    def credential(self, id: object) -> str:
        """The address of a credential."""
        return f"{self.home}/credentials/{id}"

    def status_list(self, number: int) -> str:
        """The address of a status list."""
        return f"{self.home}/status/{number}"


@dataclass(frozen=True, slots=True)
class Shared:
    """What somebody shares.

    address -- of the credential; place -- in the status lists, one after the other.
    name    -- of the holder; None: not told.
    evidence_url -- where something about it is to be seen; None: nowhere.
    """

    badge: Badge
    level: int
    address: str
    place: int
    earned_at: datetime
    name: str | None
    evidence_url: str | None = None


def sign(shared: Shared, issuer: Issuer) -> str:
    """The credential as a compact JWT."""
    number, bit = where(shared.place)
    named = [] if shared.name is None else [ob3.IdentityObject(shared.name, "name", hashed=False)]
    evidence = [] if shared.evidence_url is None else [ob3.Evidence(id=shared.evidence_url)]
    credential = ob3.OpenBadgeCredential(
        id=shared.address,
        name=told_level(shared.badge, shared.level),
        issuer=_profile(issuer),
        # Of this credential alone: two that one member shares cannot be told to be of one.
        recipient_id=f"{shared.address}#holder",
        identifiers=named,
        achievement=_achievement(shared.badge, shared.level, issuer),
        issuance_date=shared.earned_at.replace(microsecond=0),
        evidence=evidence,
        credential_status=[ob3.status_entry(issuer.status_list(number), REVOCATION, bit)],
    )
    return _signer(issuer).sign(credential)


def sign_list(number: int, revoked: Iterable[int], issuer: Issuer, *, at: datetime) -> str:
    """The status list of that number as a compact JWT; `revoked` are places in all lists."""
    bits = [bit for of, bit in map(where, revoked) if of == number]
    at = at.replace(microsecond=0)
    document = ob3.build_status_list_credential(
        issuer.did,
        issuer.status_list(number),
        REVOCATION,
        bits,
        size_bits=LIST_SIZE,
        issued=at,
        valid_until=at + LIST_VALID,
        ttl=LIST_FRESH // timedelta(milliseconds=1),
    )
    claims = {"iss": issuer.did, "jti": document["id"], "nbf": int(at.timestamp())}
    return _signer(issuer).sign_payload({**document, **claims})


def where(place: int) -> tuple[int, int]:
    """The number of the status list of that place, and its bit there."""
    number, one = divmod(place, LIST_SIZE)
    return number, one * SPREAD % LIST_SIZE


def profile(issuer: Issuer) -> Mapping[str, Any]:
    """The issuer as an Open Badges Profile."""
    return {"@context": ob3.credential.OB3_CONTEXT, **_profile(issuer).to_dict()}


def achievement(badge: Badge, level: int, issuer: Issuer) -> Mapping[str, Any]:
    """A level of a badge as an Open Badges Achievement."""
    told = _achievement(badge, level, issuer).to_dict()
    return {"@context": ob3.credential.OB3_CONTEXT, **told, "creator": _profile(issuer).to_dict()}


def did_document(issuer: Issuer) -> Mapping[str, Any]:
    """Where the issuer's did:web leads: its key (W3C DID Core 1.0)."""
    return dict(ob3.build_did_document(issuer.did, [(KEY, dict(_public(issuer)))]))


def key_set(issuer: Issuer) -> Mapping[str, Any]:
    """The issuer's key as a JWK set (RFC 7517)."""
    told = {"kid": f"{issuer.did}#{KEY}", "use": "sig", "alg": "EdDSA"}
    return {"keys": [{**_public(issuer), **told}]}


def _profile(issuer: Issuer) -> ob3.Issuer:
    return ob3.Issuer(
        id=issuer.did,
        name=issuer.name,
        url=issuer.root,
        image_url=issuer.programme.branding.logo_url,
    )


def _achievement(badge: Badge, level: int, issuer: Issuer) -> ob3.Achievement:
    return ob3.Achievement(
        id=issuer.achievement(badge, level),
        name=told_level(badge, level),
        description=badge.description,
        criteria_narrative=told_criteria(badge, level, programme=issuer.name),
        achievement_type="Badge",
    )


def _signer(issuer: Issuer) -> ob3.OB3Signer:
    key = Ed25519PrivateKey.from_private_bytes(issuer.seed)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ob3.OB3Signer(pem, algorithm="EdDSA")


def _public(issuer: Issuer) -> Mapping[str, Any]:
    public = Ed25519PrivateKey.from_private_bytes(issuer.seed).public_key()
    return OKPKey.import_key(public).as_dict(private=False)
