"""Custom fields of the desk in Zendesk's JSON."""

from __future__ import annotations

import msgspec
import pytest

from refusals import Refused
from ticketing.custom_fields import CustomField, Kind, Option
from zendesk.bodies import CustomField as Asked
from zendesk.custom_fields import NumberedFields, pair_of, shown_fields, values_in, values_of
from zendesk.numbers import field_number


def field(kind: Kind, *, archived: bool = False) -> CustomField:
    options = [Option("weather", {"en": "Weather"})] if kind in ("choice", "choices") else []
    return CustomField(key=kind, kind=kind, labels={"en": kind}, options=options, archived=archived)


def known(*kinds: Kind) -> NumberedFields:
    return NumberedFields([field(kind) for kind in kinds])


def asked(kind: str, value: object, number: int | None = None) -> Asked:
    said = {"id": number or field_number(kind), "value": value}
    return msgspec.json.decode(msgspec.json.encode(said), type=Asked)


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("text", 12, "12"),
        ("number", "12.5", 12.5),
        ("number", "many", "many"),
        ("yes_no", "true", True),
        ("yes_no", False, False),
        ("yes_no", "perhaps", "perhaps"),
        ("choice", "weather", "weather"),
        ("choices", ["weather"], ["weather"]),
        ("choices", "weather", ["weather"]),
        ("date", "", None),
    ],
)
def test_value_is_read_as_the_desk_has_it(kind: Kind, value: object, wanted: object) -> None:
    assert values_in(known(kind), [asked(kind, value), asked("other", 1)]) == {kind: wanted}


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_value_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        values_in(known("choices"), [asked("choices", value)])
    assert list(refused.value.fields or {}) == ["custom_fields.choices"]


def test_archived_field_is_shown_only_with_a_value() -> None:
    fields = [field("text", archived=True), field("choice", archived=True), field("date")]
    shown = values_of(NumberedFields(fields), {"text": "x"})
    assert [(one.id, one.value) for one in shown] == [(field_number("text"), "x"), (field_number("date"), None)]


@pytest.mark.parametrize(
    ("kind", "value", "pair"),
    [("choice", "Weather", "choice:weather"), ("yes_no", "true", "yes_no:yes"), ("text", "*", "text:")],
)
def test_search_for_a_value_is_a_filter(kind: Kind, value: str, pair: str) -> None:
    assert pair_of(known(kind), field_number(kind), value) == pair
    assert pair_of(known(kind), 7, value) is None


def test_imported_field_has_its_old_number_and_the_old_values_of_its_options() -> None:
    """It is also found by the number that comes from its key."""
    fields = (field("choice"), field("choices"), field("text"))
    old = NumberedFields(fields, {"choice": 360001, "choices": 360002}, {(360001, "a__weather"): "weather"})
    for number in (360001, field_number("choice")):
        for value in ("a__weather", "weather"):
            assert values_in(old, [asked("choice", value, number)]) == {"choice": "weather"}
    assert values_in(old, [asked("choice", "gone", 360001)]) == {"choice": "gone"}
    assert values_in(old, [asked("choices", ["weather", "x"], 360002)]) == {"choices": ["weather", "x"]}
    shown = values_of(old, {"choice": "weather", "choices": ["weather"]})
    assert [(one.id, one.value) for one in shown] == [
        (360001, "a__weather"),
        (360002, ["weather"]),
        (field_number("text"), None),
    ]
    listed = shown_fields("", old, fields)
    assert [(one.id, [option.value for option in one.custom_field_options or ()]) for one in listed] == [
        (360001, ["a__weather"]),
        (360002, ["weather"]),
        (field_number("text"), []),
    ]
    assert pair_of(old, 360001, "a__weather") == "choice:weather"


@pytest.mark.parametrize("number", [3, 101])
def test_number_of_a_field_that_every_desk_has_stays_its_own(number: int) -> None:
    old = NumberedFields([field("text")], {"text": number})
    assert values_in(old, [asked("text", "x", number)]) == {}
    assert [one.id for one in values_of(old, {})] == [field_number("text")]
