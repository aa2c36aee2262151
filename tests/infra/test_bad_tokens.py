"""Bad tokens: what a forger, an old token or a careless issuer may send, and the answer to each."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey, OctKey

from infra import identity
from infra.identity import Verifier
from tests.support import forging
from tests.support import issuer as issuers
from tests.support.issuer import NOON, FakeIssuer, a_key

NOW = int(NOON.timestamp())
CURVE = ECKey.generate_key("P-384", {"kid": "other curve"})
EVE = a_key("eve's own")
HONEST = {"alg": "RS256", "kid": "first"}
MALFORMED, UNKNOWN = identity.TokenMalformed, identity.IssuerUnknown
ALGORITHM, KEY, SIGNATURE = (
    identity.AlgorithmRefused,
    identity.KeyUnknown,
    identity.SignatureRefused,
)

pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")


@dataclass
class Bench:
    """An issuer with an RSA key, an elliptic one and one of a curve that fits no algorithm."""

    issuer: FakeIssuer
    verifier: Verifier

    def claims(self, **other: Any) -> dict[str, Any]:
        said = {"iss": self.issuer.url, "aud": "laurel", "sub": "ada", "exp": NOW + 3600}
        return {name: value for name, value in (said | other).items() if value is not None}

    def good(self, **other: Any) -> str:
        return self.issuer.token("ada", at=NOON, **other)

    def signed(self, claims: Any, header: Mapping[str, Any] = HONEST) -> str:
        return forging.signed(dict(header), claims, a_key("first"))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with (
        issuers.running() as issuer,
        identity.verifier([issuer.settings(programme="north")]) as verifier,
    ):
        issuer.keys = [a_key("first"), a_key("elliptic", kind="EC"), CURVE]
        yield Bench(issuer, verifier)


def unsigned(bench: Bench, algorithm: str = "none") -> str:
    return forging.forged({"alg": algorithm}, bench.claims(), b"")


def by_the_public_key(bench: Bench) -> str:
    """HS256, whose secret is the RSA key that everybody may read."""
    public = OctKey.import_key(orjson.dumps(a_key("first").as_pem(private=False).decode()))
    header = {"alg": "HS256", "kid": "first"}
    plain = f"{forging.part(header)}.{forging.part(bench.claims())}"
    mac = hmac.new(public.raw_value, plain.encode(), hashlib.sha256).digest()
    return f"{plain}.{forging.part(mac)}"


def carrying(bench: Bench, **header: Any) -> str:
    """Signed by Eve, whose key the header brings along or points at."""
    return forging.signed({"alg": "RS256", "kid": "first"} | header, bench.claims(), EVE)


def elliptic(bench: Bench, signature: bytes, *, kid: str = "elliptic") -> str:
    return forging.forged({"alg": "ES256", "kid": kid}, bench.claims(), signature)


def stripped(bench: Bench) -> str:
    return bench.good().rpartition(".")[0] + "."


def cut_short(bench: Bench) -> str:
    return bench.good()[:-9]


def bloated(bench: Bench) -> str:
    return bench.good(more="x" * 9000)


PUBLIC_OF_EVE = EVE.as_dict(private=False)
# What is sent, and what it is refused as.
BAD: dict[str, tuple[Callable[[Bench], str], type[identity.TokenRefused]]] = {
    "nothing": (lambda b: "", MALFORMED),
    "one word": (lambda b: "token", MALFORMED),
    "two parts": (lambda b: "a.b", MALFORMED),
    "four parts": (lambda b: b.good() + ".x", MALFORMED),
    "letters of no alphabet": (lambda b: b.good()[:-5] + "ä€😀", MALFORMED),
    "half a surrogate": (lambda b: b.good()[:-5] + "\ud800", MALFORMED),
    "a NUL": (lambda b: b.good() + "\0", SIGNATURE),
    "too long": (bloated, MALFORMED),
    "cut short": (cut_short, SIGNATURE),
    "its signature stripped": (stripped, SIGNATURE),
    "no algorithm": (unsigned, UNKNOWN),
    "no algorithm, in capitals": (lambda b: unsigned(b, "NONE"), ALGORITHM),
    "an algorithm that is a list": (
        lambda b: forging.forged({"alg": ["RS256"]}, b.claims(), b"x"),
        ALGORITHM,
    ),
    "no word on the algorithm": (
        lambda b: forging.forged({"kid": "first"}, b.claims(), b"x"),
        MALFORMED,
    ),
    "a MAC by the public key": (by_the_public_key, ALGORITHM),
    "another algorithm of the same key": (
        lambda b: forging.forged({"alg": "PS256", "kid": "first"}, b.claims(), b"x" * 256),
        ALGORITHM,
    ),
    "a header that is a list": (lambda b: forging.forged(b"[]", b.claims(), b"x"), MALFORMED),
    "claims that are a list": (lambda b: b.signed(b"[]"), MALFORMED),
    "claims that are no JSON": (lambda b: b.signed(b"{'sub': 'ada'}"), MALFORMED),
    "claims nested without end": (lambda b: b.signed(b"[" * 5000), MALFORMED),
    "claims in another encoding": (lambda b: b.signed('{"sub":"ä"}'.encode("latin-1")), MALFORMED),
    "no key id where there are several": (lambda b: b.signed(b.claims(), {"alg": "RS256"}), KEY),
    "a key id that is empty": (lambda b: b.good(header={"kid": ""}), KEY),
    "a key id nobody has": (lambda b: b.good(header={"kid": "../first"}), KEY),
    "a key id that is very long": (lambda b: b.good(header={"kid": "k" * 256}), MALFORMED),
    "a key of its own in the header": (lambda b: carrying(b, jwk=PUBLIC_OF_EVE), MALFORMED),
    "a place of keys in the header": (lambda b: carrying(b, jku="https://eve.example"), SIGNATURE),
    "a place of certificates in the header": (
        lambda b: carrying(b, x5u="https://eve.example/cert"),
        SIGNATURE,
    ),
    "certificates in the header": (lambda b: carrying(b, x5c=["MIIB"]), SIGNATURE),
    "somebody else's key under a known id": (lambda b: carrying(b), SIGNATURE),
    "a demand that we do not understand": (
        lambda b: forging.changed(
            b.good(), header={"alg": "RS256", "kid": "first", "crit": ["exp"], "exp": NOW}
        ),
        MALFORMED,
    ),
    "content that is not encoded": (
        lambda b: forging.changed(b.good(), header={"alg": "RS256", "kid": "first", "b64": False}),
        MALFORMED,
    ),
    "another name under the signature": (
        lambda b: forging.changed(b.good(), claims=b.claims(sub="bob")),
        SIGNATURE,
    ),
    "another kind of token": (lambda b: b.good(header={"typ": "logout+jwt"}), MALFORMED),
    "a signature of the elliptic kind that is empty": (lambda b: elliptic(b, b""), SIGNATURE),
    "one of zeros": (lambda b: elliptic(b, bytes(64)), SIGNATURE),
    "one of ones": (lambda b: elliptic(b, b"\xff" * 64), SIGNATURE),
    "one too short": (lambda b: elliptic(b, b"x" * 63), SIGNATURE),
    "one too long": (lambda b: elliptic(b, b"x" * 65), SIGNATURE),
    "one in ASN.1": (
        lambda b: elliptic(b, bytes.fromhex("30060201010201 01".replace(" ", ""))),
        SIGNATURE,
    ),
    "one by a key of another curve": (
        lambda b: elliptic(b, b"x" * 64, kid="other curve"),
        SIGNATURE,
    ),
    "one by a key of another kind": (lambda b: elliptic(b, b"x" * 64, kid="first"), SIGNATURE),
    "another issuer": (lambda b: b.good(iss="https://eve.example"), UNKNOWN),
    "an issuer with a slash more": (lambda b: b.good(iss=b.issuer.url + "/"), UNKNOWN),
    "no issuer": (lambda b: b.good(iss=None), UNKNOWN),
    "an issuer that is a list": (lambda b: b.good(iss=[b.issuer.url]), UNKNOWN),
    "another audience": (lambda b: b.good(aud="shop"), UNKNOWN),
    "no audience": (lambda b: b.good(aud=None), UNKNOWN),
    "an audience that is empty": (lambda b: b.good(aud=[]), UNKNOWN),
    "an audience that is an object": (lambda b: b.good(aud={"laurel": 1}), UNKNOWN),
    "expired": (lambda b: b.good(exp=NOW - 60), identity.TokenExpired),
    "no end": (lambda b: b.good(exp=None), MALFORMED),
    "an end that is text": (lambda b: b.good(exp=str(NOW + 60)), MALFORMED),
    "an end that is true": (lambda b: b.good(exp=True), MALFORMED),
    "an end beyond all time": (lambda b: b.good(exp=1e300), MALFORMED),
    "an end before all time": (lambda b: b.good(exp=-1), MALFORMED),
    "good later": (lambda b: b.good(nbf=NOW + 61), identity.TokenTooEarly),
    "made in the future": (lambda b: b.good(iat=NOW + 61), identity.TokenTooEarly),
    "signed in in the future": (lambda b: b.good(auth_time=NOW + 61), identity.TokenTooEarly),
    "a sign-in that is text": (lambda b: b.good(auth_time="noon"), MALFORMED),
    "no subject": (lambda b: b.good(sub=None), MALFORMED),
    "an empty subject": (lambda b: b.good(sub=""), MALFORMED),
    "a subject that is a number": (lambda b: b.good(sub=7), MALFORMED),
    "a subject too long": (lambda b: b.good(sub="a" * 256), MALFORMED),
    "an address that is a list": (lambda b: b.good(email=["a@b.example"]), MALFORMED),
    "a session too long": (lambda b: b.good(sid="s" * 321), MALFORMED),
}


@pytest.mark.parametrize("said", BAD)
async def test_given_a_bad_token_when_asked_then_it_is_refused_as_what_it_is(
    bench: Bench, said: str
) -> None:
    forge, refusal = BAD[said]
    await bench.verifier.identify(bench.good(), at=NOON)
    asked = bench.issuer.asked

    with pytest.raises(identity.TokenRefused) as refused:
        await bench.verifier.identify(forge(bench), at=NOON)

    assert type(refused.value) is refusal
    assert refused.value.code == "UNAUTHENTICATED"
    # Whatever it says of keys: nobody is asked for them.
    assert bench.issuer.asked == asked


async def test_given_a_claim_said_twice_when_asked_then_the_last_one_counts(bench: Bench) -> None:
    """RFC 7519, section 4: refuse, or take the lexically last; the issuer signed both."""
    twice = orjson.dumps(bench.claims())[:-1] + b',"sub":"bob"}'

    found = await bench.verifier.identify(bench.signed(twice), at=NOON)

    assert found.subject == "bob"


async def test_given_each_kind_of_key_when_it_signs_rightly_then_it_is_believed(
    bench: Bench,
) -> None:
    """The same bench, or the table above would prove nothing."""
    for key in (a_key("first"), a_key("elliptic", kind="EC")):
        found = await bench.verifier.identify(bench.good(key=key), at=NOON)
        assert found.subject == "ada"
