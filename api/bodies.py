"""Bodies: what a client sent, read up to a limit and checked for its shape.

Reading stops at the limit, whatever the client says its length is: a body of a gigabyte costs
no more than one of a few kilobytes.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from api import negotiating
from api.faults import Fault, FaultCode
from api.negotiating import MediaType

BODY_BYTES_MAX = 64 * 1024
FILE_BYTES_MAX = 10 * 1024 * 1024
FORM_BYTES_MAX = FILE_BYTES_MAX + BODY_BYTES_MAX
FILE_NAME_CHARACTERS_MAX = 255
FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "query": str,
    "operationName": str,
    "variables": dict,
    "extensions": dict,
}


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart request, whole."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks for, before anything is known about its document."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


class FormParser(MultiPartParser):
    """Starlette's parser, holding the one small file in memory: no temporary files, no threads."""

    spool_max_size = FORM_BYTES_MAX


async def read(request: Request, *, most: int = BODY_BYTES_MAX) -> Asked:
    """The request's question, in `most` bytes without a file. Raises Fault: 400, 413, 415."""
    media = negotiating.read(request.headers.get("content-type", ""))
    if media.name == negotiating.JSON and negotiating.speaks_utf8(media):
        return asked(loaded(await whole(request, most=most)))
    if media.name == negotiating.MULTIPART and media.parameters.get("boundary"):
        return await _form(request, media)
    raise Fault(
        FaultCode.UNSUPPORTED_MEDIA_TYPE,
        "Send application/json in UTF-8, or multipart/form-data with a file.",
        status=415,
    )


def asked(said: object) -> Asked:
    """The question in a JSON document of any shape. Raises Fault."""
    if not isinstance(said, dict):
        raise Fault(FaultCode.BAD_REQUEST, "The body must be a JSON object.")
    for name, kind in FIELDS.items():
        if not isinstance(said.get(name), kind | None):  # type: ignore[operator]
            raise Fault(FaultCode.BAD_REQUEST, f"`{name}` has the wrong type.")
    query = said.get("query")
    if not query:
        raise Fault(FaultCode.BAD_REQUEST, "`query` is missing.")
    return Asked(query, said.get("operationName") or None, said.get("variables") or {})


def loaded(body: bytes | str) -> object:
    """The JSON in a body. Raises Fault."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Fault(FaultCode.BAD_REQUEST, "The body is not JSON in UTF-8.") from error


async def whole(request: Request, *, most: int) -> bytes:
    """The body as it came, of `most` bytes at most. Raises Fault: 413."""
    return b"".join([chunk async for chunk in pieces(request, most)])


async def pieces(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body as it comes, of `most` bytes at most. Raises Fault: 413."""
    said = request.headers.get("content-length", "0")
    received = int(said) if said.isdecimal() else 0
    if received <= most:
        received = 0
        async for chunk in request.stream():
            received += len(chunk)
            if received > most:
                break
            yield chunk
    if received > most:
        raise Fault(
            FaultCode.PAYLOAD_TOO_LARGE,
            f"The request is larger than {most} bytes.",
            status=413,
        )


async def _form(request: Request, media: MediaType) -> Asked:
    """The GraphQL multipart request specification, with exactly one file."""
    stream = pieces(request, FORM_BYTES_MAX)
    parser = FormParser(
        request.headers, stream, max_files=1, max_fields=2, max_part_size=BODY_BYTES_MAX
    )
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError, KeyError) as error:
        raise Fault(FaultCode.BAD_REQUEST, "The form cannot be read.") from error
    try:
        operations, places = form.get("operations"), form.get("map")
        if not isinstance(operations, str) or not isinstance(places, str):
            raise Fault(FaultCode.BAD_REQUEST, "The form must have `operations` and `map` first.")
        return await _filled(asked(loaded(operations)), loaded(places), form.multi_items())
    finally:
        await form.close()


async def _filled(question: Asked, places: object, parts: list[tuple[str, Any]]) -> Asked:
    files = [(name, part) for name, part in parts if isinstance(part, UploadFile)]
    if not isinstance(places, dict) or len(places) != 1 or len(files) != 1:
        raise Fault(FaultCode.BAD_REQUEST, "Send exactly one file and one entry of `map`.")
    name, file = files[0]
    paths = places.get(name)
    if not isinstance(paths, list) or len(paths) != 1 or not isinstance(paths[0], str):
        raise Fault(FaultCode.BAD_REQUEST, "`map` must name the file's one place.")
    content = await file.read()
    if len(content) > FILE_BYTES_MAX:
        raise Fault(FaultCode.PAYLOAD_TOO_LARGE, "The file is larger than 10 MiB.", status=413)
    upload = Upload((file.filename or "")[:FILE_NAME_CHARACTERS_MAX], content)
    _put(question.variables, paths[0], upload)
    return question


def _put(variables: Mapping[str, Any], path: str, upload: Upload) -> None:
    """Set the null at "variables.a.b" to the file."""
    first, *middle = path.split(".")
    place: Any = {"variables": variables}
    for step in (first, *middle[:-1]):
        place = place.get(step) if isinstance(place, dict) else None
    if first != "variables" or not middle or not isinstance(place, dict):
        raise Fault(FaultCode.BAD_REQUEST, "`map` points nowhere in the variables.")
    if place.get(middle[-1], upload) is not None:
        raise Fault(FaultCode.BAD_REQUEST, "`map` must point to a null in the variables.")
    place[middle[-1]] = upload
