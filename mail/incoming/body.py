"""Sorts the parts of an email that came in into texts and files. Pure. Never raises, whatever the bytes are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from mail.incoming.headers import SURROGATES, decoded, or_, parameter, unfolded
from texts.visible import as_line

DEPTH_MAX, PARTS_MAX = 50, 200
"""Maximum depth of parts, and maximum number of parts, that are read. The stored email keeps the other parts."""
TEXT_MAX = 256 * 1024
"""Maximum characters that are read of all plain texts together, and of all HTML texts together."""
_TEXTS = ("text/plain", "text/html", "text/calendar")
_CODECS = re.compile(
    r"utf-8|utf-16(-[bl]e)?|utf-32(-[bl]e)?|ascii|iso8859-\d+|cp\d{3,4}|koi8-[rut]|mac-\w+|tis-620|ptcp154|kz1048"
    r"|gb2312|gbk|gb18030|hz|big5(hkscs)?|shift_jis(x0213|_2004)?|euc_(jp|kr|jis_2004|jisx0213)|iso2022_\w+|johab"
)
"""Names of the Python codecs that may decode a text. Other codecs are slow, or produce strange characters."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A part of an email that is kept as a file."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Text:
    content: str
    is_html: bool = False


Branch = tuple[int, int]
"""An alternative: the number of a `multipart/alternative`, and the number of the alternative in it."""


class Body:
    """Sorts the parts of an email into texts and files."""

    def __init__(self) -> None:
        self._texts: list[tuple[Text, Branch | None]] = []
        self._left = {False: TEXT_MAX, True: TEXT_MAX}
        self.files: list[Attached] = []
        self.calendar: str | None = None

    def take(self, part: Message, branch: Branch | None) -> None:
        type_ = unfolded(or_(part.get_content_type, "application/octet-stream"))
        name = as_line(decoded(str(or_(part.get_filename, None) or "")))
        attached = or_(part.get_content_disposition, None) == "attachment" or bool(name)
        if type_ == "text/calendar" and self.calendar is None:
            self.calendar = parameter(part, "method") or "publish"
        if type_ in _TEXTS and not attached:
            if type_ != "text/calendar":
                self._take_text(part, branch, is_html=type_ == "text/html")
            return
        content = _content(part)
        if content:
            self.files.append(Attached(name or _name_for(type_), type_, content))

    def _take_text(self, part: Message, branch: Branch | None, *, is_html: bool) -> None:
        if self._left[is_html] > 0 and (content := _text(part, self._left[is_html])):
            self._left[is_html] -= len(content)
            self._texts.append((Text(content, is_html), branch))

    def best(self) -> tuple[Text, ...]:
        """All texts, except each HTML text that is the alternative of a plain text."""
        plain = {branch for text, branch in self._texts if branch and not text.is_html and text.content.strip()}
        alternatives: dict[int, set[int]] = {}
        for group, which in plain:
            alternatives.setdefault(group, set()).add(which)
        return tuple(
            text
            for text, branch in self._texts
            if not (text.is_html and branch and alternatives.get(branch[0], set()) - {branch[1]})
        )


def parts(message: Message) -> Iterator[tuple[Message, Branch | None]]:
    """The parts that are not containers of other parts, in order. Each is a pair: the part, and the alternative to
    which it belongs, or None.

    An attached email is one part.
    """
    waiting: list[tuple[Message, int, Branch | None]] = [(message, 0, None)]
    left = PARTS_MAX
    while waiting and left:
        part, depth, branch = waiting.pop()
        left -= 1
        payload = part.get_payload()
        if not isinstance(payload, list) or part.get_content_maintype() != "multipart":
            yield part, branch
        elif depth < DEPTH_MAX:
            begins = branch is None and part.get_content_subtype() == "alternative"
            inner = [
                (each, depth + 1, (left, place) if begins else branch)
                for place, each in enumerate(payload[:PARTS_MAX])
                if isinstance(each, Message)
            ]
            waiting += reversed(inner)


def _content(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(or_(each.as_bytes, b"") for each in payload if not isinstance(each, str))
    content: object = or_(lambda: part.get_payload(decode=True), None)
    return content if isinstance(content, bytes) else b""


def _text(part: Message, length: int) -> str:
    content = _content(part)[: 4 * length]
    charset = str(or_(part.get_content_charset, None) or "utf-8")
    for name in (charset, "utf-8"):
        try:
            if _CODECS.fullmatch(codecs.lookup(name).name):
                text = content.decode(name)
                break
        except (LookupError, ValueError):
            continue
    else:
        text = content.decode("latin-1")
    text = SURROGATES.sub("\ufffd", text)
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")[:length]


def _name_for(type_: str) -> str:
    if type_ == "message/rfc822":
        return "email.eml"
    return "calendar.ics" if type_ == "text/calendar" else "attachment"
