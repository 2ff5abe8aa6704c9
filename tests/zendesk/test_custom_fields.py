"""Custom fields of the desk in Zendesk's JSON."""

from __future__ import annotations

import msgspec
import pytest

from refusals import Refused
from ticketing.custom_fields import CustomField, Kind, Option
from zendesk.bodies import CustomField as Asked
from zendesk.custom_fields import pair_of, values_in, values_of
from zendesk.numbers import field_number


def field(kind: Kind, *, archived: bool = False) -> CustomField:
    options = [Option("weather", {"en": "Weather"})] if kind in ("choice", "choices") else []
    return CustomField(key=kind, kind=kind, labels={"en": kind}, options=options, archived=archived)


def asked(kind: str, value: object) -> Asked:
    return msgspec.json.decode(msgspec.json.encode({"id": field_number(kind), "value": value}), type=Asked)


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
    assert values_in([field(kind)], [asked(kind, value), asked("other", 1)]) == {kind: wanted}


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_value_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        values_in([field("choices")], [asked("choices", value)])
    assert list(refused.value.fields or {}) == ["custom_fields.choices"]


def test_archived_field_is_shown_only_with_a_value() -> None:
    fields = [field("text", archived=True), field("choice", archived=True), field("date")]
    shown = values_of(fields, {"text": "x"})
    assert [(one.id, one.value) for one in shown] == [(field_number("text"), "x"), (field_number("date"), None)]


@pytest.mark.parametrize(
    ("kind", "value", "pair"),
    [("choice", "Weather", "choice:weather"), ("yes_no", "true", "yes_no:yes"), ("text", "*", "text:")],
)
def test_search_for_a_value_is_a_filter(kind: Kind, value: str, pair: str) -> None:
    assert pair_of([field(kind)], field_number(kind), value) == pair
    assert pair_of([field(kind)], 7, value) is None
