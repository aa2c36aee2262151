"""Wires: the stand-in over TLS, by HTTP/2 and HTTP/1.1, and how connections go wrong."""

import asyncio
import ssl

import httpx
import orjson
import pytest
from h2.errors import ErrorCodes
from h2.settings import SettingCodes

from fcm_standin import Rule, Served, What
from tests.fcm_standin.senders import SEND, assertion, form
from tests.fcm_standin.wires import trusting, wire


@pytest.mark.parametrize(("http2", "version"), [(True, "HTTP/2"), (False, "HTTP/1.1")])
async def test_given_either_http_when_a_token_is_fetched_and_used_then_messages_arrive(
    served: Served, http2: bool, version: str
) -> None:
    app, standin = served.standin.apps.install(), served.standin
    async with httpx.AsyncClient(http2=http2, verify=trusting(served), trust_env=False) as http:
        granted = await http.post(f"{served.url}/token", content=form(assertion(standin)))
        headers = {"authorization": f"Bearer {granted.json()['access_token']}"}

        sent = [
            await http.post(
                f"{served.url}{SEND}",
                json={"message": {"fid": app.fid, "data": {"id": str(number)}}},
                headers=headers,
            )
            for number in range(3)
        ]

    assert [(one.status_code, one.http_version) for one in sent] == [(200, version)] * 3
    found = standin.post.after(0, fid=app.fid, limit=10)
    assert [one.message.content["data"]["id"] for one in found] == ["0", "1", "2"]
    assert standin.traffic.connections == 1


async def test_given_its_names_when_a_client_connects_then_the_certificate_is_good_for_them(
    served: Served,
) -> None:
    port, context = int(served.url.rpartition(":")[2]), trusting(served)

    for name in ("127.0.0.1", "localhost", "fcm.googleapis.com", "oauth2.googleapis.com"):
        _, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname=name
        )
        writer.close()
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="a.com")


async def test_given_a_burst_when_goaway_is_due_then_what_it_names_is_answered_and_no_more(
    served: Served,
) -> None:
    app, standin = served.standin.apps.install(), served.standin
    standin.shape.goaway_every_streams = 5
    standin.rules.add(Rule(latency_ms=(5, 20)))
    async with wire(served) as client:
        asked = [client.message(app.fid, data={"id": str(number)}) for number in range(12)]
        await client.flush()

        await client.read(until=lambda: False)

    assert client.goaway == asked[4]
    assert sorted(client.statuses) == asked[:5]
    assert client.ended == set(asked[:5])
    assert standin.post.delivered == 5
    assert (standin.traffic.goaways, client.closed) == (1, True)


async def test_given_more_streams_than_allowed_when_opened_then_only_those_are_refused(
    served: Served,
) -> None:
    app, standin = served.standin.apps.install(), served.standin
    standin.shape.streams_max = 3
    standin.rules.add(Rule(latency_ms=(50, 50)))
    async with wire(served) as client:
        asked = [client.message(app.fid) for _ in range(5)]
        await client.flush()

        await client.read(until=lambda: len(client.ended) + len(client.resets) == 5)

    settings = client.h2.remote_settings
    assert settings[SettingCodes.MAX_CONCURRENT_STREAMS] == 3
    assert sorted(client.statuses) == asked[:3]
    assert client.resets == dict.fromkeys(asked[3:], ErrorCodes.REFUSED_STREAM)
    assert standin.traffic.refused_streams == 2


async def test_given_rules_of_the_wire_when_sent_then_a_stream_is_reset_or_never_answered(
    served: Served,
) -> None:
    app, standin = served.standin.apps.install(), served.standin
    standin.rules.replace(
        [
            Rule(answer=What.RESET, next=1, reset_code=int(ErrorCodes.REFUSED_STREAM)),
            Rule(answer=What.NEVER, next=1),
        ]
    )
    async with wire(served) as client:
        reset, never, good = [client.message(app.fid) for _ in range(3)]
        await client.flush()

        await client.read(until=lambda: good in client.ended)

    assert client.resets == {reset: ErrorCodes.REFUSED_STREAM}
    assert client.statuses == {good: 200}
    assert never not in client.ended


