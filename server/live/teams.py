"""The teams of the current hours file, and their time limits in ms, such as how long a customer may be silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat.adapters.clocks import Spans
from chat.silence import Patience
from identity.actor import Actor
from refusals import Refused, invalid
from routing.desk import Desk, Team


class Teams:
    """The current teams. `desk` is replaced as a whole when the hours file changes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.spans = Spans(self.left_ms, self.silent_ms, self.offer_ms, self.wrap_up_ms)

    def current(self) -> Desk:
        """The parsed hours file."""
        return self.desk

    @property
    def by_key(self) -> Mapping[str, Team]:
        """All teams, including retired ones."""
        return self.desk.teams

    @property
    def open(self) -> Sequence[str]:
        """The keys of the teams that are not retired."""
        return [key for key, team in self.desk.teams.items() if not team.retired]

    @property
    def products(self) -> Sequence[str]:
        """The products of the hours file, each once, in its order."""
        return list(dict.fromkeys(product for team in self.desk.teams.values() for product in team.products))

    def of(self, key: str) -> Team:
        """The team, or a team with default settings if the hours file lacks it."""
        return self.desk.teams.get(key) or Team(key=key, name=key, schedule="")

    def open_team(self, key: str) -> Team:
        """The team with this key. Raises Refused(invalid) if it is retired or unknown."""
        team = self.desk.teams.get(key)
        if team is None or team.retired:
            raise self.no_such_team(key, "team")
        return team

    def no_such_team(self, key: str, field: str) -> Refused:
        return invalid(field, f"There is no team {key!r}. There are: {', '.join(self.open)}.")

    def seen_by(self, actor: Actor) -> list[str]:
        """The teams for which a staff member works, or which they supervise, in the order of the hours file."""
        return [key for key in self.desk.teams if actor.sees(key)]

    def left_ms(self, key: str) -> int:
        """Time in ms for which a waiting customer may be disconnected."""
        return 1000 * self.of(key).left_queue_s

    def silent_ms(self, key: str) -> int:
        """Time in ms for which a customer may be silent before the chat ends."""
        return 1000 * self.of(key).silent_s[-1]

    def offer_ms(self, key: str) -> int:
        """Time in ms that an agent has to accept an offer."""
        return 1000 * self.of(key).offer_s

    def wrap_up_ms(self, key: str) -> int:
        """Time in ms for which a closed chat keeps its agent's slot."""
        return 1000 * self.of(key).wrap_up_s

    def drain_ms(self, key: str) -> int:
        """Time in ms after closing time during which agents may still answer a customer who chose to wait."""
        return 1000 * self.of(key).closing_drain_s

    def grace_ms(self, key: str) -> int:
        """Time in ms for which an agent may be disconnected before the agent's chats of the team are requeued."""
        return 1000 * self.of(key).agent_grace_s

    def patience(self, key: str) -> Patience:
        team = self.of(key)
        first, second, last = team.silent_s
        return Patience(
            steps=(1000 * first, 1000 * second, 1000 * last),
            slot=1000 * team.idle_seat_s,
            first_reply=1000 * team.first_reply_s,
            next_reply=1000 * team.next_reply_s,
        )

    def goal_ms(self, kind: str, key: str) -> int:
        """The longest wait for a response that the team allows, in ms. 0 for kinds of alarms without a response."""
        patience = self.patience(key)
        return {"first_reply": patience.first_reply, "next_reply": patience.next_reply}.get(kind, 0)
