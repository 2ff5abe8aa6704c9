"""The routing machine on two processes: the same steps, and the same rules on what each process shows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, ExitStack
from pathlib import Path
from random import Random

import pytest

from routing.ports import Floor
from tests.servers import database
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.desks_in_memory import DesksInMemory
from tests.stories.test_routing_machine import DECK, OFTEN, SOAK_S, RoutingMachine, enough

pytestmark = pytest.mark.scaled

SEEDS = (1,)
"""Of the examples of the short form. Each takes some 20 s of CPU time."""
SURE = ("ok chat.start", "assigned dispatcher", "restart", "disabled", "hours changed")
"""What occurs in any order of the steps."""


class SeveralMachine(RoutingMachine):
    """Customers and staff connect to the processes in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._databases = ExitStack()

    def desk(self, hours: str, at: int, floor: Callable[[], Floor]) -> AbstractAsyncContextManager[DeskInMemory]:
        url = self._databases.enter_context(database("postgresql", Path()))
        return desk_in_memory(hours, at, url, floor, DesksInMemory)

    def teardown(self) -> None:
        with self._databases:
            super().teardown()


def new_machine() -> type[SeveralMachine]:
    class Machine(SeveralMachine):
        pass

    Machine.seen = Counter()
    return Machine


def play(machine: type[SeveralMachine], number: int) -> None:
    """One example. On a failure its steps are played again with the same `number`: hypothesis would look for a shorter
    example for hours."""
    luck, played = Random(number), machine()
    deck: list[str] = luck.sample(DECK, len(DECK))
    try:
        played.opens(deck=deck, assign=luck.choice(("auto", "offer")), pass_s=luck.choice((0, 40_000)))
        while played.deck:
            step, numbers = played.deck[-1], {name: luck.randrange(8) for name in ("which", "who", "other")}
            try:
                played.step(**numbers)
            except Exception as error:
                error.add_note(f"seed {number}, {len(played.deck)} steps before the end: {step} {numbers}")
                raise
    finally:
        played.teardown()


@pytest.mark.timeout(1_800)
def test_random_commands_keep_the_routing_invariants_on_two_processes(said: Callable[[object], None]) -> None:
    machine = new_machine()
    for number in SEEDS:
        play(machine, number)
    said(dict(machine.seen.most_common()))
    assert not (missing := [what for what in SURE if not machine.seen[what]]), missing


@pytest.mark.soak
def test_random_commands_keep_the_routing_invariants_on_two_processes_for_ten_minutes(
    said: Callable[[object], None],
) -> None:
    machine, until = new_machine(), time.monotonic() + SOAK_S
    while time.monotonic() < until:
        play(machine, Random().randrange(1_000_000))
    enough(machine, OFTEN, said)
