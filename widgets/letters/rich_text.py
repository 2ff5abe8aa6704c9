"""Turns texts that people wrote into blocks of a letter.

URLs and email addresses become links. Texts of staff may also use a subset of Markdown. The grammar is the same as in
`widgets/shared/static/rich-text.js`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from widgets.letters.blocks import Block, Bullets, Code, Emphasis, Inline, Link, Listing, Look, Paragraph, Strong

_LINK_MAX = 2_000
_PUNCTUATION = ".,;:!?)]}*_…"
_SPAN_MAX = 500
_WEB = r"(?:https?://|www\.)[^\s<>\"'`]+"
_EMAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?![\w@])"
_LINKS = f"{_WEB}|{_EMAIL}"
_FENCE = re.compile(r" {0,3}```[\w+#.-]{0,20}\s*")
_FENCE_END = re.compile(r" {0,3}```\s*")
_ITEM = re.compile(r" {0,3}(?:[-*•]|(\d{1,3})[.)])[ \t]+(\S.*)")


def _span(name: str, mark: str, inner: str) -> str:
    one = re.escape(mark[-1])
    return (
        rf"(?<![^\W_])(?<!{one}){mark}(?P<{name}>[^\s{one}](?:{inner}{{0,{_SPAN_MAX}}}?[^\s{one}])?){mark}"
        rf"(?![^\W_])(?!{one})"
    )


_MARKED = re.compile(
    "|".join(
        (
            r"`(?P<code>[^`\n]+)`",
            f"(?P<link>{_LINKS})",
            _span("strong", r"\*\*", r"(?:\*(?!\*)|[^*\n])"),
            _span("em", r"\*", r"[^*\n]"),
            r"(?<![^\W_])(?<!_)_(?P<under>[^\s_](?:[^_\n]{0,500}?[^\s_])?)_(?![^\W_])(?!_)",
        )
    ),
    re.IGNORECASE,
)
_LINKED = re.compile(f"(?P<link>{_LINKS})", re.IGNORECASE)


def plain(text: str, look: Look = "text") -> list[Block]:
    """A customer's text: paragraphs with links."""
    return _paragraphs(text, _LINKED, look)


def rich(text: str, look: Look = "text") -> list[Block]:
    """A staff member's text: paragraphs, lists and code with links and emphasis, from a subset of Markdown."""
    lines, blocks, said = text.split("\n"), list[Block](), list[str]()
    at = 0
    # Found once: a search behind every open fence would take quadratic time.
    last_end = max((at for at, line in enumerate(lines) if _FENCE_END.fullmatch(line)), default=0)

    def flush() -> None:
        blocks.extend(_paragraphs("\n".join(said), _MARKED, look))
        said.clear()

    while at < len(lines):
        found = (_fenced(lines, at) if at < last_end else None) or _listed(lines, at)
        if found is None:
            said.append(lines[at])
            at += 1
            continue
        flush()
        block, at = found
        blocks.append(block)
    flush()
    return blocks


def _fenced(lines: Sequence[str], at: int) -> tuple[Block, int] | None:
    """A pair: the code that begins at `lines[at]`, and the index of the line after it. None if no code begins there. If
    code begins, a later line must end it."""
    if not _FENCE.fullmatch(lines[at]):
        return None
    end = next(here for here in range(at + 1, len(lines)) if _FENCE_END.fullmatch(lines[here]))
    return Listing("\n".join(lines[at + 1 : end])), end + 1


def _listed(lines: Sequence[str], at: int) -> tuple[Block, int] | None:
    first = _ITEM.fullmatch(lines[at])
    if first is None:
        return None
    items = []
    while at < len(lines) and (item := _ITEM.fullmatch(lines[at])) and bool(item[1]) == bool(first[1]):
        items.append(_inline(item[2], _MARKED))
        at += 1
    return Bullets(items, int(first[1]) if first[1] else None), at


def _paragraphs(text: str, pattern: re.Pattern[str], look: Look) -> list[Block]:
    return [
        Paragraph(_inline(part.strip("\n"), pattern), look) for part in re.split(r"\n[ \t]*\n", text) if part.strip()
    ]


def _inline(text: str, pattern: re.Pattern[str]) -> list[Inline]:
    parts, since = list[Inline](), 0
    for found in pattern.finditer(text):
        part, rest = _part(found)
        if part is None:
            continue
        if found.start() > since:
            parts.append(text[since : found.start()])
        parts.append(part)
        since = found.end() - len(rest)
    if since < len(text):
        parts.append(text[since:])
    return parts


def _part(found: re.Match[str]) -> tuple[Inline | None, str]:
    """A pair: the inline part for a match, and the end of the match that is not in the part, as text.

    The part is None if the match stays plain text.
    """
    groups = found.groupdict()
    if groups.get("code") is not None:
        return Code(groups["code"]), ""
    if groups.get("link") is not None:
        return _link(groups["link"])
    if groups.get("strong") is not None:
        return Strong(_inline(groups["strong"], _MARKED)), ""
    return Emphasis(_inline(groups["em"] or groups["under"], _MARKED)), ""


def _link(found: str) -> tuple[Link | None, str]:
    if not re.match(r"https?:|www\.", found, re.IGNORECASE):
        return Link(found, f"mailto:{found}"), ""
    link = found.rstrip(_PUNCTUATION)
    href = f"https://{link}" if link.lower().startswith("www") else link
    try:
        fine = len(href) <= _LINK_MAX and bool(urlsplit(href).hostname)
    except ValueError:
        fine = False
    return (Link(link, href), found[len(link) :]) if fine else (None, "")
