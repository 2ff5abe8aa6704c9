"""The letters to staff about their access."""

from __future__ import annotations

from typing import get_args

import pytest

from clock import from_rfc3339
from widgets.letters.access_changes import Changed, access_changed
from widgets.letters.invitations import staff_invitation
from widgets.letters.plain import plain_text
from widgets.letters.sign_in_notices import Notice
from widgets.letters.words import Words

NOTICE = Notice(
    base="https://desk.example",
    brand="Northlake",
    host="desk.example",
    at=from_rfc3339("2026-11-24T21:40:00.000Z"),
    staff=True,
)


@pytest.mark.parametrize("what", get_args(Changed))
def test_letter_about_changed_access_names_the_admin_the_change_and_the_moment(what: Changed) -> None:
    said = " ".join(plain_text(access_changed(NOTICE, "Tobias Kessler", what, Words(None))).split())
    assert "Tobias Kessler" in said and "Tue, Nov 24, 16:40 ET." in said
    assert "changed your access" not in said, "each change has words of its own"


def test_invitation_has_the_link_and_says_how_long_it_works() -> None:
    letter = staff_invitation("https://desk.example/join?token=x", "Northlake", "desk.example", Words(None))
    said = " ".join(plain_text(letter).split())
    assert "https://desk.example/join?token=x" in said and "once, within 7 days" in said
