"""Statuses in Zendesk's words, in both directions."""

from __future__ import annotations

import pytest

from zendesk.statuses import STATUSES, Status, Written, searched, shown, written


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("open", "support"), "open"),
        (("open", "product"), "hold"),
        (("awaiting_reply", None), "pending"),
        (("fixed_pending_rca", None), "hold"),
        (("solved", None), "solved"),
    ],
)
def test_status_is_shown_in_zendesks_words(ours: tuple[str, str | None], theirs: Status) -> None:
    assert shown(*ours, closed=False) == theirs


def test_status_that_is_written_has_ours() -> None:
    assert [written(status, pending_rca=False) for status in STATUSES] == [
        Written("open", "support"),
        Written("open", "support"),
        Written("awaiting_reply"),
        Written("open", "product"),
        Written("solved"),
        Written("solved"),
    ]
    assert written("hold", pending_rca=True) == Written("fixed_pending_rca")
    assert shown("solved", None, closed=True) == "closed"


def test_comparison_finds_the_statuses_before_it() -> None:
    assert searched("solved", "<") == ("open", "awaiting_reply", "fixed_pending_rca")
