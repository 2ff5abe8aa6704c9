"""Rules that trigger themselves."""

from __future__ import annotations

import pytest

from automations.events import Event
from automations.loops import CHAIN_MAX, stopped, triggers_itself
from automations.rule import Actions, Condition, Rule, WantedRule

URGENT = Actions(priority="urgent")


def wanted(event: Event, actions: Actions, *conditions: Condition) -> WantedRule:
    return WantedRule(name="A rule", event=event, actions=actions, conditions=conditions)


@pytest.mark.parametrize(
    "rule",
    [
        wanted("ticket.updated", URGENT),
        wanted("ticket.updated", URGENT, Condition("team", ["media"])),
        wanted("ticket.updated", URGENT, Condition("priority", ["urgent"])),
        wanted("ticket.updated", URGENT, Condition("changed", ["priority", "team"])),
        wanted("ticket.updated", Actions(add_tags=["a"]), Condition("tag", ["b"], negated=True)),
        wanted("ticket.updated", Actions(remove_tags=["a"]), Condition("tag", ["a", "b"])),
        wanted("ticket.replied", Actions(reply="r")),
        wanted("chat.closed", Actions(end_chat="Bye")),
        wanted("ticket.created", Actions(end_chat="Bye")),
        wanted("ticket.replied", Actions(reply="r"), Condition("author", ["customer", "rule"])),
        wanted("ticket.solved", Actions(status="solved", resolution="void")),
        wanted("ticket.reopened", Actions(status="open")),
        wanted(
            "ticket.updated", Actions(custom_fields={"cause": "a"}), Condition("custom_field", ["a"], field="cause")
        ),
        wanted("ticket.updated", Actions(custom_fields={"cause": "a"}), Condition("custom_field", ["b"], field="gate")),
        wanted("ticket.updated", Actions(custom_fields={"cause": "a"}), Condition("changed", ["custom_fields"])),
    ],
)
def test_rule_whose_own_change_fits_it_triggers_itself(rule: WantedRule) -> None:
    assert triggers_itself(rule)


@pytest.mark.parametrize(
    "rule",
    [
        wanted("ticket.created", URGENT),
        wanted("ticket.updated", Actions(notify=["ines"])),
        wanted("ticket.updated", Actions(inbox=["followers"])),
        wanted(
            "ticket.updated", Actions(custom_fields={"cause": "a"}), Condition("custom_field", ["b"], field="cause")
        ),
        wanted("ticket.updated", Actions(custom_fields={"a": None}), Condition("custom_field", ["*"], field="a")),
        wanted(
            "ticket.updated", Actions(custom_fields={"a": 1}), Condition("custom_field", ["1"], negated=True, field="a")
        ),
        wanted("ticket.updated", Actions(reply="r")),
        wanted("ticket.updated", URGENT, Condition("priority", ["urgent"], negated=True)),
        wanted("ticket.updated", URGENT, Condition("priority", ["low", "normal"])),
        wanted("ticket.updated", Actions(assignee="priya"), Condition("assignee", ["none"])),
        wanted("ticket.updated", URGENT, Condition("changed", ["status"])),
        wanted("ticket.updated", Actions(add_tags=["a"]), Condition("tag", ["a"], negated=True)),
        wanted("ticket.updated", Actions(remove_tags=["a"]), Condition("tag", ["a"])),
        wanted("ticket.replied", Actions(reply="r"), Condition("author", ["customer"])),
        wanted("ticket.reopened", Actions(status="solved", resolution="void"), Condition("status", ["open"])),
    ],
)
def test_rule_that_no_longer_fits_once_it_ran_does_not_trigger_itself(rule: WantedRule) -> None:
    assert not triggers_itself(rule)


def test_rule_stops_in_its_own_chain_and_in_a_long_one() -> None:
    rule = Rule(
        id="r1", name="A", position=1, enabled=True, event="ticket.updated", conditions=(), actions=URGENT, created_at=0
    )
    assert stopped(rule, ("r2",)) is None
    assert "triggered it again" in (stopped(rule, ("r1", "r2")) or "")
    assert f"{CHAIN_MAX} rules" in (stopped(rule, [f"x{n}" for n in range(CHAIN_MAX)]) or "")
