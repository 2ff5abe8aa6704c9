"""The demo's pages for letters: a list, each letter as a mail program shows it, and a form to answer it.

The demo has no mail server.
"""

from __future__ import annotations

import asyncio
import base64
import email
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from mail.content import MARK_CID
from refusals import Refused
from texts.visible import shows_something
from widgets.letters.html import MARK, environment
from widgets.ports import Settings, program_of

SHOWN_MAX = 200
"""Maximum number of letters in the list. It has the newest letters."""
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")
_NUMBER = re.compile(r"\[#(\d{1,12})\]$")
ANSWER_MAX = 8_000
"""Maximum characters of an answer."""
_STATUSES = {"forbidden": 403, "unavailable": 503}
_OWN_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
}
_LETTER_HEADERS = {
    "Cache-Control": "no-store",
    # A letter is not trusted. It runs no scripts and loads nothing, and its links open in a new tab.
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    to: str
    subject: str
    sent_at: str
    answerable: bool
    number: str | None
    """The number of the request that the letter is about. It is taken from the letter's subject."""


def routes(settings: Settings) -> list[Route]:
    """The routes of `/demo/mail`, of each letter as HTML and as text, and of the form to answer it. Empty outside the
    demo."""
    if not settings.demo:
        return []
    return [
        Route("/demo/mail", _list),
        Route("/demo/mail/{name}", _html),
        Route("/demo/mail/{name}/text", _text),
        Route("/demo/mail/{name}/answer", _form),
        Route("/demo/mail/{name}/answer", _answer, methods=["POST"]),
    ]


async def _list(request: Request) -> Response:
    entries = await asyncio.to_thread(_entries, _folder(request))
    name = request.query_params.get("answered")
    answered = next((entry for entry in entries if entry.name == name), None)
    shown = environment.get_template("demo.html").render(entries=entries, answered=answered)
    return HTMLResponse(shown, headers=_OWN_HEADERS)


async def _html(request: Request) -> Response:
    message = await _message(request)
    html = message.get_body(("html",))
    if html is None:
        raise HTTPException(404)
    # The mark is the only picture. It is a part of the email.
    mark = base64.b64encode(MARK).decode()
    shown = html.get_content().replace(f"cid:{MARK_CID}", f"data:image/png;base64,{mark}")
    return HTMLResponse(shown.replace("<head>", '<head><base target="_blank">', 1), headers=_LETTER_HEADERS)


async def _text(request: Request) -> Response:
    text = (await _message(request)).get_body(("plain",))
    if text is None:
        raise HTTPException(404)
    return PlainTextResponse(text.get_content(), headers=_LETTER_HEADERS)


async def _form(request: Request) -> Response:
    message = await _message(request)
    _answering(request, message)
    return _form_of(request, message)


async def _answer(request: Request) -> Response:
    """Pass the answer to the desk, and redirect to the list of letters."""
    message = await _message(request)
    answer, portal, text = _answering(request, message), program_of(request).portal, ""
    try:
        portal.check_form(request)
        text = (await portal.read_texts(request)).values.get("text", "").replace("\r\n", "\n").strip()
        if not shows_something(text):
            return _form_of(request, message, text, "Write an answer first.", 422)
        if len(text) > ANSWER_MAX:
            return _form_of(request, message, text, f"An answer has at most {ANSWER_MAX:,} characters.", 422)
        await answer(message, text)
    except Refused as refused:
        return _form_of(request, message, text, refused.message, _STATUSES.get(refused.code, 422))
    return RedirectResponse(f"/demo/mail?answered={request.path_params['name']}", 303, headers=_OWN_HEADERS)


def _form_of(
    request: Request, message: EmailMessage, text: str = "", fault: str | None = None, status: int = 200
) -> Response:
    letter, plain = _entry(request.path_params["name"], message), message.get_body(("plain",))
    quoted = "" if plain is None else plain.get_content()
    template = environment.get_template("demo-answer.html")
    shown = template.render(letter=letter, quoted=quoted, text=text, text_max=ANSWER_MAX, fault=fault)
    return HTMLResponse(shown, status, headers=_OWN_HEADERS)


def _answering(request: Request, message: EmailMessage) -> Callable[[EmailMessage, str], Awaitable[None]]:
    """A function that sends the desk an answer to the letter. Raises HTTPException 404 if the letter has no reply
    address, or if the demo does not accept answers."""
    samples = program_of(request).samples
    if samples is None or samples.answer is None or message["Reply-To"] is None:
        raise HTTPException(404)
    return samples.answer


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
    return [_entry(name, message) for name, message in found if message is not None]


def _entry(name: str, message: EmailMessage) -> _Entry:
    subject, sent_at = str(message["Subject"]).strip(), parsedate_to_datetime(message["Date"])
    number = _NUMBER.search(subject)
    return _Entry(
        name=name,
        to=str(message["To"]),
        subject=subject,
        sent_at=f"{sent_at:%H:%M} UTC",
        answerable=message["Reply-To"] is not None,
        number=None if number is None else number[1],
    )


def _read(file: Path) -> EmailMessage | None:
    try:
        message = email.message_from_bytes(file.read_bytes(), policy=default)
    except OSError:
        return None
    assert isinstance(message, EmailMessage)
    return message
