"""What an operator sees: enough to act on, and no secrets."""

import subprocess
import sys
from pathlib import Path

import httpx
import orjson
import pytest
from prometheus_client import REGISTRY

from infra import observing
from infra.settings import Settings

ROOT = Path(__file__).parents[2]
LOGGING = """
import logging, structlog
from infra import observing
observing.logs("info")
log = structlog.get_logger("tests")
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    log.info("ours", token="hush", url="postgresql://me:hush@db/x", said="Bearer hush.hush")
    logging.getLogger("theirs").warning("about %s", "Authorization: Bearer hush")
log.debug("too little")
try:
    raise ValueError("postgresql://me:hush@db/x")
except ValueError:
    log.exception("failed")
"""
TRACING = """
import sys
from infra import observing
from infra.settings import Settings
with observing.tracing(Settings(), service="tests"), observing.operation("Glance", "query"):
    pass
print(any(name.startswith("opentelemetry") for name in sys.modules))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_log_lines_are_json_with_the_requests_id_and_without_secrets() -> None:
    lines = [orjson.loads(line) for line in run(LOGGING).stderr.splitlines()]

    ours, theirs, failed = lines
    assert (ours["event"], ours["request_id"], ours["level"]) == ("ours", "r-1", "info")
    assert (theirs["logger"], theirs["request_id"]) == ("theirs", "r-1")
    assert (ours["token"], ours["url"]) == ("***", "postgresql://me:***@db/x")
    assert theirs["event"] == "about Authorization: Bearer ***"
    assert "ValueError" in failed["exception"]
    assert not any("hush" in str(line) for line in lines)


def test_what_a_row_holds_is_in_no_log_line() -> None:
    said = (
        "Traceback\nasyncpg.exceptions.UniqueViolationError: taken\n"
        "DETAIL:  Key (value)=(ada@example.com) already exists.\n and more\nHINT:  Try another."
        "\n\nDuring handling\nCheckViolationError: bad\nDETAIL:  Failing row contains (Ada)."
    )

    line = observing.redact(None, "error", {"exception": said})

    assert line["exception"] == (
        "Traceback\nasyncpg.exceptions.UniqueViolationError: taken\nHINT:  Try another."
        "\n\nDuring handling\nCheckViolationError: bad"
    )


@pytest.mark.parametrize("outcome", ["ok", "error"])
def test_an_operation_is_counted_and_timed_by_its_outcome(outcome) -> None:
    labels = {"operation": "Counted", "kind": "query"}
    before = value("laurel_operations_total", **labels, outcome=outcome)

    with observing.operation("Counted", "query") as observed:
        observed.outcome = outcome

    assert value("laurel_operations_total", **labels, outcome=outcome) == before + 1
    assert value("laurel_operation_seconds_count", **labels) >= 1


def test_an_operation_that_raises_is_an_error() -> None:
    with pytest.raises(ValueError, match="ours"), observing.operation("Raised", "mutation"):
        raise ValueError("ours")

    labels = {"operation": "Raised", "kind": "mutation", "outcome": "error"}
    assert value("laurel_operations_total", **labels) == 1


def test_a_client_that_invents_names_makes_no_more_labels() -> None:
    for number in range(observing.NAMES_MAX + 50):
        with observing.operation(f"Invented{number}", "query"):
            pass

    labels = {"operation": "other", "kind": "query", "outcome": "ok"}
    assert value("laurel_operations_total", **labels) >= 50
    assert len(observing._names) <= observing.NAMES_MAX


def test_without_an_endpoint_nothing_of_opentelemetry_is_imported() -> None:
    assert run(TRACING).stdout.strip() == "False"


async def test_metrics_are_served_on_a_port_of_their_own_and_only_within_the_block() -> None:
    observing.posted({"DONE": 2})

    with observing.metrics("127.0.0.1", 0) as port:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{port}/metrics")

    assert 'laurel_ledger_postings_total{outcome="DONE"}' in answer.text
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{port}/metrics")


def test_with_an_endpoint_each_operation_is_one_span() -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    observing._tracer.append(provider.get_tracer("tests"))
    try:
        with observing.operation("Traced", "query"):
            pass
    finally:
        observing._tracer.clear()

    (span,) = spans.get_finished_spans()
    assert span.attributes is not None
    assert span.attributes["laurel.outcome"] == "ok"
    assert span.attributes["graphql.operation.type"] == "query"


def test_tracing_ends_although_its_endpoint_is_away() -> None:
    settings = Settings(otlp_endpoint="http://127.0.0.1:1")

    with observing.tracing(settings, service="tests"):
        pass

    assert observing._tracer == []
