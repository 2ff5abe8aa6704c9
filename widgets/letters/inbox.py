"""The letter about unread entries of an inbox. It is in English, like the pages of staff, and contains no text that
people wrote except subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from widgets.letters.blocks import Block, Buttons, Heading, Link, Paragraph, Written

LINES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry. `place` is the number of the ticket, or `a chat`."""

    kind: str
    by: str | None
    place: str
    subject: str | None
    status: str | None
    url: str


def inbox_letter(lines: Sequence[Line], inbox: str, brand: str, host: str) -> Written:
    first = _happened(lines[0])
    title = first if len(lines) == 1 else f"{len(lines)} new entries in your inbox"
    body: list[Block] = [Heading(title)]
    for line in lines[:LINES_MAX]:
        subject = f": {line.subject}" if line.subject else ""
        body.append(Paragraph([f"{_happened(line)}{subject}. ", Link("Open", line.url)]))
    if len(lines) > LINES_MAX:
        body.append(Paragraph([f"And {len(lines) - LINES_MAX} more."]))
    body.append(Buttons([Link("Open your inbox", inbox)]))
    why: list[str | Link] = [
        f"You get this mail because these entries on {host} are unread. ",
        Link("Choose which mails you get", inbox),
    ]
    return Written(
        sender=f"{brand} support",
        subject=title,
        summary=first,
        body=body,
        foot=[Paragraph(why, "fine")],
    )


def _happened(line: Line) -> str:
    who = line.by or "Somebody"
    match line.kind:
        case "mention":
            return f"{who} mentioned you in a note on {line.place}"
        case "note":
            return f"{who} wrote a note on {line.place}"
        case "reply":
            return f"{who} replied on {line.place}"
        case "status":
            return f"{line.place} is now {line.status}"
        case "rule":
            return f"{line.by or 'A rule'} points you to {line.place}"
    return f"{line.place} is back"
