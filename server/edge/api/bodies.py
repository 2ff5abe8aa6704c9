"""Reads JSON bodies within a size limit, decodes them strictly, and writes answers."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from clock import from_rfc3339
from refusals import Code, Refused, invalid
from server.edge.problems import NotDeclared

T = TypeVar("T")

BODY_MAX = 128 * 1024
"""Maximum bytes of a JSON body, unless a call allows more."""
SEARCHED_MAX = 8 * 1024
"""The largest body, in bytes, in which a lone surrogate is looked for. The search decodes the body a second time."""

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_FIELD = re.compile(r"^Object (?P<what>missing required|contains unknown) field `(?P<field>.*)`")
_TOO_MANY = re.compile(r"Expected `array` of length <= (?P<most>\d+)")
LOOKED_AT = 2_000
"""Maximum number of values of a body that are searched for a lone surrogate."""
_HALF = re.compile(r"[\ud800-\udfff]")


async def read_body(
    request: Request, type: type[T], most: int = BODY_MAX, media_types: Sequence[str] = ("application/json",)
) -> T:
    """Read a JSON body of at most `most` bytes as a `type`. It is declared as one of `media_types`.

    Raises Refused: `too_large`, `bad_frame` (not JSON, or not declared as JSON), or `invalid` with the wrong field.
    """
    require_media_type(request, *media_types)
    body = await read_bytes(request, most)
    try:
        return msgspec.json.decode(body, type=type)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unreadable(body) from None


def require_media_type(request: Request, *wanted: str) -> None:
    """Check that the body is declared as one of the media types `wanted`.

    Raises NotDeclared if it is not. This stops pages of other sites: without a preflight, they can send forms and plain
    text, but not JSON.
    """
    declared = request.headers.get("content-type", "").partition(";")[0]
    if declared.strip().lower() not in wanted:
        raise NotDeclared(wanted[0])


def answer(content: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response that must not be cached."""
    said = {"Cache-Control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(content), status, said, "application/json")


def read_moment(name: str, text: str) -> int:
    """The moment of a field whose text is a time in RFC 3339. Raises Refused(invalid)."""
    try:
        return from_rfc3339(text)
    except (ValueError, OverflowError):
        sentence = f"{text[:40]!r} is not a time. Write it like 2026-11-25T09:00:00.000Z."
        raise invalid(name, sentence) from None


async def read_bytes(request: Request, most: int) -> bytes:
    """The body, whatever it is declared as. Raises Refused(`too_large`) beyond `most` bytes."""
    # A body with a length over the limit is not read at all, a chunked one only up to the limit.
    _refuse_beyond(most, int(request.headers.get("content-length", 0)))
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        _refuse_beyond(most, size)
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse_beyond(most: int, size: int) -> None:
    if size > most:
        raise Refused("too_large", f"The body is larger than {most // 1024} KiB.")


def unreadable(body: bytes) -> Refused:
    """The refusal of a body that could not be decoded.

    If the body is small, and is JSON with a lone surrogate, the refusal names the field with the surrogate. Otherwise,
    the refusal says that the body is not JSON.
    """
    halved = None
    if len(body) <= SEARCHED_MAX and (b"\\ud" in body or b"\\uD" in body):
        with suppress(ValueError, RecursionError):
            halved = next(_halved(json.loads(body.decode())), None)
    if not halved or _HALF.search(halved):
        return Refused(
            "bad_frame", "The body isn't JSON in UTF-8, or contains an incomplete character (a lone surrogate)."
        )
    return _about(halved, "Remove the incomplete character (a lone surrogate).")


def _halved(body: object) -> Iterator[str]:
    """The paths of texts in the body that contain a lone surrogate. Only the first LOOKED_AT values are searched."""
    inside: deque[tuple[str, object]] = deque([("", body)])
    for _ in range(LOOKED_AT):
        if not inside:
            return
        path, value = inside.popleft()
        if isinstance(value, str) and _HALF.search(value):
            yield path
        elif isinstance(value, dict):
            parts = islice(value.items(), LOOKED_AT)
            inside.extend((f"{path}.{name}" if path else name, part) for name, part in parts)
        elif isinstance(value, list):
            inside.extend((f"{path}[{at}]", part) for at, part in enumerate(value[:LOOKED_AT]))


def _invalid(message: str) -> Refused:
    """The refusal for an error message of msgspec, as a sentence about a field."""
    at = _AT.search(message)
    path = at["path"].lstrip(".") if at else ""
    said = message[: at.start()] if at else message
    if field := _FIELD.match(said):
        name = f"{path}.{field['field']}" if path else field["field"]
        return _about(name, "This field is missing." if field["what"].startswith("missing") else "Unknown field.")
    if path == "files" and (most := _TOO_MANY.match(said)):
        return _about(path, f"At most {most['most']} entries.", "too_large")
    return _about(path, said + ".") if path else Refused("invalid", said + ".")


def _about(name: str, sentence: str, code: Code = "invalid") -> Refused:
    return Refused(code, f"{name}: {sentence}", {name: sentence})
