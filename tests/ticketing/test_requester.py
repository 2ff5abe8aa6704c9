"""Staff correct the name and address of a requester who has not proven them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import convert

from tests.ticketing.test_rules import ANA, FACTS, MAYA, NOW, after, refusal, ticket
from ticketing.rules import change
from ticketing.ticket import Change, Requester
from ticketing.wanted import Wanted


def wanted(**requester: str | None) -> Wanted:
    return convert({"requester": requester}, Wanted)


@pytest.mark.parametrize(
    ("correction", "name", "email", "line"),
    [
        ({"name": "Ana Ruiz"}, "Ana Ruiz", "ana@northlake.example", "Ana Ruiz <ana@northlake.example>"),
        ({"email": " A.Ruiz@Northlake.example "}, "Ana", "a.ruiz@northlake.example", "Ana <a.ruiz@northlake.example>"),
        ({"email": None}, "Ana", None, "Ana"),
        ({"name": "  "}, None, "ana@northlake.example", "ana@northlake.example"),
        ({"name": None, "email": None}, None, None, None),
    ],
)
def test_correction_is_one_line_of_the_history(
    correction: dict[str, str | None], name: str | None, email: str | None, line: str | None
) -> None:
    stands, changes = change(ticket(), wanted(**correction), MAYA, NOW, FACTS)
    assert stands.requester == Requester("v1", name, email, verified=False)
    assert changes == [Change("requester", "Ana <ana@northlake.example>", line)]


def test_unchanged_requester_changes_nothing() -> None:
    before = ticket()
    assert change(before, wanted(name="Ana", email="ana@northlake.example"), MAYA, NOW, FACTS) == (before, [])


def test_proven_name_and_address_are_not_changed() -> None:
    proven = ticket(requester=Requester("a1", "Ana", "ana@northlake.example", verified=True))
    for correction in ({"name": "Anna"}, {"email": "other@northlake.example"}, {"email": None}):
        refused = refusal(proven, wanted(**correction))
        assert refused.code == "invalid" and list(refused.fields or {}) == ["requester"]
    assert after(proven, wanted(name="Ana")) == proven


def test_typed_name_beside_a_proven_address_is_corrected() -> None:
    """A letter proved the address, but there is no account that has the name."""
    by_letter = ticket(requester=Requester(None, "Anna", "ana@northlake.example", verified=True))
    assert after(by_letter, wanted(name="Ana", email="ana@northlake.example")).requester == replace(
        by_letter.requester, name="Ana"
    )
    for email in ("other@northlake.example", None):
        assert list(refusal(by_letter, wanted(email=email)).fields or {}) == ["requester"]


@pytest.mark.parametrize("correction", [{"email": "ana at northlake"}, {"name": "An\na"}, {"name": "\u202eanA"}])
def test_faulty_correction_is_refused(correction: dict[str, str | None]) -> None:
    assert list(refusal(ticket(), wanted(**correction)).fields or {}) == ["requester"]


def test_new_address_is_no_longer_unreachable() -> None:
    before = ticket(unreachable=True)
    assert after(before, wanted(name="Ana Ruiz")).unreachable
    assert not after(before, wanted(email="ana.ruiz@northlake.example")).unreachable


def test_address_of_a_ticket_that_awaits_a_reply_cannot_be_removed() -> None:
    awaiting = ticket(status="awaiting_reply", with_=None, waiting_since=None, awaiting_since=NOW)
    assert list(refusal(awaiting, wanted(email=None)).fields or {}) == ["requester"]
    assert after(awaiting, wanted(email="new@northlake.example")).requester.email == "new@northlake.example"


def test_address_and_awaiting_reply_can_be_set_in_one_step() -> None:
    bare = ticket(requester=Requester("v1", None, None))
    refusal(bare, Wanted(status="awaiting_reply"))
    both = convert({"status": "awaiting_reply", "requester": {"email": ANA.email}}, Wanted)
    assert after(bare, both).status == "awaiting_reply"
