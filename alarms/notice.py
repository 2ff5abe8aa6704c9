"""The text of a message about alarms, and its form for Slack and Microsoft Teams. Pure.

A message has the team, the kind and the age of each alarm, and a link. It has no text and no name of a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.json import encode

from alarms.destination import AlarmKind, Raised

LINES_MAX = 10
_MINUTE_MS = 60_000
WORDS: dict[AlarmKind, str] = {
    "unstaffed": "nobody is available",
    "agent_gone": "a customer waits because the agent is gone",
    "first_reply": "a first response is overdue",
    "next_reply": "a next response is overdue",
    "closing": "the team is closing, and a customer still waits",
    "queue": "a wait in the queue is over the target",
}
_OVER: frozenset[AlarmKind] = frozenset({"first_reply", "next_reply"})
"""Kinds whose age is the time by which a goal is exceeded."""
_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    lines: Sequence[str]
    url: str
    """The link to the floor."""


def notice_of(alarms: Sequence[Raised], name_of: Callable[[str], str], url: str, now: int) -> Notice:
    """The message about `alarms`, of which there is at least one. `name_of` returns the name of a team."""
    lines = [f"{name_of(one.team)}: {WORDS[one.kind]}, {_age(one, now)}" for one in alarms[:LINES_MAX]]
    if len(alarms) > LINES_MAX:
        lines.append(f"and {len(alarms) - LINES_MAX} more alarms")
    return Notice("1 alarm" if len(alarms) == 1 else f"{len(alarms)} alarms", lines, url)


def test_notice(url: str) -> Notice:
    return Notice("Test", ["Alarms of the floor arrive here."], url)


def slack_message(notice: Notice) -> bytes:
    """The body of a call of an incoming webhook. Workflows of Slack read the same field `text`."""
    lines = "\n".join(_escaped(line) for line in notice.lines)
    text = f"*{_escaped(notice.title)}*\n{lines}\n<{notice.url}|Open the floor>"
    return encode({"text": text, "unfurl_links": False})


def teams_message(notice: Notice) -> bytes:
    """The body of a call of a workflow that posts an adaptive card."""
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        # Text blocks would read names of teams as Markdown.
        "body": [_text(notice.title, weight="Bolder"), *map(_text, notice.lines)],
        "actions": [{"type": "Action.OpenUrl", "title": "Open the floor", "url": notice.url}],
    }
    return encode({"type": "message", "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}]})


def _text(text: str, **look: str) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def _escaped(text: str) -> str:
    """`text` without characters that Slack reads as a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _age(alarm: Raised, now: int) -> str:
    minutes = max(0, now - alarm.since) // _MINUTE_MS
    if minutes < 1:
        return "just now"
    hours, minutes = divmod(minutes, 60)
    word = "by" if alarm.kind in _OVER else "for"
    return f"{word} {minutes} min" if not hours else f"{word} {hours} h {minutes} min"
