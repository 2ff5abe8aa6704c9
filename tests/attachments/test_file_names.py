from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attachments.file_names import NAME_MAX, clean_name
from attachments.inspection import inspect
from tests.attachments.samples import PDF


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x", "x.txt"),
        ("C:\\Users\\ana\\notes.txt", "notes.txt"),
        ("/etc/passwd", "passwd.txt"),
        ("invoice\u202etxt.pdf", "invoicetxt.txt"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ('a"b<c>|?*:d.txt', "a_b_c_____d.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1.txt"),
        ("console.txt", "console.txt"),
        ("", "file.txt"),
        ("....", "file.txt"),
        ("  Mediaplan   März.txt ", "Mediaplan März.txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("日程 2026.txt", "日程 2026.txt"),
        ("data.json", "data.json.txt"),
        ("v1.2", "v1.2.txt"),
        ("photo.jpg", "photo.txt"),
        ("README.TXT", "README.TXT"),
        ("👩\u200d💻.txt", "👩💻.txt"),
    ],
)
def test_name_is_made_safe_and_matches_the_content(name: str, kept: str) -> None:
    assert inspect(b"plain", name).name == kept


def test_overlong_name_keeps_its_extension() -> None:
    """It is cut before the extension, by characters and by bytes."""
    assert inspect(b"a,b", "a" * 500 + ".csv").name == "a" * (NAME_MAX - 4) + ".csv"
    long = inspect(PDF, "日" * 300 + ".pdf").name
    assert long.endswith("日.pdf") and len(long.encode()) <= 200
    assert len(inspect(b"plain", "a" * 500).name) == NAME_MAX


@given(st.text(max_size=300))
def test_cleaned_name_is_always_harmless(name: str) -> None:
    """No separator, no control or invisible character, no dot or space at the ends, not too long. Cleaning is
    idempotent."""
    kept = clean_name(name)
    assert not set(kept) & set('/\\<>:"|?*')
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in kept)
    assert kept == kept.strip(" .")
    assert len(kept) <= NAME_MAX and len(kept.encode()) <= 200
    assert clean_name(kept) == kept


def test_huge_name_is_cut_and_keeps_its_extension() -> None:
    """Normalizing 100,000 accents takes a minute, so only 1,000 characters are read."""
    marks = "a" + "\u0345" * 50_000 + "\u0334" * 50_000
    assert len(clean_name(f"{marks}.pdf")) <= NAME_MAX and clean_name(f"{marks}.pdf").endswith(".pdf")