async def test_given_a_rule_that_drops_when_sent_then_the_connection_ends_without_a_word(
    served: Served,
) -> None:
    app = served.standin.apps.install()
    served.standin.rules.add(Rule(answer=What.DROP))
    async with wire(served) as client:
        client.message(app.fid)
        await client.flush()

        # A connection that is cut ends with a reset, or with an end that TLS did not announce.
        try:
            await client.read(until=lambda: False)
        except ConnectionError:
            client.closed = True

    assert (client.closed, client.goaway, client.statuses) == (True, None, {})


async def test_given_a_client_without_room_when_answered_then_the_rest_waits_for_its_window(
    served: Served,
) -> None:
    async with wire(served) as client:
        client.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 10})
        asked = client.ask(b"{}")
        await client.flush()
        await client.read(until=lambda: len(client.bodies.get(asked, b"")) == 10)
        before = asked in client.ended

        client.h2.increment_flow_control_window(100_000, asked)
        await client.flush()
        await client.read(until=lambda: asked in client.ended)

    assert (before, client.statuses[asked]) == (False, 400)
    assert orjson.loads(client.bodies[asked])["error"]["status"] == "INVALID_ARGUMENT"


async def test_given_a_body_without_an_end_when_sent_then_it_is_too_large(served: Served) -> None:
    async with wire(served) as client:
        asked = client.h2.get_next_available_stream_id()
        headers = [(":method", "POST"), (":scheme", "https"), (":path", SEND)]
        client.h2.send_headers(asked, [*headers, (":authority", "x")])
        for _ in range(5):
            client.h2.send_data(asked, b"x" * 13_000)
        await client.flush()

        await client.read(until=lambda: asked in client.ended)

    assert client.statuses == {asked: 413}


async def test_given_a_client_that_gives_up_when_it_is_time_to_answer_then_nothing_breaks(
    served: Served,
) -> None:
    app = served.standin.apps.install()
    served.standin.rules.add(Rule(latency_ms=(20, 20), next=1))
    async with wire(served) as client:
        slow = client.message(app.fid)
        client.h2.reset_stream(slow, ErrorCodes.CANCEL)
        quick = client.message(app.fid)
        gone = client.message(app.fid)
        client.h2.reset_stream(gone, ErrorCodes.CANCEL)
        await client.flush()
        await client.read(until=lambda: quick in client.ended)
        await asyncio.sleep(0.05)
        last = client.message(app.fid)
        await client.flush()

        await client.read(until=lambda: last in client.ended)

    assert client.statuses[last] == 200


@pytest.mark.parametrize(
    "said",
    [
        # Headers whose block is no HPACK.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        + b"\x00\x00\x04\x01\x05\x00\x00\x00\x01\xff\xff\xff\xff",
        # Headers that belong to no stream.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x01\x01\x05\x00\x00\x00\x00\x82",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00" * 30,
    ],
)
async def test_given_nonsense_in_place_of_http2_when_sent_then_only_that_connection_ends(
    served: Served, said: bytes
) -> None:
    app = served.standin.apps.install()
    async with wire(served) as client:
        client._writer.write(said)
        client.h2.data_to_send()

        async with asyncio.timeout(5):
            while await client._reader.read(65_536):
                pass
    async with wire(served) as other:
        asked = other.message(app.fid)
        await other.flush()
        await other.read(until=lambda: asked in other.ended)

    assert other.statuses == {asked: 200}


@pytest.mark.parametrize("said", [b"nonsense\r\n\r\n", b"POST /token HTTP/9\r\n\r\n", b"\x00" * 99])
async def test_given_nonsense_in_place_of_http1_when_sent_then_it_is_refused_and_closed(
    served: Served, said: bytes
) -> None:
    port = int(served.control_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)

    async with asyncio.timeout(5):
        answer = await reader.read()

    writer.close()
    assert answer.startswith(b"HTTP/1.1 400")


async def test_given_two_requests_in_one_breath_when_sent_by_http1_then_both_are_answered(
    served: Served,
) -> None:
    port = int(served.control_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    once = b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n"
    writer.write(once + once.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))

    async with asyncio.timeout(5):
        answer = await reader.read()

    writer.close()
    assert answer.count(b"HTTP/1.1 200") == 2
    assert answer.count(b'{"ok":true}') == 2
