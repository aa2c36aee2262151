"""Observing: logs, metrics and spans; what an operator sees of a running process.

Logs are JSON lines with the request's id. Metrics are Prometheus's, on a port of their own.
A span is made for each operation when an OpenTelemetry endpoint is set; otherwise nothing of
OpenTelemetry is even imported.
"""

import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from infra.settings import Settings

# Clients name their operations; so many names become labels, the rest is "other".
NAMES_MAX = 200
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SECRET_KEYS = frozenset({"authorization", "cookie", "password", "secret", "secret_key", "token"})
# The password of a URL, and a bearer token, wherever they stand.
SECRET_TEXT = re.compile(r"(://[^\s:/@]*:)[^\s@]+(@)|([Bb]earer\s+)\S+")

# What the database adds to an error: the values of the row that it is about.
DETAIL_TEXT = re.compile(r"\nDETAIL: .*?(?=\nHINT: |\n\n|\Z)", re.DOTALL)

OPERATIONS = Counter(
    "laurel_operations", "GraphQL operations by outcome.", ("operation", "kind", "outcome")
)
OPERATION_SECONDS = Histogram(
    "laurel_operation_seconds", "Time of an operation.", ("operation", "kind"), buckets=SECONDS
)
SUBSCRIPTIONS = Gauge("laurel_subscriptions", "Live subscriptions of this process.")
POSTINGS = Counter("laurel_ledger_postings", "Answers of the ledger by outcome.", ("outcome",))
DELIVERED = Counter("laurel_events_delivered", "Events taken by a reaction.", ("reaction",))
WAITING = Gauge("laurel_events_waiting", "Events queued for a reaction.", ("reaction",))
OLDEST = Gauge(
    "laurel_events_oldest_seconds", "Age of the oldest event queued for a reaction.", ("reaction",)
)
DEAD = Gauge("laurel_events_dead", "Events a reaction has given up.", ("reaction",))
PUSH_ROWS = Counter("laurel_push_rows", "Queued pushes by what became of them.", ("fate",))
JOB_ITEMS = Counter("laurel_job_items", "Things a job did.", ("job",))
JOB_SECONDS = Histogram("laurel_job_seconds", "Time of a run of a job.", ("job",), buckets=SECONDS)
JOB_FAILURES = Gauge("laurel_job_failures", "Failures of a job in a row.", ("job",))
FCM_ANSWERS = Counter("laurel_fcm_answers", "Answers of Firebase by what they mean.", ("outcome",))
FCM_UNDER_WAY = Gauge("laurel_fcm_under_way", "Pushes on their way to Firebase.")
FCM_PAUSED = Gauge(
    "laurel_fcm_paused", "1 where pushes are kept back for now: all of them, or Apple's.", ("of",)
)
FCM_TOKENS = Counter("laurel_fcm_tokens", "Access tokens asked of Google.", ("outcome",))
RECOMMENDER_QUESTIONS = Counter(
    "laurel_recommender_questions", "Questions to the recommender by outcome.", ("outcome",)
)
RECOMMENDER_SECONDS = Histogram(
    "laurel_recommender_seconds", "Time that an answer of the recommender took.", buckets=SECONDS
)
RECOMMENDER_ANSWERS = Counter(
    "laurel_recommender_answers", "Answers of this recommender by outcome.", ("outcome",)
)
RECOMMENDER_ANSWER_SECONDS = Histogram(
    "laurel_recommender_answer_seconds", "Time this recommender took to answer.", buckets=SECONDS
)

_names: set[str] = set()
_tracer: list[Any] = []


def logs(level: str) -> None:
    """Write every log line of this process, whoever makes it, as JSON to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def redact(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets, and what rows hold, out of a log line: by the name of the key, and by the look
    of the text."""
    for key, value in line.items():
        if key.lower() in SECRET_KEYS:
            line[key] = "***"
        elif isinstance(value, str):
            line[key] = without_rows(SECRET_TEXT.sub(r"\1\3***\2", value))
    return line


def without_rows(text: str) -> str:
    """`text` of an error without what the database tells of the row that it is about."""
    return DETAIL_TEXT.sub("", text)


@contextmanager
def metrics(host: str, port: int) -> Iterator[int]:
    """Serve this process's metrics for the length of the block; the port they are on."""
    server, thread = start_http_server(port, addr=host)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(slots=True)
class Observed:
    """An operation while it runs; whoever runs it says how it came out."""

    outcome: str = "ok"


@contextmanager
def operation(name: str, kind: str) -> Iterator[Observed]:
    """Count, time and, when configured, trace one operation; "error" when the block raises.

    name -- the client's, so bounded here; kind -- query, mutation or subscription.
    """
    observed = Observed()
    label = _bounded(name)
    started = time.perf_counter()
    with _span(label, kind) as span:
        try:
            yield observed
        except BaseException:
            observed.outcome = "error"
            raise
        finally:
            OPERATION_SECONDS.labels(label, kind).observe(time.perf_counter() - started)
            OPERATIONS.labels(label, kind, observed.outcome).inc()
            if span is not None:
                span.set_attribute("laurel.outcome", observed.outcome)


def posted(outcomes: Mapping[str, int]) -> None:
    """Count answers of the ledger, by the name of their outcome."""
    for outcome, count in outcomes.items():
        POSTINGS.labels(outcome).inc(count)


@contextmanager
def tracing(settings: Settings, *, service: str) -> Iterator[None]:
    """Send spans to the configured endpoint for the length of the block; else do nothing."""
    if settings.otlp_endpoint is None:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    endpoint = f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    _tracer.append(provider.get_tracer("laurel"))
    try:
        yield
    finally:
        _tracer.clear()
        provider.shutdown()


def _span(name: str, kind: str) -> AbstractContextManager[Any]:
    if not _tracer:
        return nullcontext()
    attributes = {"graphql.operation.name": name, "graphql.operation.type": kind}
    span: AbstractContextManager[Any] = _tracer[0].start_as_current_span(
        f"{kind} {name}", attributes=attributes
    )
    return span


def _bounded(name: str) -> str:
    if name in _names:
        return name
    if len(_names) >= NAMES_MAX:
        return "other"
    _names.add(name)
    return name


def _json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
