"""The form of a rule."""

from __future__ import annotations

from automations.rule import Actions, Condition, FieldValue
from automations.timing import Time
from widgets.admin import rule_form
from widgets.admin.rule_ports import FieldChoice, RuleChoices
from widgets.ports import Form

FIELDS = {
    "cause": FieldChoice("Cause", "choice", {"weather": "Weather"}),
    "parts": FieldChoice("Parts", "choices", {"a": "A", "b": "B"}),
    "gate": FieldChoice("Gate", "number", {}),
    "urgent": FieldChoice("Urgent", "yes_no", {}),
}
CHOICES = RuleChoices(
    teams={"media": "Media"},
    products={},
    statuses={},
    codes={},
    clients={},
    people={},
    replies={},
    webhooks={},
    fields=FIELDS,
)


def test_value_that_the_desk_no_longer_has_stays_in_the_form() -> None:
    """If it were lost, the rule would run on all tickets."""
    gone = Condition("custom_field", ["x"], field="gone")
    groups = rule_form.tests_of([Condition("team", ["old", "media"]), gone], CHOICES)
    team = next(one for one in groups["Ticket"] if one.key == "team")
    assert (team.chosen, team.options) == (["old", "media"], {"media": "Media", "old": "old (gone)"})
    field = next(one for one in groups["Ticket fields"] if one.key == "field/gone")
    assert (field.name, field.typed) == ("gone (gone)", "x")
    shown = {one.key: one for one in rule_form.fields_of({"lost": "x", "cause": "old", "gate": None}, CHOICES)}
    assert (shown["lost"].name, shown["lost"].chosen) == ("lost (gone)", ["x"])
    assert shown["cause"].options == {"weather": "Weather", "old": "old (gone)"}
    assert shown["gate"].cleared and not shown["cause"].cleared


def test_form_with_a_time_and_custom_fields_is_the_rule_that_was_sent() -> None:
    form = Form(
        {
            "name": "Late",
            "when": "ticket.time_passed",
            "time:hours": "8",
            "time:since": "waiting",
            "time:business": "1",
            "field/cause.weather": "1",
            "field/cause:not": "1",
            "field/gate": "7, 8",
            "field/urgent": "",
            "then:field/cause": "",
            "then:field/parts.a": "1",
            "then:field/parts.b": "1",
            "then:field/gate": "7.5",
            "then:field/urgent": "no",
            "then:field/cause:clear": "1",
            "then:end_chat": " We know.\r\nBye ",
            "then:inbox.assignee": "1",
            "then:inbox_people.u1": "1",
        }
    )
    wanted = rule_form.wanted_of(form, CHOICES)
    assert wanted.time == Time("waiting", 8, business=True)
    assert wanted.conditions == (
        Condition("custom_field", ["weather"], negated=True, field="cause"),
        Condition("custom_field", ["7", "8"], field="gate"),
    )
    values: dict[str, FieldValue] = {"parts": ["a", "b"], "gate": 7.5, "urgent": False, "cause": None}
    told = Actions(custom_fields=values, end_chat="We know.\nBye", inbox=["assignee"], inbox_people=["u1"])
    assert wanted.actions == told


def test_text_where_a_number_belongs_stays_a_text_and_a_missing_time_is_none() -> None:
    form = Form({"name": "R", "when": "ticket.time_passed", "time:hours": "x", "then:field/gate": "seven"})
    wanted = rule_form.wanted_of(form, CHOICES)
    assert (wanted.time, wanted.actions.custom_fields) == (None, {"gate": "seven"})
