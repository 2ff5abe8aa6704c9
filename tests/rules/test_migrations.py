from __future__ import annotations

import pytest

from tests.rules.migrations import DIGESTS, FOLDER, digests, entered, faults


def test_no_migration_was_edited() -> None:
    """Existing databases have already run them. `python -m tests.rules.migrations` records a new one."""
    assert faults(entered(DIGESTS.read_text()), digests(FOLDER)) == []


def test_edited_new_and_missing_migrations_are_reported() -> None:
    """Each fault says what to do."""
    known = {"0001_a.py": "aa", "0002_b.py": "bb"}
    assert faults(known, dict(known)) == []
    (edited,) = faults(known, {**known, "0002_b.py": "cc"})
    assert edited.startswith("0002_b.py was edited")
    (new,) = faults(known, {**known, "0003_c.py": "cc"})
    assert "cc  0003_c.py" in new and "python -m tests.rules.migrations" in new
    (gone,) = faults(known, {"0001_a.py": "aa"})
    assert gone.startswith("0002_b.py is gone")


def test_two_migrations_with_one_number_are_reported() -> None:
    """Two branches each added one."""
    both = {"0002_b.py": "bb", "0002_c.py": "cc"}
    assert faults(both, dict(both)) == [
        "two migrations are called 0002: give the one that is not on main the next free number"
    ]


def test_migration_with_two_digests_is_refused() -> None:
    """Two branches each recorded a digest, but the file matches only one of them."""
    with pytest.raises(ValueError, match=r"0001_a\.py has two digests"):
        entered("aa  0001_a.py\nbb  0001_a.py\n")
