"""Checks what rules say about custom fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from automations.matching import number_of, words_of
from automations.rule import ANY, Condition, WantedRule
from ticketing.custom_fields import PREFIX, CustomField, Fields, value_faults


def texts_of(fields: Fields) -> frozenset[str]:
    """The keys of the fields with free text."""
    return frozenset(field.key for field in fields if field.kind == "text")


def gone(conditions: Sequence[Condition], fields: Fields) -> str | None:
    """Why these conditions can no longer be tested: one of their fields was removed or archived. None if they can."""
    known = {field.key: field for field in fields}
    for condition in conditions:
        if condition.field is None:
            continue
        field = known.get(condition.field)
        if field is None:
            return f"The custom field {condition.field!r} was removed. Choose another condition."
        if field.archived:
            return f"The custom field {field.name} was archived. Choose another condition."
    return None


def condition_fault(conditions: Sequence[Condition], fields: Fields) -> str | None:
    known = {field.key: field for field in fields if not field.archived}
    for condition in conditions:
        if condition.field is None:
            continue
        field = known.get(condition.field)
        if field is None:
            return gone([condition], fields)
        wrong = next((one for one in condition.any if one != ANY and not _fits(field, one)), None)
        if wrong is not None:
            return _fault(field, wrong)
    return None


def _fits(field: CustomField, value: str) -> bool:
    match field.kind:
        case "text":
            return bool(words_of(value)) and "," not in value
        case "number":
            return number_of(value) is not None
        case "date":
            return _is_date(value)
        case "yes_no":
            return value in ("yes", "no")
        case "choice" | "choices":
            return any(option.key == value and not option.archived for option in field.options)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _fault(field: CustomField, value: str) -> str:
    match field.kind:
        case "text":
            return f"{field.name}: give words, with letters or digits and without commas."
        case "number":
            return f"{field.name}: {value[:80]!r} is not a number."
        case "date":
            return f"{field.name}: give dates like 2026-03-31."
        case "yes_no":
            return f"{field.name} is yes or no."
        case "choice" | "choices":
            option = next((one for one in field.options if one.key == value), None)
            if option is None:
                return f"{field.name} has no option {value[:80]!r}."
            return f"The option {option.labels['en']} of {field.name} was archived. Choose another one."


def action_faults(wanted: WantedRule, fields: Fields, places: Sequence[tuple[str, str | None]]) -> Mapping[str, str]:
    """A sentence for each field that the rule cannot set. `places`: the teams and products of its tickets."""
    values = wanted.actions.custom_fields
    faults = value_faults(fields, {key: value for key, value in values.items() if value not in (None, "", [])})
    known = {field.key: field for field in fields}
    for key in values:
        field = known.get(key)
        if field is None:
            faults.setdefault(PREFIX + key, f"There is no field {key!r}.")
        elif field.archived:
            faults[PREFIX + key] = f"The custom field {field.name} was archived."
        elif places and not any(field.belongs_to(*place) for place in places):
            faults[PREFIX + key] = f"{field.name} is not a field of the tickets of this rule."
    return faults
