from __future__ import annotations

import pytest
from msgspec import ValidationError, json, structs, to_builtins

from chat.frames.staff_commands import ChatClose, TicketOutcome
from ticketing.outcome import wanted_at_end
from ticketing.wanted import Wanted


def test_outcome_of_a_close_sets_each_ticket_field() -> None:
    chosen: dict[str, object] = {"status": "solved", "resolution": "set_up", "duplicate_of": 7}
    chosen |= {"with": "product", "workaround": "None"}
    chosen["assignee"] = "a1"
    chosen |= {"priority": "high", "add_tags": ["invoices"]}
    chosen["training"] = {"resources": [3, 4], "session": 5}
    chosen["custom_fields"] = {"cause": "weather"}
    command = json.decode(json.encode({"type": "chat.close", "id": "1", "chat": "c1", **chosen}), type=ChatClose)
    wanted = wanted_at_end("closed", command.outcome, is_new=True, reachable=True)
    named = {name: getattr(wanted, name) for name in TicketOutcome.__struct_fields__}
    assert to_builtins(named) == to_builtins(structs.asdict(command.outcome))
    assert set(chosen) == set(TicketOutcome.__struct_encode_fields__)


def test_outcome_with_nulls_leaves_the_ticket_to_its_rules() -> None:
    """At a close, null means not chosen. In a change it would clear the property."""
    assert wanted_at_end("closed", TicketOutcome(status="open"), is_new=True, reachable=True) == Wanted(status="open")


def test_outcome_with_an_unknown_field_fails() -> None:
    """Otherwise the field would be ignored silently."""
    with pytest.raises(ValidationError, match="mood"):
        wanted_at_end("closed", {"status": "open", "mood": "good"}, is_new=True, reachable=True)


@pytest.mark.parametrize(
    ("ending", "is_new", "reachable", "wanted"),
    [
        ("void", True, True, Wanted(status="solved", resolution="void")),
        ("void", False, True, Wanted()),
        ("silent", True, True, Wanted(status="awaiting_reply")),
        ("silent", True, False, Wanted()),
        ("ended", True, True, Wanted()),
        ("abandoned", True, True, Wanted()),
        ("missed", True, True, Wanted()),
    ],
)
def test_end_without_an_agent_decides_by_its_reason(ending: str, is_new: bool, reachable: bool, wanted: Wanted) -> None:
    assert wanted_at_end(ending, None, is_new=is_new, reachable=reachable) == wanted
