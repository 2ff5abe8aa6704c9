from __future__ import annotations

from collections.abc import Callable

import pytest

from clock import from_rfc3339
from widgets.letters.blocks import Written
from widgets.letters.plain import plain_text
from widgets.letters.sign_in_notices import Notice, passkey_added, sign_on_linked
from widgets.letters.words import Words

AT = from_rfc3339("2026-11-24T21:40:00.000Z")


@pytest.mark.parametrize("letter", [passkey_added, sign_on_linked])
@pytest.mark.parametrize(
    ("zone", "shown"),
    [(None, "Tue, Nov 24, 16:40 ET."), ("America/Chicago", "Tue, Nov 24, 15:40."), ("Europe/Madrid", "22:40.")],
)
def test_time_of_the_change_is_in_the_zone_of_the_reader_and_named_only_if_it_is_the_desks(
    letter: Callable[[Notice, Words], Written], zone: str | None, shown: str
) -> None:
    notice = Notice(base="https://desk.example", brand="Northlake", host="desk.example", at=AT, staff=False)
    said = " ".join(plain_text(letter(notice, Words("en", reader_zone=zone))).split())
    assert shown in said, said
