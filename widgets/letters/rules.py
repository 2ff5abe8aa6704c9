"""The letter with which a rule points staff to a ticket or a chat. It is in English, like the pages of staff."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.letters.blocks import Buttons, Facts, Heading, Link, Paragraph, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNotice:
    """`thing` is what the letter points to, such as *Ticket #12*. `why` follows *When*."""

    rule: str
    why: str
    team: str
    thing: str
    url: str


def rule_letter(notice: RuleNotice, host: str) -> Written:
    """The letter. `host` is the host of the desk."""
    return Written(
        sender=f"{notice.team} support",
        subject=f"{notice.rule}: {notice.thing}",
        summary=f"{notice.thing}, {notice.team}",
        body=[
            Heading(notice.rule),
            Facts([("About", [notice.thing]), ("Team", [notice.team]), ("Because", [notice.why])]),
            Buttons([Link("Open it", notice.url)]),
        ],
        foot=[Paragraph([f"You get this mail because an admin of {host} made this rule."], "fine")],
    )
