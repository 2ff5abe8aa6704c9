"""The letter about alarms of the floor. It is in English, like the pages of staff."""

from __future__ import annotations

from alarms.notice import Notice
from widgets.letters.blocks import Bullets, Buttons, Heading, Link, Paragraph, Written
from widgets.letters.words import Words


def alarm_letter(notice: Notice, brand: str, host: str, words: Words) -> Written:
    """The letter. `host` is the host of the desk."""
    first = notice.lines[0]
    return Written(
        sender=f"{brand} support",
        subject=first if len(notice.lines) == 1 else f"{notice.title}, first: {first}",
        summary=first,
        body=[
            Heading(notice.title),
            Bullets([[text] for text in notice.lines]),
            Buttons([Link("Open the floor", notice.url)]),
        ],
        foot=[Paragraph([f"An admin of {host} chose this address for alarms of the floor."], "fine")],
        tag=words.tag,
        colon=words.colon,
    )
