"""Sending: the answers of messages:send, row by row, and the order in which it looks."""

import orjson
import pytest

from fcm_standin import Platform, Rule, StandIn, Target, What
from fcm_standin.exchange import Fault, Request
from tests.fcm_standin.senders import SEND, Sender, error

UNKNOWN = "d" * 22
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
# What each answer of a rule looks like: (HTTP, Google's status, FCM's code).
ANSWERS = {
    What.UNREGISTERED: (404, "NOT_FOUND", "UNREGISTERED"),
    What.INVALID_ARGUMENT: (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
    What.BAD_TARGET: (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
    What.SENDER_ID_MISMATCH: (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
    What.THIRD_PARTY_AUTH_ERROR: (401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
    What.UNAUTHENTICATED: (401, "UNAUTHENTICATED", None),
    What.QUOTA_EXCEEDED: (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
    What.DEVICE_QUOTA_EXCEEDED: (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
    What.UNAVAILABLE: (503, "UNAVAILABLE", "UNAVAILABLE"),
    What.INTERNAL: (500, "INTERNAL", "INTERNAL"),
}


def test_given_an_app_when_sent_to_then_the_answer_names_the_message(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()

    reply = sender.send(app.fid, data={"a": "b"})

    name = orjson.loads(reply.body)["name"]
    assert (reply.status, reply.content_type) == (200, "application/json; charset=UTF-8")
    assert name.startswith("projects/demo-project/messages/0:")
    assert sender.received(app.fid) == [{"a": "b"}]


def test_given_a_dry_run_when_sent_then_all_is_looked_at_and_nothing_delivered(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()

    good = sender.post({"message": {"fid": app.fid}, "validate_only": True})
    nobody = sender.post({"message": {"fid": UNKNOWN}, "validate_only": True})

    assert orjson.loads(good.body) == {"name": "projects/demo-project/messages/fake_message_id"}
    assert error(nobody) == (404, "NOT_FOUND", "UNREGISTERED")
    assert sender.received() == []


def test_given_no_token_or_a_bad_one_when_sent_then_google_says_which(standin: StandIn) -> None:
    answers = []
    for header in ("", "Bearer nonsense", "Basic abc"):
        named = {"authorization": header} if header else {}
        reply = standin.reply(Request("POST", SEND, "", named, b"{}"))
        info = orjson.loads(reply.body)["error"]["details"][0]
        answers.append((reply.status, info["reason"], dict(reply.headers)["www-authenticate"]))

    realm = 'Bearer realm="https://accounts.google.com/"'
    invalid = (401, "ACCESS_TOKEN_TYPE_UNSUPPORTED", f'{realm}, error="invalid_token"')
    assert answers == [(401, "CREDENTIALS_MISSING", realm), invalid, invalid]


def test_given_another_project_in_the_path_when_sent_then_permission_is_denied(
    sender: Sender,
) -> None:
    reply = sender.post({"message": {"fid": UNKNOWN}}, path=SEND.replace("demo", "other"))

    told = orjson.loads(reply.body)["error"]
    assert (told["code"], told["status"]) == (403, "PERMISSION_DENIED")
    assert told["message"] == (
        "Permission 'cloudmessaging.messages.create' denied on resource "
        "'//cloudresourcemanager.googleapis.com/projects/other-project' (or it may not exist)."
    )


@pytest.mark.parametrize("path", ["/", "/v1/projects/demo-project/messages", "/fcm/send"])
def test_given_an_address_that_is_not_there_when_posted_then_404_without_an_fcm_error(
    sender: Sender, path: str
) -> None:
    reply = sender.post({}, path=path)

    assert reply.status == 404
    assert b"FcmError" not in reply.body


def test_given_targets_that_cannot_be_reached_when_sent_then_each_has_its_error(
    standin: StandIn, sender: Sender
) -> None:
    gone, foreign = standin.apps.install(), standin.apps.install(project="other-project")
    gone.installed = False
    by_token = standin.apps.install(target=Target.TOKEN)

    answers = {
        "no FID at all": error(sender.send("abc")),
        "no token at all": error(sender.post({"message": {"token": "abc"}})),
        "a FID of nobody": error(sender.send(UNKNOWN)),
        "uninstalled": error(sender.send(gone.fid)),
        "of another project": error(sender.send(foreign.fid)),
        "a FID that asked for a token": error(sender.send(by_token.fid)),
    }

    bad = (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    unregistered = (404, "NOT_FOUND", "UNREGISTERED")
    assert answers == {
        "no FID at all": bad,
        "no token at all": bad,
        "a FID of nobody": unregistered,
        "uninstalled": unregistered,
        "of another project": (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
        "a FID that asked for a token": unregistered,
    }


def test_given_an_app_with_a_token_when_it_asks_for_another_then_only_the_new_one_is_good(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install(target=Target.TOKEN)
    old = app.token
    new = standin.apps.ask_for_token(app)

    replies = [sender.post({"message": {"token": token}}).status for token in (old, new)]

    assert replies == [404, 200]


def test_given_an_app_of_another_package_when_restricted_to_one_then_it_is_invalid(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install(package="com.example.watch")

    wrong = sender.send(app.fid, android={"restricted_package_name": "com.example.phone"})
    right = sender.send(app.fid, android={"restricted_package_name": "com.example.watch"})

    assert error(wrong) == (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    assert right.status == 200


@pytest.mark.parametrize(("what", "said"), ANSWERS.items(), ids=ANSWERS)
def test_given_a_rule_when_sent_then_it_is_the_answer_and_nothing_is_delivered(
    standin: StandIn, sender: Sender, what: What, said: tuple[int, str, str | None]
) -> None:
    app = standin.apps.install()
    standin.rules.add(Rule(answer=what))

    reply = sender.send(app.fid, data={"a": "b"})

    assert error(reply) == said
    assert sender.received() == []


@pytest.mark.parametrize("what", [What.QUOTA_EXCEEDED, What.UNAVAILABLE, What.INTERNAL])
def test_given_a_rule_with_a_time_when_the_message_comes_early_then_that_is_counted(
    standin: StandIn, sender: Sender, what: What
) -> None:
    app = standin.apps.install()
    standin.rules.add(Rule(answer=what, next=1, retry_after_s=30))

    first = sender.send(app.fid, data={"id": "1"})
    sender.send(app.fid, data={"id": "2"})
    standin.advance(31)
    sender.send(app.fid, data={"id": "1"})
    standin.rules.add(Rule(answer=what, next=1, retry_after_s=30))
    sender.send(app.fid, data={"id": "3"})
    sender.send(app.fid, data={"id": "3"})

    assert dict(first.headers) == {"retry-after": "30"}
    assert standin.sends.early == 1


def test_given_a_rule_whose_answer_lies_when_sent_then_it_fails_and_is_delivered(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    standin.rules.add(Rule(answer=What.UNAVAILABLE, accept=True, next=1))

    statuses = [sender.send(app.fid, data={"id": "1"}).status for _ in range(2)]

    assert statuses == [503, 200]
    assert sender.received() == [{"id": "1"}, {"id": "1"}]


def test_given_faults_of_the_wire_when_sent_then_the_reply_says_so(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    faults = (What.RESET, What.NEVER, What.DROP, What.BAD_GATEWAY)
    standin.rules.replace([Rule(answer=what, next=1) for what in faults])

    replies = [sender.send(app.fid) for _ in faults]

    assert [reply.fault for reply in replies] == [Fault.RESET, Fault.NEVER, Fault.DROP, None]
    assert (replies[3].status, replies[3].body[:15]) == (502, b"<!DOCTYPE html>")


def test_given_a_bad_message_and_a_rule_when_sent_then_the_message_is_looked_at_first(
    standin: StandIn, sender: Sender
) -> None:
    standin.rules.add(Rule(answer=What.UNAVAILABLE, next=1))

    reply = sender.send(UNKNOWN, data={"from": "x"})

    assert error(reply) == (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
    assert standin.rules.rules[0].next == 1


def test_given_more_than_a_device_takes_when_sent_then_the_quota_is_told_and_fills_again(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    standin.meter.limits.device_per_minute = 3
    standin.meter.limits.device_per_hour = 4

    minute = [sender.send(app.fid) for _ in range(4)]
    standin.advance(60)
    hour = [sender.send(app.fid) for _ in range(2)]
    standin.advance(3600)
    after = Sender(standin).send(app.fid)

    assert [reply.status for reply in (*minute, *hour, after)] == [200] * 3 + [429, 200, 429, 200]
    assert orjson.loads(minute[3].body)["error"]["details"] == [
        {"@type": FCM_ERROR, "errorCode": "QUOTA_EXCEEDED"},
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [
                {"subject": f"device:{app.fid}", "description": "Device message rate exceeded."}
            ],
        },
    ]


def test_given_more_than_a_project_may_send_when_sent_then_it_waits_for_the_next_minute(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    standin.meter.limits.project_per_minute = 2

    # A message that is refused counts as well.
    statuses = [sender.send(UNKNOWN).status]
    replies = [sender.send(app.fid) for _ in range(2)]
    standin.advance(60)
    statuses += [reply.status for reply in replies] + [sender.send(app.fid).status]

    assert statuses == [404, 200, 429, 200]
    assert 59 <= int(dict(replies[1].headers)["retry-after"]) <= 61


def test_given_adoption_when_sent_to_strangers_then_they_are_apps_unless_malformed(
    keys, tmp_path
) -> None:
    standin = StandIn(keys, adopting=True)
    sender = Sender(standin)

    statuses = [sender.send(fid).status for fid in (UNKNOWN, UNKNOWN, "nobody")]
    token = sender.post({"message": {"token": f"{'e' * 22}:APA91b{'x' * 134}"}})

    assert (statuses, token.status) == ([200, 200, 400], 200)
    assert [app.platform for app in standin.apps.everyone()] == [Platform.ANDROID] * 2


def test_given_shares_and_a_seed_when_run_in_another_order_then_the_same_messages_fail(
    keys,
) -> None:
    def failed(order: list[int], seed: int) -> set[int]:
        standin = StandIn(keys, seed=1)
        fids = [standin.apps.install().fid for _ in order]
        standin.rules.replace([Rule(answer=What.INTERNAL, share=0.3)], seed=seed)
        sender = Sender(standin)
        return {n for n in order if sender.send(fids[n]).status == 500}

    forwards = failed(list(range(300)), seed=1)
    backwards = failed(list(reversed(range(300))), seed=1)
    other = failed(list(range(300)), seed=2)

    assert forwards == backwards
    assert forwards != other
    assert 60 <= len(forwards) <= 120


def test_given_a_share_when_a_message_is_sent_again_then_the_dice_are_thrown_again(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    standin.rules.add(Rule(answer=What.INTERNAL, share=0.5))

    statuses = {sender.send(app.fid, data={"id": "1"}).status for _ in range(40)}

    assert statuses == {200, 500}


def test_given_rules_for_some_when_sent_then_they_are_for_these_only(
    standin: StandIn, sender: Sender
) -> None:
    watch = standin.apps.install(platform=Platform.IOS, kind="watch")
    phone = standin.apps.install(platform=Platform.IOS)
    android = standin.apps.install()
    standin.rules.replace(
        [
            Rule(answer=What.THIRD_PARTY_AUTH_ERROR, platform="ios", kind="watch"),
            Rule(answer=What.UNAVAILABLE, fid=phone.fid[:8]),
        ]
    )

    statuses = [sender.send(app.fid).status for app in (watch, phone, android)]

    assert statuses == [401, 503, 200]
