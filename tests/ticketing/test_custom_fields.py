"""Custom fields: which values a ticket takes, and whom needed fields bind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from clock import from_rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused
from tests.ticketing.table import TEAMS
from ticketing.custom_fields import CustomField, FieldValue, Option, pairs_of, values_kept, values_wanted
from ticketing.facts import Facts
from ticketing.rules import change, opened
from ticketing.ticket import Requester, Ticket
from ticketing.wanted import Opening, Wanted

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))
ANA = Actor("customer", "v1", "Ana")
OPTIONS = [Option("fog", {"en": "Fog"}), Option("ice", {"en": "Ice"}, archived=True)]
FIELDS = [
    CustomField(key="words", kind="text", labels={"en": "Words"}),
    CustomField(key="gate", kind="number", labels={"en": "Gate"}),
    CustomField(key="day", kind="date", labels={"en": "Day"}),
    CustomField(key="urgent", kind="yes_no", labels={"en": "Urgent"}),
    CustomField(key="cause", kind="choice", labels={"en": "Cause"}, options=OPTIONS),
    CustomField(key="causes", kind="choices", labels={"en": "Causes"}, options=OPTIONS),
    CustomField(key="old", kind="text", labels={"en": "Old"}, archived=True),
    CustomField(key="theirs", kind="text", labels={"en": "Theirs"}, teams=["finance"]),
]
NEEDED = [
    CustomField(key="first", kind="text", labels={"en": "First"}, needed_to_submit=True),
    CustomField(key="last", kind="text", labels={"en": "Last"}, needed_to_solve=True),
]
FACTS = Facts(brand="Brand", teams=TEAMS, fields=NEEDED)


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("words", "  4111 1111 1111 1111 ", "•••• •••• •••• 1111"),
        ("words", " ", None),
        ("gate", 12.0, 12),
        ("gate", -1.5, -1.5),
        ("day", "2026-02-28", "2026-02-28"),
        ("urgent", False, False),
        ("cause", "fog", "fog"),
        ("causes", ["fog", "fog"], ["fog"]),
        ("causes", [], None),
        ("old", None, None),
    ],
)
def test_value_is_stored_as_its_kind_has_it(key: str, value: FieldValue | None, stored: FieldValue | None) -> None:
    wanted = {} if stored is None else {key: stored}
    assert values_wanted(FIELDS, {}, {key: value}, ("media", None)) == (wanted, {})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("words", "x" * 501),
        ("words", "two\nlines"),
        ("words", 7),
        ("gate", 10**400),
        ("gate", float("nan")),
        ("gate", True),
        ("gate", "12"),
        ("day", "2026-02-30"),
        ("day", "20260228"),
        ("urgent", "yes"),
        ("cause", "ice"),
        ("causes", ["fog", "rain"]),
        ("old", "x"),
        ("theirs", "x"),
        ("none", "x"),
    ],
)
def test_value_that_the_field_cannot_have_is_refused_by_name(key: str, value: FieldValue) -> None:
    assert list(values_wanted(FIELDS, {}, {key: value}, ("media", None))[1]) == [f"custom_fields.{key}"]


def test_ticket_keeps_what_is_archived_and_customers_see_their_fields_only() -> None:
    present: dict[str, FieldValue] = {"cause": "ice", "old": "x"}
    assert values_wanted(FIELDS, present, {"cause": "ice", "old": "x"}, ("media", None)) == (present, {})
    assert values_kept(FIELDS, {**present, "gate": "x", "none": 1}) == (present, ["gate", "none"])
    refused = values_wanted(FIELDS, {}, {"words": "x"}, ("media", None), by_customer=True)[1]
    assert refused == {"custom_fields.words": "There is no field 'words'."}


def test_tickets_are_found_by_options_and_by_any_value() -> None:
    pairs = pairs_of({"urgent": True, "causes": ["fog", "ice"], "gate": 3})
    assert pairs == ["urgent:", "urgent:yes", "causes:", "causes:fog", "causes:ice", "gate:"]


@pytest.mark.parametrize(("channel", "by"), [("form", ANA), ("staff", MAYA), ("email", ANA), ("chat", SYSTEM)])
def test_only_who_fills_in_a_form_is_asked(channel: str, by: Actor) -> None:
    """Customers are not asked for fields that they do not see. Their ticket is flagged."""
    asked = Requester("v1", "Ana", "ana@northlake.example")
    opening = Opening(channel=channel, team="media", requester=asked, by=by, at=NOW, created_at=NOW)
    if channel == "staff":
        with pytest.raises(Refused) as refused:
            opened(opening, FACTS)
        assert refused.value.fields == {"custom_fields.first": "Fill in First."}
    else:
        assert opened(opening, FACTS)[0].flags == ["fields_missing"]
    if channel == "form":
        optional = CustomField(key="a", kind="text", labels={"en": "A"}, for_customers=True)
        needed = structs.replace(optional, key="b", needed_to_submit=True)
        assert opened(opening, replace(FACTS, fields=[optional]))[0].flags == []
        # The chat window sends no fields. A page that sends some must send all that are needed.
        seen = replace(FACTS, fields=[optional, needed])
        assert opened(opening, seen)[0].flags == ["fields_missing"]
        with pytest.raises(Refused):
            opened(replace(opening, wanted=Wanted(custom_fields={"a": "x"})), seen)


@pytest.mark.parametrize("by", [MAYA, SYSTEM])
def test_needed_field_keeps_people_from_solving_and_flags_what_the_desk_solves(by: Actor) -> None:
    asked = Requester("v1", "Ana", "ana@northlake.example")
    before = Ticket(number=7, team="media", requester=asked, channel="form", created_at=1, updated_at=1)
    before = replace(before, custom_fields={"first": "x"})
    wanted = Wanted(status="solved", resolution="set_up")
    if by is MAYA:
        with pytest.raises(Refused) as refused:
            change(before, wanted, by, NOW, FACTS)
        assert refused.value.fields == {"custom_fields.last": "Fill in Last to solve the ticket."}
    else:
        waiting, wanted = (
            replace(before, status="awaiting_reply", with_=None),
            structs.replace(wanted, resolution="auto_solved"),
        )
        after, _ = change(waiting, wanted, by, NOW, FACTS)
        assert after.flags == ["fields_missing"]
    void, _ = change(before, Wanted(status="solved", resolution="void"), MAYA, NOW, FACTS)
    assert void.flags == []
