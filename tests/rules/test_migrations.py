from __future__ import annotations

import re

import pytest

from storage.migrate import newest
from tests.rules.migrations import DIGESTS, FOLDER, digests, entered, faults
from tests.running import ROOT


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


_REMOVES = re.compile(
    r"drop_table|drop_column|drop_constraint|rename_table|new_column_name|server_default=None|"
    r"nullable=False(?!.*server_default)"
)


def removals(text: str) -> list[str]:
    """The lines of a migration after which earlier programs may fail. Columns of a new table are none of them."""
    upgrade = re.sub(r"op\.create_table\(.*?\n    \)\n", "", text.partition("def upgrade()")[2], flags=re.DOTALL)
    return [line.strip() for line in upgrade.splitlines() if _REMOVES.search(line)]


def test_what_earlier_programs_use_is_kept() -> None:
    """A migration that removes something raises the number in `migrations/oldest_program.txt`."""
    oldest = (ROOT / "migrations" / "oldest_program.txt").read_text().strip()
    assert oldest <= newest()
    newer = (file for file in FOLDER.glob("[0-9]*.py") if file.name.partition("_")[0] > oldest)
    found = {file.name: lines for file in newer if (lines := removals(file.read_text()))}
    assert found == {}, "raise migrations/oldest_program.txt, as docs/storage.md says"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('op.drop_column("chats", "subject")', True),
        ('op.add_column("chats", sa.Column("hue", sa.Integer(), nullable=False))', True),
        ('op.add_column("chats", sa.Column("hue", sa.Integer(), nullable=False, server_default="0"))', False),
        ('op.create_table(\n        "hues",\n        sa.Column("id", sa.String(), nullable=False),\n    )', False),
    ],
)
def test_removals_are_found(line: str, found: bool) -> None:
    assert bool(removals(f"def upgrade() -> None:\n    {line}\n")) is found
