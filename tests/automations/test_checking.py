"""The faults of a rule that show without the desk."""

from __future__ import annotations

import pytest

from automations.checking import checked
from automations.rule import Actions, Condition, WantedRule
from automations.timing import Time
from refusals import Refused

NOTIFY = Actions(notify=["ines"])


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("name", WantedRule(name=" ", event="ticket.created", actions=NOTIFY)),
        ("actions", WantedRule(name="A", event="ticket.created")),
        ("actions", WantedRule(name="A", event="chat.started", actions=Actions(priority="high"))),
        ("actions", WantedRule(name="A", event="ticket.closed", actions=Actions(reply="r"))),
        ("actions", WantedRule(name="A", event="chat.started", actions=Actions(end_chat="Bye", reply="r"))),
        ("actions", WantedRule(name="A", event="chat.started", actions=Actions(end_chat="x" * 501))),
        ("end_chat", WantedRule(name="A", event="chat.started", actions=Actions(end_chat=" \u200b"))),
        ("end_chat", WantedRule(name="A", event="chat.closed", actions=Actions(end_chat="Bye"))),
        ("end_chat", WantedRule(name="A", event="ticket.created", actions=Actions(end_chat="Bye"))),
        ("actions", WantedRule(name="A", event="ticket.updated", actions=Actions(priority="high"))),
        ("time", WantedRule(name="A", event="ticket.time_passed", actions=NOTIFY)),
        ("time", WantedRule(name="A", event="ticket.created", actions=NOTIFY, time=Time("created", 2))),
        ("inbox", WantedRule(name="A", event="chat.started", actions=Actions(inbox=["supervisors", "followers"]))),
        ("inbox", WantedRule(name="A", event="ticket.created", actions=Actions(inbox=["assignee", "assignee"]))),
        ("actions", WantedRule(name="A", event="ticket.created", actions=Actions(custom_fields={"a": "x" * 501}))),
        ("resolution", WantedRule(name="A", event="ticket.created", actions=Actions(resolution="void"))),
        *(
            ("conditions", WantedRule(name="A", event="chat.started", conditions=(one,), actions=NOTIFY))
            for one in (
                Condition("tag", ["a"]),
                Condition("assignee", ["none"]),
                Condition("author", ["customer"]),
                Condition("changed", ["status"]),
                Condition("vip", ["perhaps"]),
                Condition("subject", ["!!!"]),
                Condition("subject", ["hello, world"]),
                Condition("subject", ["x" * 201]),
                Condition("subject", ["x"] * 21),
                Condition("domain", ["@acme.com"]),
                Condition("domain", ["acme.com "]),
                Condition("custom_field", ["a"], field="cause"),
                Condition("custom_field", ["a"]),
                Condition("team", ["media"], field="cause"),
            )
        ),
        (
            "conditions",
            WantedRule(
                name="A", event="ticket.created", conditions=(Condition("team", ["media"]),) * 21, actions=NOTIFY
            ),
        ),
        (
            "conditions",
            WantedRule(
                name="A", event="ticket.created", conditions=(Condition("team", ["media"]),) * 2, actions=NOTIFY
            ),
        ),
    ],
)
def test_faulty_rule_is_refused_at_its_field(field: str, wanted: WantedRule) -> None:
    with pytest.raises(Refused) as refused:
        checked(wanted)
    assert list(refused.value.fields or {}) == [field]


def test_name_is_stored_without_blanks_around_it() -> None:
    assert checked(WantedRule(name=" VIPs ", event="chat.started", actions=NOTIFY)).name == "VIPs"
