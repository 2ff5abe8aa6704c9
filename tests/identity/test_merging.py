from __future__ import annotations

import pytest

from identity.merging import MERGED_MAX, UNDO_MS, Merge, check_merge, check_undo
from refusals import Refused

MERGE = Merge("vic", "ana", "priya", at=1_000)


@pytest.mark.parametrize(
    ("into", "proven", "into_proven", "together"),
    [("vic", False, False, 1), ("ana", True, True, 2), ("ana", True, False, 2), ("ana", False, True, MERGED_MAX + 1)],
    ids=["themselves", "two accounts", "an account into a visitor", "too many"],
)
def test_impossible_merge_is_refused(into: str, proven: bool, into_proven: bool, together: int) -> None:
    with pytest.raises(Refused) as refused:
        check_merge("vic", into, proven=proven, into_proven=into_proven, together=together)
    assert refused.value.code == "conflict"


@pytest.mark.parametrize("into_proven", [True, False])
def test_unproven_customer_can_be_merged_into_any_other(into_proven: bool) -> None:
    check_merge("vic", "ana", proven=False, into_proven=into_proven, together=MERGED_MAX)


def test_merge_can_be_undone_for_24_hours() -> None:
    assert check_undo(MERGE, MERGE.at + UNDO_MS) == MERGE
    for merge, now in ((MERGE, MERGE.at + UNDO_MS + 1), (None, 0)):
        with pytest.raises(Refused) as refused:
            check_undo(merge, now)
        assert refused.value.code == "conflict"
