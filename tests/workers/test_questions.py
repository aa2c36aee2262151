"""A question to the recommender is read strictly, and what is wrong with it is said where."""

from dataclasses import asdict
from typing import Any

import orjson
import pytest

from infra.framing import FRAME_BYTES_MAX, Frames, FrameTooLong, framed
from infra.recommending import Question
from workers.questions import HISTORY_MAX, BadQuestion, read

WHOLE = Question(
    programme=7,
    member="01a203f9-0fe7-7205-a3b3-ad82393c48ef",
    at=1_790_000_000.5,
    placement="HOME",
    context={"activity": "RUN", "hour": 17, "distance_m:treat:1": 120.5},
    history=[("product:tea", 1.0, 1_780_000_000.0)],
    refused={"offer:9": 2},
    among=["offer:1", "treat:1"],
    about={"treat:1": ["product:tea"]},
    profile={"locale": "pl", "age": 30.0},
    limit=50,
)


def sent(**changed: Any) -> Any:
    return orjson.loads(orjson.dumps(WHOLE)) | changed


def test_a_question_arrives_as_it_was_asked() -> None:
    history = [tuple(seen) for seen in read(sent()).history]

    assert asdict(read(sent())) | {"history": history} == asdict(WHOLE)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"colour": "red"}, "question"),
        ({"programme": 0}, "programme"),
        ({"programme": True}, "programme"),
        ({"programme": 2**31}, "programme"),
        ({"member": 5}, "member"),
        ({"at": None}, "at"),
        ({"at": "noon"}, "at"),
        ({"placement": ""}, "placement"),
        ({"context": []}, "context"),
        ({"context": {"hour": None}}, "context.hour"),
        ({"history": {}}, "history"),
        ({"history": [["product:tea", 1.0]]}, "history"),
        ({"history": [["product:tea", -1.0, 0.0]]}, "history"),
        ({"history": [["product:tea", None, 0.0]]}, "history"),
        ({"history": [["x" * 81, 1.0, 0.0]]}, "history"),
        ({"history": [["x", 1.0, 0.0]] * (HISTORY_MAX + 1)}, "history"),
        ({"refused": {"offer:9": -1}}, "refused.offer:9"),
        ({"among": "offer:1"}, "among"),
        ({"about": {"treat:1": "tea"}}, "about.treat:1"),
        ({"profile": {"age": float("nan")}}, "profile.age"),
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
    ],
)
def test_a_question_is_refused_where_it_is_wrong(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        read(sent(**changed))

    assert ".".join(refused.value.path) == path


@pytest.mark.parametrize("said", [None, [], "x", 1])
def test_what_is_no_object_is_no_question(said: Any) -> None:
    with pytest.raises(BadQuestion):
        read(said)


def test_messages_come_whole_however_their_bytes_are_cut() -> None:
    sent = [b"one", b"", b"x" * 70_000]
    stream = b"".join(map(framed, sent))

    for size in (1, 2, 7, 65_536, len(stream)):
        frames = Frames()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert [message for piece in pieces for message in frames.take(piece)] == sent


def test_a_message_beyond_the_limit_is_refused_before_it_is_there() -> None:
    head = (FRAME_BYTES_MAX + 1).to_bytes(4, "big")

    with pytest.raises(FrameTooLong):
        list(Frames().take(head))
    with pytest.raises(FrameTooLong):
        framed(bytes(FRAME_BYTES_MAX + 1))
