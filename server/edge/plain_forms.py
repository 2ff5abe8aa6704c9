"""Reads forms without files."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from refusals import Refused
from widgets.ports import Form


async def read_plain_form(request: Request, most: int, fields_max: int) -> Form:
    """The fields of a form of at most `most` bytes and `fields_max` fields. Raises Refused: `too_large`, or `bad_frame`
    if the body is not a form."""
    if int(request.headers.get("content-length", 0)) > most:
        raise _too_large()
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large()
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=fields_max, errors="strict")
    except ValueError:
        raise Refused("bad_frame", "This is not a form of this page.") from None
    return Form({name: value.replace("\0", "") for name, value in fields})


def _too_large() -> Refused:
    return Refused("too_large", "This form is too long.")
