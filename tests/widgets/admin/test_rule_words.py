"""Rules in words."""

from __future__ import annotations

from automations.rule import NOBODY, Actions, Condition, Rule
from tests.widgets.admin.test_rule_form import CHOICES
from widgets.admin import rule_words


def test_person_who_left_is_named_so_in_conditions_and_actions() -> None:
    conditions = (Condition("assignee", ["u1", NOBODY]), Condition("tag", ["u1"]))
    actions = Actions(assignee="u1", notify=["u1"], inbox_people=["u1"])
    rule = Rule(
        id="r1",
        name="Late",
        position=1,
        enabled=True,
        event="ticket.created",
        conditions=conditions,
        actions=actions,
        created_at=0,
    )
    assert rule_words.told(rule, CHOICES) == ["Assignee is somebody who left or nobody", "Tags is u1"]
    assert rule_words.effects(rule, CHOICES) == [
        "Assign to: somebody who left",
        "Inbox of somebody who left",
        "Notify somebody who left",
    ]
