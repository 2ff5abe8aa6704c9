"""The typeface has what the pages need, and no more: it is a third of what an article loads."""

from __future__ import annotations

import re

from tests.running import ROOT
from widgets.shared.catalogues import LOCALES

STATIC = ROOT / "widgets/shared/static"
SIZE_MAX = 20_000
LATIN_END = 0x250
"""Letters from here on, such as a raised e, are in few typefaces."""


def test_typeface_has_every_letter_of_the_customers_texts() -> None:
    """Other letters, in names of people, are shown in the system's typeface."""
    page = (ROOT / "docs/pages.md").read_text("utf-8")
    ranges = [one.removeprefix("U+").split("-") for one in re.findall(r"U\+[0-9A-F]{4}(?:-[0-9A-F]{4})?", page)]
    known = {code for one in ranges for code in range(int(one[0], 16), int(one[-1], 16) + 1)}
    texts = [path.read_text("utf-8") for path in sorted(LOCALES.rglob("*.po"))]
    assert len(texts) > 1
    used = {ord(letter) for text in texts for letter in text if letter.isalpha() and ord(letter) < LATIN_END}
    assert used - known == set()


def test_typeface_is_small() -> None:
    assert (STATIC / "inter-latin-wght-normal.woff2").stat().st_size <= SIZE_MAX
