"""The demo's pages for letters: a list, and each letter as a mail program shows it. The demo has no mail server."""

from __future__ import annotations

import asyncio
import base64
import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from mail.content import MARK_CID
from widgets.letters.html import MARK, environment
from widgets.ports import Settings, program_of

SHOWN_MAX = 200
"""Maximum number of letters in the list, the newest ones."""
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")
_HEADERS = {
    "Cache-Control": "no-store",
    # A letter is not ours to trust: no scripts, nothing loaded, links in a new tab.
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    to: str
    subject: str
    sent_at: str


def routes(settings: Settings) -> list[Route]:
    """In the demo: `/demo/mail`, and each letter as HTML and as text."""
    if not settings.demo:
        return []
    return [Route("/demo/mail", _list), Route("/demo/mail/{name}", _html), Route("/demo/mail/{name}/text", _text)]


async def _list(request: Request) -> Response:
    entries = await asyncio.to_thread(_entries, _folder(request))
    return HTMLResponse(environment.get_template("demo.html").render(entries=entries), headers=_HEADERS)


async def _html(request: Request) -> Response:
    message = await _message(request)
    html = message.get_body(("html",))
    if html is None:
        raise HTTPException(404)
    # The mark is the only picture. It is a part of the email.
    mark = base64.b64encode(MARK).decode()
    shown = html.get_content().replace(f"cid:{MARK_CID}", f"data:image/png;base64,{mark}")
    return HTMLResponse(shown.replace("<head>", '<head><base target="_blank">', 1), headers=_HEADERS)


async def _text(request: Request) -> Response:
    text = (await _message(request)).get_body(("plain",))
    if text is None:
        raise HTTPException(404)
    return PlainTextResponse(text.get_content(), headers=_HEADERS)


async def _message(request: Request) -> EmailMessage:
    name = request.path_params["name"]
    if not _NAME.fullmatch(name):
        raise HTTPException(404)
    message = await asyncio.to_thread(_read, _folder(request) / f"{name}.eml")
    if message is None:
        raise HTTPException(404)
    return message


def _folder(request: Request) -> Path:
    samples = program_of(request).samples
    if samples is None or samples.letters is None:
        raise HTTPException(404)
    return samples.letters


def _entries(folder: Path) -> list[_Entry]:
    # Names begin with the time.
    files = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN_MAX]
    found = [(file.stem, _read(file)) for file in files]
    return [
        _Entry(name, str(message["To"]), str(message["Subject"]), f"{parsedate_to_datetime(message['Date']):%H:%M} UTC")
        for name, message in found
        if message is not None
    ]


def _read(file: Path) -> EmailMessage | None:
    try:
        message = email.message_from_bytes(file.read_bytes(), policy=default)
    except OSError:
        return None
    assert isinstance(message, EmailMessage)
    return message
