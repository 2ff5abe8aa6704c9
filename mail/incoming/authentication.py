"""Tells whether an email is proven to come from the domain in its `From` header. Pure.

The trusted mail server checks this, and writes its results into the header `Authentication-Results` (RFC 8601). Anybody
can write such a header. The mail server adds its own header above the headers that came in with the mail. So this
module uses only the topmost header with the configured name.

The header contains texts that the sender of the mail chose, such as the envelope sender. So if the header of the mail
server breaks the grammar in any way, the verdict is `fail`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mail.incoming.headers import HEADER_MAX
from mail.incoming.parsing import Incoming
from mail.incoming.result import Authentication, Verdict

DETAIL_MAX = 500
_PIECE = re.compile(
    r"""(?P<space>[ \t]+)
    |(?P<end>;)
    |(?P<word>(?:[^\x00-\x20\x7f"();\\]|"(?:[^\x00-\x1f\x7f"\\]|\\[^\x00-\x1f\x7f])*")+)
    |(?P<comment>\()""",
    re.VERBOSE,
)
_IN_COMMENT = re.compile(r'[^\x00-\x08\x0a-\x1f\x7f"()\\]+|\\[^\x00-\x1f\x7f"]|[()]')
_PAIR = re.compile(r'([A-Za-z][\w./-]*) ?= ?((?:[^ "]|"(?:[^"\\]|\\.)*")*)(?: |$)', re.ASCII)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"([^"]*)')
_ESCAPED = re.compile(r"\\(.)")
_FAILED = frozenset({"fail", "permerror", "policy"})
UNKNOWN = Authentication("none")


class _Malformed(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Method:
    name: str
    result: str
    properties: Mapping[str, str]


def authentication_of(mail: Incoming, authserv_id: str | None) -> Authentication:
    """The verdict of the mail server named `authserv_id`.

    UNKNOWN if no name is configured, the mail has no sender, or the server added no header.

    DMARC decides. If DMARC neither passes nor fails, the verdict is `pass` if a DKIM signature or an SPF check passes
    for exactly the sender's domain. A parent domain proves nothing, because it may be a public suffix such as `co.uk`.
    """
    if authserv_id is None or mail.sender is None:
        return UNKNOWN
    domain = mail.sender.rpartition("@")[2]
    for header in mail.results:
        try:
            id_, *results = _parts(header)
            if not _is_named(id_, authserv_id):
                continue
            methods = _methods(results)
        except _Malformed:
            if authserv_id.lower() in header.lower():
                return Authentication("fail", "The header Authentication-Results cannot be read.")
            continue
        return Authentication(_verdict(methods, domain), "; ".join(filter(None, results))[:DETAIL_MAX])
    return UNKNOWN


def _verdict(methods: Sequence[_Method], domain: str) -> Verdict:
    dmarc = [method for method in methods if method.name == "dmarc"]
    if any(each.result in _FAILED for each in dmarc):
        return "fail"
    if dmarc and all(each.result == "pass" and each.properties.get("header.from") == domain for each in dmarc):
        return "pass"
    if any(method.result == "pass" and _domain_of(method) == domain for method in methods):
        return "pass"
    return "fail" if any(method.result in _FAILED for method in methods if method.name in ("dkim", "spf")) else "none"


def _parts(header: str) -> list[str]:
    """The parts of a header between semicolons, without comments, with one space between words."""
    if len(header) > HEADER_MAX or "=?" in header:
        raise _Malformed
    parts, place = [""], 0
    while place < len(header):
        piece = _PIECE.match(header, place)
        if piece is None:
            raise _Malformed
        place = piece.end()
        if piece.lastgroup == "end":
            parts.append("")
        elif piece.lastgroup == "word":
            parts[-1] += piece[0]
        else:
            place = place if piece.lastgroup == "space" else _end_of_comment(header, place)
            parts[-1] += "" if parts[-1].endswith(" ") else " "
    return [part.strip() for part in parts]


def _end_of_comment(header: str, place: int) -> int:
    """The position after a comment. `place`: the position after its opening parenthesis.

    A quotation mark in the comment is refused, because the sender may have put it there.
    """
    depth = 1
    while depth:
        piece = _IN_COMMENT.match(header, place)
        if piece is None:
            raise _Malformed
        place, depth = piece.end(), depth + (piece[0] == "(") - (piece[0] == ")")
    return place


def _is_named(part: str, authserv_id: str) -> bool:
    """True if `part`, the text before the first semicolon, is this name. A version may follow the name."""
    name, _, version = part.partition(" ")
    return _plain(name) == authserv_id.lower() and (not version or version.isdecimal())


def _methods(results: Sequence[str]) -> list[_Method]:
    methods = []
    for part in results:
        pairs, place = [], 0
        while place < len(part):
            pair = _PAIR.match(part, place)
            if pair is None:
                break
            pairs.append((pair[1].lower(), _plain(pair[2])))
            place = pair.end()
        if (place < len(part) and part.lower() != "none") or len(dict(pairs)) != len(pairs):
            raise _Malformed
        if pairs:
            methods.append(_Method(pairs[0][0].partition("/")[0], pairs[0][1], dict(pairs[1:])))
    return methods


def _plain(value: str) -> str:
    """A value in lower case, without quotation marks. If there are quotation marks, the value must begin with the
    quoted part, as in an email address."""
    if '"' not in value:
        return value.lower()
    quoted = _QUOTED.fullmatch(value)
    if quoted is None:
        raise _Malformed
    return (_ESCAPED.sub(r"\1", quoted[1]) + quoted[2]).lower()


def _domain_of(method: _Method) -> str:
    """The domain that a DKIM or SPF result is about. Empty if the result names no domain, or is of another method."""
    if method.name == "dkim":
        return method.properties.get("header.d") or method.properties.get("header.i", "").rpartition("@")[2]
    return method.properties.get("smtp.mailfrom", "").strip("<>").rpartition("@")[2] if method.name == "spf" else ""
