"""Notes, and the notes that are whispers."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from chat.notes import noted
from identity.actor import Actor, Role


@pytest.mark.parametrize(
    ("role", "agent", "whispers"),
    [("agent", "ada", False), ("agent", "bo", False), ("supervisor", "ada", False), ("supervisor", None, True)],
)
def test_note_of_a_supervisor_who_is_not_the_agent_is_a_whisper(role: Role, agent: str | None, whispers: bool) -> None:
    ada = Actor(kind="staff", id="ada", name="Ada", role=role)
    assert noted(ada, "Confirm the dates.", agent, 0).whisper == (True if whispers else UNSET)
