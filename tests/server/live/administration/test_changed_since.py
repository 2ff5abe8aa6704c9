"""Which newer lines of the audit log keep a change from being undone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from identity.audit import AuditLine
from server.live.administration.changed_since import changed_since, touched_by


def line(verb: str, thing: str, thing_id: str | None, actor: str = "ada", **detail: object) -> AuditLine:
    return AuditLine(at=0, actor_kind="staff", actor=actor, verb=verb, thing=thing, thing_id=thing_id, detail=detail)


def capacity(actor: str = "ada") -> AuditLine:
    return line("change", "user", "u", actor, capacity=3, was_capacity=5)


def undoing(of: int, actor: str = "ada") -> AuditLine:
    return line("undo", "audit", str(of), actor)


def test_newer_change_of_the_same_value_is_found() -> None:
    bob = capacity("bob")
    assert changed_since(capacity(), [(2, bob), (3, line("set_role", "user", "u"))], []) is bob
    assert changed_since(capacity(), [(3, line("set_role", "user", "u"))], []) is None


def test_undone_change_and_its_undoing_do_not_count() -> None:
    lines = [(2, capacity("bob")), (3, capacity())]
    assert changed_since(capacity(), lines, [(4, undoing(2))]) is None


def test_undone_undoing_counts_again() -> None:
    bob = capacity("bob")
    lines = [(2, bob), (3, capacity()), (5, capacity())]
    assert changed_since(capacity(), lines, [(4, undoing(2)), (6, undoing(3))]) is bob


def test_undoing_of_an_older_change_counts() -> None:
    mine = capacity()
    assert changed_since(capacity(), [(5, mine)], [(6, undoing(1))]) is mine


DAYS: Mapping[str, object] = {
    "do": "days",
    "schedule": "main",
    "first": "2026-12-24",
    "last": "2026-12-26",
    "spans": [],
}

HOLIDAY: Mapping[str, object] = {"do": "holiday", "schedule": "main", "day": "2026-12-25", "observed": False}


@pytest.mark.parametrize(
    ("newer", "found"),
    [
        (line("change", "hours", "main", to={**DAYS, "first": "2026-12-26", "last": "2026-12-31"}), True),
        (line("change", "hours", "main", to={**DAYS, "first": "2026-12-27", "last": "2026-12-31"}), False),
        (line("change", "hours", None, to=[{**DAYS, "schedule": "other"}, DAYS]), True),
        (line("change", "hours", "main", to={"do": "rename", "schedule": "main", "to": "new"}), True),
        (line("change", "hours", "main", to=HOLIDAY), True),
        (line("change", "team", "media", to={"name": "Press"}), False),
    ],
)
def test_hours_of_the_same_days_are_the_same_value(newer: AuditLine, found: bool) -> None:
    assert (changed_since(line("change", "hours", "main", to=DAYS), [(2, newer)], []) is newer) == found


def test_product_and_team_touch_the_products_of_the_team() -> None:
    product = line("change", "product", "Aura", to={"name": "Aura", "teams": ["media"]})
    assert changed_since(line("change", "team", "media", to={"products": []}), [(2, product)], []) is product
    assert changed_since(line("change", "team", "prod", to={"products": []}), [(2, product)], []) is None


def test_what_cannot_be_undone_touches_nothing() -> None:
    assert not touched_by(line("sign_in", "session", "s")) and not touched_by(line("change", "hours", "main", to="?"))
