"""Agents for tests."""

from __future__ import annotations

from dataclasses import fields, replace

from routing.agents import Agent, AgentChoice

LIVE = frozenset(field.name for field in fields(Agent)) - {"choice"}


def agent(staff: str = "a", **facts: object) -> Agent:
    """An available, connected agent of media with two seats, changed by `facts`."""
    choice = AgentChoice(staff=staff, name=staff, teams=frozenset({"media"}), status="available", capacity=2)
    return but(Agent(choice=choice, connections=1), **facts)


def but(agent: Agent, **facts: object) -> Agent:
    """The same agent changed by `facts`."""
    live = {name: fact for name, fact in facts.items() if name in LIVE}
    chosen = {name: fact for name, fact in facts.items() if name not in LIVE}
    return replace(agent, choice=replace(agent.choice, **chosen), **live)  # type: ignore[arg-type]
