from __future__ import annotations

import msgspec
import pytest

from ticketing.custom_fields import CustomField, Option
from ticketing.field_keeping import FIELDS_MAX
from zendesk.exported import ExportedField, ExportedOption, ExportedTicketField
from zendesk.field_import import Plan, planned, values_of
from zendesk.import_map import ImportMap

CAUSE = ExportedTicketField(
    1, "tagger", "Cause", required=True, custom_field_options=[ExportedOption("cause__fog", "Weather::Fog")]
)
MIST = Option("mist", {"en": "weather / fog"})
HERE = CustomField(key="cause", kind="choice", labels={"en": "cause"}, options=[MIST])


def plan_of(*wanted: ExportedTicketField, here: tuple[CustomField, ...] = (), **fields: str) -> Plan:
    return planned(wanted, here, {}, ImportMap(fields=fields))


def taken(plan: Plan, *given: tuple[int, object]) -> tuple[dict[str, object], list[str], list[str]]:
    rows = msgspec.json.encode([{"id": id_, "value": value} for id_, value in given])
    fields = msgspec.json.decode(rows, type=list[ExportedField])
    remarks = list[str]()
    values, note = values_of(fields, plan.taken, ImportMap(), remarks.append)
    return dict(values), note.splitlines()[1:], remarks


def test_definitions_become_fields_of_our_kinds() -> None:
    plan = plan_of(
        CAUSE,
        ExportedTicketField(2, "textarea", "Steps to repeat", position=9),
        ExportedTicketField(3, "decimal", "Größe", active=False),
        ExportedTicketField(4, "checkbox", "VIP?", visible_in_portal=True, editable_in_portal=True),
        ExportedTicketField(5, "lookup", "Order"),
        ExportedTicketField(6, "priority", "Priority"),
    )
    assert [(one.key, one.kind, one.archived) for one in plan.put] == [
        ("cause", "choice", False),
        ("grosse", "number", True),
        ("vip", "yes_no", False),
        ("steps_to_repeat", "text", False),
    ]
    cause, vip = plan.put[0], plan.put[2]
    assert cause.options == [Option("cause_fog", {"en": "Weather / Fog"})] and cause.needed_to_solve
    assert vip.for_customers and not vip.needed_to_submit
    assert any("'Order' was left out (the type 'lookup'" in remark for remark in plan.remarks)
    assert 6 not in plan.taken


def test_values_are_kept_or_left_for_a_note_and_named() -> None:
    plan = plan_of(
        CAUSE,
        ExportedTicketField(2, "text", "Gate"),
        ExportedTicketField(3, "integer", "Count"),
        ExportedTicketField(4, "date", "Seen on"),
        ExportedTicketField(5, "lookup", "Order"),
        ExportedTicketField(
            6, "multiselect", "Sites", custom_field_options=[ExportedOption("a", "A"), ExportedOption("b", "B")]
        ),
    )
    good = ((1, "cause__fog"), (2, "7\n8"), (3, "12"), (4, "2020-03-01"), (6, ["b", "a"]), (9, None))
    assert taken(plan, *good) == (
        {"cause": "cause_fog", "gate": "7 8", "count": 12, "seen_on": "2020-03-01", "sites": ["a", "b"]},
        [],
        [],
    )
    bad = ((1, "gone"), (2, "x" * 501), (3, "1" * 5_000), (4, "2020-02-30"), (5, {"id": 3}), (6, ["a", "c"]), (9, 4.5))
    values, left, remarks = taken(plan, *bad)
    assert (values, len(left), len(set(remarks))) == ({}, 7, 6)
    assert left[0] == "Cause: gone" and left[4:] == ['Order: {"id":3}', "Sites: A, c", "Field 9: 4.5"]


def test_field_with_the_same_name_and_kind_is_used_and_others_keep_their_key() -> None:
    plan = plan_of(CAUSE, here=(HERE,))
    assert plan.put == [] and taken(plan, (1, "cause__fog"))[0] == {"cause": "mist"}
    other = msgspec.structs.replace(HERE, kind="text", options=[])
    plan = plan_of(CAUSE, ExportedTicketField(7, "tagger", "Cause", custom_field_options=[]), here=(other,))
    assert [one.key for one in plan.put] == ["cause_1"] and plan.taken[7].ours is other
    assert any("'cause' is taken" in remark for remark in plan.remarks)


def test_mapping_names_a_field_or_leaves_it_out() -> None:
    plan = plan_of(CAUSE, ExportedTicketField(2, "text", "Gate"), here=(HERE,), **{"1": "cause", "Gate": "skip"})
    assert plan.put == [] and plan.taken[1].ours is HERE and plan.taken[2].ours is None
    assert "there is no field 'nothing' here" in plan_of(CAUSE, Cause="nothing").remarks[0]


def test_earlier_import_is_recognized_and_gets_new_options() -> None:
    first = plan_of(CAUSE).put
    more = msgspec.structs.replace(
        CAUSE, title="Renamed", custom_field_options=[ExportedOption("cause__fog", "Weather::Fog"), ExportedOption("x")]
    )
    again = planned([more], first, {1: "cause"}, ImportMap(), added=[1])
    assert [option.key for one in again.put for option in one.options] == ["cause_fog", "x"]
    assert planned([more], again.put, {1: "cause"}, ImportMap(), added=[1]).put == []
    # A field that was here before any import stays as it is.
    assert planned([more], first, {1: "cause"}, ImportMap()).put == []


@pytest.mark.parametrize("kind", ["tagger", "multiselect"])
def test_list_with_too_many_options_becomes_a_text(kind: str) -> None:
    options = [ExportedOption(f"o{place}", f"Option {place}") for place in range(1_000)]
    plan = plan_of(ExportedTicketField(1, kind, "Model", custom_field_options=options))
    assert (plan.put[0].kind, plan.put[0].options) == ("text", [])
    assert "1,000 options" in plan.remarks[0]
    assert taken(plan, (1, "o999"))[0] == {"model": "Option 999"}


def test_fields_beyond_the_limit_and_strange_names_lose_no_value() -> None:
    here = tuple(CustomField(key=f"f{n}", kind="text", labels={"en": f"F{n}"}) for n in range(FIELDS_MAX - 1))
    names = [ExportedOption("ä b"), ExportedOption("ä-b"), ExportedOption("\u202e")]
    plan = plan_of(
        ExportedTicketField(5, "tagger", "\u202e", custom_field_options=names),
        ExportedTicketField(6, "text", "Gate"),
        here=here,
    )
    (made,) = plan.put
    assert (made.key, made.labels) == ("field_5", {"en": "Field 5"})
    assert len({option.key for option in made.options}) == 3
    assert taken(plan, (6, "7")) == ({}, ["Gate: 7"], [])
