"""Granting: access tokens for signed assertions, and for nothing else."""

import time

import orjson
import pytest
from joserfc.jwk import OctKey, RSAKey

from fcm_standin import StandIn
from tests.fcm_standin.senders import Sender, assertion, form

SHORT = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
NOW = int(time.time())
SIGNATURE = ("invalid_grant", "Invalid JWT Signature.")
# Claims in place of good ones, and what Google says.
CLAIMS = {
    "another account": (
        {"iss": "eve@example.com"},
        ("invalid_grant", "Invalid grant: account not found"),
    ),
    "no times": ({"iat": None, "exp": None}, ("invalid_grant", SHORT)),
    "over": ({"iat": NOW - 7200, "exp": NOW - 3600}, ("invalid_grant", SHORT)),
    "from the future": ({"iat": NOW + 3600, "exp": NOW + 7000}, ("invalid_grant", SHORT)),
    "good for a day": ({"exp": NOW + 86_400}, ("invalid_grant", SHORT)),
    "times as text": ({"exp": "tomorrow"}, ("invalid_grant", SHORT)),
    "for somebody else": (
        {"aud": "https://example.com/token"},
        ("invalid_grant", "Invalid JWT: Failed audience check."),
    ),
    "a scope of something else": (
        {"scope": "https://www.googleapis.com/auth/drive"},
        ("invalid_scope", "Invalid OAuth scope or ID token audience provided."),
    ),
    "no scope": (
        {"scope": None},
        ("invalid_scope", "Invalid OAuth scope or ID token audience provided."),
    ),
}


def asked(standin: StandIn, body: bytes) -> tuple[int, str, str]:
    reply = standin.tokens.reply(body)
    told = orjson.loads(reply.body)
    return reply.status, told["error"], told["error_description"]


def test_given_a_signed_assertion_when_asked_then_a_bearer_token_comes(standin: StandIn) -> None:
    reply = standin.tokens.reply(form(assertion(standin)))

    told = orjson.loads(reply.body)
    assert (reply.status, told["token_type"], told["expires_in"]) == (200, "Bearer", 3599)
    standin.tokens.check(f"Bearer {told['access_token']}")
    assert standin.tokens.fetches == 1


@pytest.mark.parametrize(("claims", "said"), CLAIMS.values(), ids=CLAIMS)
def test_given_claims_that_are_not_good_when_asked_then_google_says_why(
    standin: StandIn, claims: dict, said: tuple[str, str]
) -> None:
    assert asked(standin, form(assertion(standin, **claims))) == (400, *said)


def test_given_a_signature_that_is_not_the_accounts_when_asked_then_it_is_refused(
    standin: StandIn,
) -> None:
    stranger = RSAKey.generate_key(2048)
    good = assertion(standin)
    shared = OctKey.import_key("0" * 64)

    answers = [
        asked(standin, form(forged))
        for forged in (
            assertion(standin, key=stranger),
            good[:-8] + "AAAAAAAA",
            assertion(standin, algorithm="HS256", key=shared),
            good.rpartition(".")[0] + ".",
            "a.b",
            "",
        )
    ]

    assert answers == [(400, *SIGNATURE)] * 6


def test_given_another_grant_type_when_asked_then_it_is_not_supported(standin: StandIn) -> None:
    said = asked(standin, form(assertion(standin), grant_type="password"))

    assert said == (400, "unsupported_grant_type", "Invalid grant_type: password")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"grant_type", b"&&&=&"])
def test_given_no_form_when_asked_then_it_is_refused(standin: StandIn, body: bytes) -> None:
    assert asked(standin, body)[:2] == (400, "unsupported_grant_type")


def test_given_a_token_when_its_time_is_over_then_it_is_not_taken(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    before = sender.send(app.fid).status
    standin.advance(3_600)

    reply = sender.send(app.fid)

    info = orjson.loads(reply.body)["error"]["details"][0]
    assert (before, reply.status, info["reason"]) == (200, 401, "ACCESS_TOKEN_EXPIRED")


def test_given_tokens_when_revoked_then_none_is_taken_and_a_new_one_is(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()

    revoked = standin.tokens.revoke()
    statuses = [sender.send(app.fid).status, Sender(standin).send(app.fid).status]

    assert (revoked, statuses) == (1, [401, 200])
