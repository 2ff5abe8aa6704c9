"""What programs want of a ticket in Zendesk's JSON."""

from __future__ import annotations

import msgspec
import pytest

from refusals import Refused
from ticketing.requests import RequesterWanted
from zendesk.bodies import TicketWanted
from zendesk.numbers import Key
from zendesk.writing import Present, change, new_ticket


def asked(**fields: object) -> TicketWanted:
    return msgspec.json.decode(msgspec.json.encode(fields), type=TicketWanted)


@pytest.mark.parametrize("value", ["9" * 5_000, "x", "0", 1.5, [1], {"a": 1}])
def test_faulty_value_of_our_field_is_refused(value: object) -> None:
    with pytest.raises(Refused):
        change(asked(custom_fields=[{"id": 104, "value": value}]), Present())


@pytest.mark.parametrize("value", [1.5, ["a"], {"a": [1]}, True])
def test_value_of_a_field_that_the_desk_does_not_have_is_ignored(value: object) -> None:
    fields = [{"id": 360, "value": value}, {"id": 104, "value": 7}]
    assert change(asked(custom_fields=fields), Present()).wanted.duplicate_of == 7


def test_organization_that_was_removed_is_refused() -> None:
    present = Present(find=lambda kind, number: Key(kind, "gone"))
    with pytest.raises(Refused, match="no organization 5"):
        change(asked(organization_id=5), present)


def test_tag_of_a_status_is_not_stored_with_a_new_ticket() -> None:
    wanted = asked(description="Help", tags=["a"], additional_tags=["fixed_pending_rca", "b"])
    assert new_ticket(wanted, Present(), "media", RequesterWanted(name="Ines"), None).tags == ["a", "b"]


def test_group_that_is_null_keeps_the_team() -> None:
    assert change(asked(group_id=None), Present()).wanted == change(asked(), Present()).wanted
