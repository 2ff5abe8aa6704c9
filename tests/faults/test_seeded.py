from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from server.settings import Settings
from tests.faults.history import read_stored
from tests.faults.seeded import FAULTS
from tests.faults.seeded_story import Story
from tests.faults.server import ServerProcess, free_port
from tests.running import DEADLINE_S, enrol, eventually, store_of

pytestmark = [pytest.mark.faults]

FOUND = {
    "nothing": "",
    "an_ack_before_the_commit": "was acknowledged and is lost",
    "publish_before_commit": "showed what nobody stored",
    "no_unique_key": r"stored 2 times|not always answered alike|as if it were new",
    "resume_with_greater_or_equal": "showed it twice",
    "resume_one_too_far": r"never showed|came before, it was",
    "a_dropped_bus_message": "never showed",
    "a_note_to_a_customer": "a note, not theirs to see",
}
"""Fault → what the checker says of it; where there are two sentences, each is said."""
SHORT = ("nothing", "an_ack_before_the_commit", "resume_one_too_far", "a_note_to_a_customer")
"""A fault of each kind: before the commit, at a resume, and in who is told."""


@pytest.mark.parametrize(
    "fault", [pytest.param(fault, marks=[] if fault in SHORT else [pytest.mark.soak]) for fault in FAULTS]
)
async def test_checker_finds_exactly_the_seeded_fault(fault: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    store = await store_of(settings)
    _, bearer = await enrol(store, "agent@desk.example", "Agent", capacity=5)
    await store.close()
    server = ServerProcess(settings.data, free_port(), before=FAULTS[fault])
    story = Story(server, bearer)
    try:
        await server.start()
        await story.tell(fault)
        store = await store_of(settings)
        stored = await store.read(read_stored)
        await store.close()
        # What is to be missing in the end has a moment to come after all.
        deadline_s = 1 if "never showed" in FOUND[fault] else DEADLINE_S
        with suppress(AssertionError):
            await eventually(lambda: "never showed" not in str(story.faults(stored)), "all caught up", deadline_s)
    finally:
        for one in story.everybody:
            await one.stop()
        server.close()
    said = story.faults(stored)
    assert exactly(FOUND[fault], said), said


def exactly(expected: str, said: Sequence[str]) -> bool:
    """Whether the checker says each of these sentences, and nothing else."""
    sentences = [sentence for sentence in expected.split("|") if sentence]
    found = all(any(re.search(one, each) for each in said) for one in sentences)
    return found and all(any(re.search(one, each) for one in sentences) for each in said)
