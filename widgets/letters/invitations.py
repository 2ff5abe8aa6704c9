"""The letter that invites a new member of staff. It is in English, like the pages of staff."""

from __future__ import annotations

from widgets.letters.blocks import Buttons, Heading, Link, Paragraph, Written
from widgets.letters.words import Words


def staff_invitation(link: str, brand: str, host: str, words: Words) -> Written:
    """The letter. `link` leads to the page for choosing a password. `host` is the host of the desk."""
    told = f"You are invited to the support desk of {brand}. Open the link and choose a password."
    return Written(
        sender=f"{brand} support",
        subject=f"Your invitation to {brand} support",
        summary=told,
        body=[
            Heading("Join the desk"),
            Paragraph([told]),
            Buttons([Link("Choose a password", link)]),
            Paragraph(["The link works once, within 7 days."], "small"),
        ],
        foot=[Paragraph([f"An admin of {host} gave this address. If you do not expect this, ignore it."], "fine")],
        tag=words.tag,
        colon=words.colon,
    )
