"""The letter to a member of staff whose access an admin has changed. It is in English, like the pages of staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from widgets.letters.blocks import Buttons, Heading, Link, Paragraph, Written
from widgets.letters.sign_in_notices import Notice
from widgets.letters.words import Words

Changed = Literal["rights", "capacity", "factor", "passkey", "disabled", "enabled", "address"]
_DID: Mapping[str, str] = {
    "rights": "changed your roles or teams",
    "capacity": "changed how many chats you take at once",
    "factor": "removed your one-time codes",
    "passkey": "removed one of your passkeys",
    "disabled": "disabled your access",
    "enabled": "enabled your access again",
    "address": "changed your email address to another one",
}


def access_changed(notice: Notice, by: str, what: str, words: Words) -> Written:
    """The letter. `by` is the name of the admin. `what` is one of the values of `Changed`."""
    told = f"{by} {_DID.get(what, 'changed your access')} on {words.stamp(notice.at)}."
    return Written(
        sender=f"{notice.brand} support",
        subject="Your access was changed",
        summary=told,
        body=[
            Heading("Your access was changed"),
            Paragraph([told]),
            Paragraph(["If you did not expect this, ask the admin."]),
            Buttons([Link("See your account", f"{notice.base}/account")]),
        ],
        foot=[Paragraph([f"You get this mail because it is about your account at {notice.host}."], "fine")],
        tag=words.tag,
        colon=words.colon,
    )
