"""The period and the filters of a report, and the figures that a person may see. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from identity.actor import Actor
from refusals import Refused
from reports.cells import Dimension, Share
from reports.periods import DAYS_MAX, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The period and the filters of a report. `teams` is None for all teams, `agent` is None for everybody. If
    `products` or `channels` is empty, the report has all of them."""

    period: Period
    teams: tuple[str, ...] | None
    agent: str | None = None
    products: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def by_facts(self) -> bool:
        """True if the report must be computed from facts. Cells are not enough, because they have only one dimension
        besides the team."""
        return self.agent is not None or bool(self.products or self.channels)

    @property
    def by_one(self) -> tuple[Dimension, tuple[str, ...]] | None:
        """The dimension and its values, if teams are the only other filter. Then the cells of this dimension have the
        figures of each team and day. None if no or several dimensions are filtered."""
        given: list[tuple[Dimension, tuple[str, ...]]] = [
            ("agent", () if self.agent is None else (self.agent,)),
            ("product", self.products),
            ("channel", self.channels),
        ]
        used = [(dimension, values) for dimension, values in given if values]
        return used[0] if len(used) == 1 else None

    def takes(self, share: Share) -> bool:
        return (
            self.period.first <= share.day < self.period.after
            and (self.teams is None or share.team in self.teams)
            and (self.agent is None or share.agent == self.agent)
            and (not self.products or share.product in self.products)
            and (not self.channels or share.channel in self.channels)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A report as somebody requests it. `first` and `after` are ordinals of days. None stands for the usual period."""

    first: int | None = None
    after: int | None = None
    teams: Sequence[str] = ()
    agent: str | None = None
    products: Sequence[str] = ()
    channels: Sequence[str] = ()
    compare: bool = True


def period_of(first: int | None, after: int | None, usual: Period) -> Period:
    """The period from `first` until just before `after`. If one of them is None, it is taken from `usual`. Raises
    Refused(invalid) if the period is empty, reversed or too long."""
    if first is None and after is None:
        return usual
    first = usual.first if first is None else first
    after = usual.after if after is None else after
    if after <= first:
        raise Refused("invalid", "The period ends before it begins.", {"to": "Choose a day after `from`."})
    if after - first > DAYS_MAX:
        sentence = f"A report covers at most {DAYS_MAX} days."
        raise Refused("invalid", sentence, {"to": sentence})
    return Period(first, after)


def only_own(actor: Actor) -> bool:
    """True for agents who have no other role. They get only their own figures."""
    return actor.roles == ("agent",)


def teams_of(actor: Actor, asked: Sequence[str], known: Collection[str]) -> tuple[str, ...] | None:
    """The teams whose figures the actor gets; None for all teams. Agents are not limited to their teams here, because
    `agent_of` limits them to their own figures.

    Raises Refused(invalid) for a team that does not exist or that the actor may not see. The refusal does not tell
    which of the two.
    """
    own = known if actor.sees_all_figures else [team for team in known if actor.sees(team)]
    if any(team not in own for team in asked):
        raise Refused("invalid", "There is no such team here.", {"team": "Choose one of your teams."})
    if asked:
        return tuple(dict.fromkeys(asked))
    everything = actor.sees_all_figures or only_own(actor) or actor.supervises_all
    return None if everything else tuple(own)


def agent_of(actor: Actor, asked: str | None, agents: Collection[str]) -> str | None:
    """The agent whose figures the actor gets; None for everybody. An agent gets only their own figures.

    `agents`: ids of the people in the actor's teams. Raises Refused(invalid) if the actor may not see the figures of
    `asked`.
    """
    allowed = {actor.id} if only_own(actor) else set(agents)
    if asked is not None and asked not in allowed:
        raise Refused("invalid", "There is no such agent here.", {"agent": "Choose somebody of your teams."})
    return actor.id if only_own(actor) else asked
