from __future__ import annotations

from tests.conftest import LONGEST, TESTS


def test_the_longest_files_are_there() -> None:
    """Each is named once, and none is left of those that are gone."""
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)
