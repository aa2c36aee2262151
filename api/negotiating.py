"""Negotiating: which media type to answer with, and which one a body is in.

After the GraphQL over HTTP draft: `application/graphql-response+json` for whoever asks for it,
`application/json` for everyone else.
"""

from dataclasses import dataclass

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
MULTIPART = "multipart/form-data"
HTML = "text/html"
STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type and its parameters, in lower case."""

    name: str
    parameters: dict[str, str]

    @property
    def quality(self) -> float:
        """The `q` of an Accept header; a broken one counts as 0."""
        try:
            return float(self.parameters.get("q", "1"))
        except ValueError:
            return 0.0


def read(header: str) -> MediaType:
    """One media type as a header says it."""
    name, *rest = header.split(";")
    pairs = (part.partition("=") for part in rest)
    parameters = {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}
    return MediaType(name.strip().lower(), parameters)


def preferred(accept: str) -> str | None:
    """The type to answer with; None when the client accepts none of ours.

    The highest quality wins and the client's order breaks ties; a wildcard means JSON.
    """
    if not accept.strip():
        return JSON
    wanted = [read(part) for part in accept.split(",") if part.strip()]
    ours = {RESPONSE: RESPONSE, JSON: JSON, "application/*": JSON, "*/*": JSON}
    refused = {media.name for media in wanted if media.quality <= 0}
    for media in sorted(wanted, key=lambda one: -one.quality):
        if media.quality > 0 and (found := ours.get(media.name)) and found not in refused:
            return found
    return None


def takes_stream(accept: str) -> bool:
    """True for a client that says it takes server-sent events; any type is not enough to say so."""
    return any(one.name == STREAM and one.quality > 0 for one in map(read, accept.split(",")))


def wants_page(accept: str) -> bool:
    """True for a browser that opens the address itself."""
    return any(read(part).name == HTML for part in accept.split(","))


def speaks_utf8(media: MediaType) -> bool:
    """JSON is UTF-8 (RFC 8259); a client that says otherwise would be misread."""
    return media.parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8")
