"""Random commands, disconnections, clock jumps, changed hours, disabled accounts and restarts keep routing right."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.stories.routing_steps import RoutingSteps
from tests.stories.routing_truth import WAITING

MUST_OCCUR = (
    "ok chat.start",
    "ok chat.end",
    "ok chat.wait",
    "ok message.send",
    "ok presence.set",
    "ok chat.pick",
    "ok chat.accept",
    "ok chat.decline",
    "ok chat.transfer team",
    "ok chat.transfer staff",
    "ok chat.take",
    "ok chat.close",
    "conflict",
    "forbidden",
    "not_found",
    "team_closed",
    "queue_full",
    "chat_closed",
    "invalid",
    "already_chatting",
    "ok note.add",
    "ok chat.watch",
    "ok chat.unwatch",
    "ok chat.resume",
    "ok chat.rate",
    "ok message.redact",
    "assigned dispatcher",
    "assigned transfer",
    "offered",
    "let pass",
    "queued agent_gone",
    "queued declined",
    "queued no_reply",
    "queued overflow",
    "queued transferred",
    "closed missed",
    "closed abandoned",
    "closed silent",
    "rests",
    "away by the system",
    "wraps up",
    "restart",
    "disabled",
    "an hour back",
    "an hour ahead",
    "hours changed",
    "at once",
)
EXAMPLES, OFTEN = 2, 2
"""Examples of the short form, and how often each of these must occur in them."""
MORE, ROUNDS = 2, 2
"""Further examples if that was too few: another version of Python draws other examples."""
SOAK_S, SOAK_EXAMPLES, SOAK_OFTEN = 600, 9, 20
"""The same for the long form, which repeats its examples as long as there is time."""
DECK = tuple(
    name
    for name, count in {
        "start": 2,
        "start_several": 3,
        "end": 3,
        "answer": 13,
        "close": 7,
        "says": 1,
        "pick": 3,
        "take": 7,
        "transfer_to_team": 6,
        "transfer_to_colleague": 9,
        "at_once": 4,
        "astray": 7,
        "reads_along": 4,
        "choose": 1,
        "everybody_available": 1,
        "line": 2,
        "agent_vanishes": 3,
        "customer_leaves": 3,
        "time_passes": 2,
        "a_silence": 5,
        "closing_time": 4,
        "offers": 2,
        "hours_change": 1,
        "the_clock_jumps": 3,
        "disabled": 3,
        "restart": 3,
    }.items()
    for _ in range(count)
)
"""The steps of one example, in random order. So rare steps come as surely as common ones."""
ANSWERED = ("close", "says", "transfer_to_team", "transfer_to_colleague", "agent_vanishes", "a_silence")
WAITED = ("pick", "at_once", "customer_leaves", "closing_time")


class RoutingMachine(RoutingSteps, RuleBasedStateMachine):
    @initialize(
        deck=st.permutations(DECK), assign=st.sampled_from(("auto", "offer")), pass_s=st.sampled_from((0, 40_000))
    )
    def opens(self, deck: list[str], assign: str, pass_s: int) -> None:
        self.deck = deck
        self.run(self.begin(assign, pass_s))

    @precondition(lambda self: bool(self.deck))
    @rule(which=st.integers(0, 7), who=st.integers(0, 7), other=st.integers(0, 7))
    def step(self, which: int, who: int, other: int) -> None:
        """If no chat is in the state that a step needs, another step creates one."""
        what = self.deck.pop()
        if what == "answer" and not self.states("offered"):
            what = "offers" if which % 2 else "says"
        if what in ANSWERED and not self.states("active"):
            what = "pick" if which % 2 else "everybody_available"
        if what in WAITED and not self.states(*WAITING):
            what = "start_several"
        getattr(self, what)(which, who, other)


def test_random_commands_keep_the_routing_invariants(said: Callable[[object], None]) -> None:
    """Nobody is placed without a free slot, out of turn, or with an agent who missed them (a colleague may still
    transfer). Nobody waits while a slot is free for them. Each chat has one agent, a log that explains its state, and
    one ticket at the end. Figures are true, and a refusal changes nothing."""
    machine = new_machine()
    run(machine, settings(max_examples=EXAMPLES, derandomize=True, database=None))
    for number in range(ROUNDS):
        if rare(machine, OFTEN):
            seed(number)(machine)
            run(machine, settings(max_examples=MORE, database=None))
    enough(machine, OFTEN, said)


@pytest.mark.soak
def test_random_commands_keep_the_routing_invariants_for_ten_minutes(said: Callable[[object], None]) -> None:
    """The same for ten minutes, with other commands each time."""
    machine, until = new_machine(), time.monotonic() + SOAK_S
    while time.monotonic() < until:
        run(machine, settings(max_examples=SOAK_EXAMPLES, database=None))
    enough(machine, SOAK_OFTEN, said)


def new_machine() -> type[RoutingMachine]:
    class Machine(RoutingMachine):
        pass

    Machine.seen = Counter()
    return Machine


def run(machine: type[RoutingMachine], how: settings) -> None:
    unhurried = settings(how, deadline=None, stateful_step_count=len(DECK) + 1, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=unhurried)


def enough(machine: type[RoutingMachine], often: int, said: Callable[[object], None]) -> None:
    said(dict(machine.seen.most_common()))
    assert not rare(machine, often), f"not often enough to show anything: {rare(machine, often)}"


def rare(machine: type[RoutingMachine], often: int) -> dict[str, int]:
    return {what: machine.seen[what] for what in MUST_OCCUR if machine.seen[what] < often}
