"""The messages about alarms: their texts, and the calls that send them to Slack and Microsoft Teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from msgspec import ValidationError, convert

from alarms.destination import AlarmKind, Raised, Service
from alarms.notice import Notice, notice_of, slack_message, teams_message, test_notice
from egress import AddressRefused, Egress, NotSent
from mail.letter import NewLetter
from server.live.teams import Teams
from server.settings import Settings

_NAMES: Mapping[Service, str] = {"slack": "Slack", "teams": "Microsoft Teams", "mail": "The mail server"}
_JSON = {"Content-Type": "application/json"}
_GONE = frozenset({401, 403, 404, 410})
_TEST = "test"
log = structlog.get_logger(__name__)


class NotDelivered(Exception):
    """The message was not delivered. `reason` is a sentence for staff. `for_good` is True if a repeated call would also
    fail."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class AlarmNotices:
    def __init__(self, settings: Settings, teams: Teams, egress: Egress) -> None:
        self._settings = settings
        self._teams = teams
        self._egress = egress

    def about(self, alarms: Sequence[Raised], now: int) -> Notice:
        """The message about `alarms`. Without alarms, a test message."""
        url = f"{self._settings.base_url}/floor"
        if not alarms:
            return test_notice(url)
        return notice_of(alarms, lambda key: self._teams.of(key).name, url, now)

    async def post(self, service: Service, address: str, notice: Notice) -> None:
        """Send a message to a URL of Slack or Microsoft Teams. Raises NotDelivered."""
        body = slack_message(notice) if service == "slack" else teams_message(notice)
        try:
            answer = await self._egress.send("POST", address, _JSON, body)
        except NotSent as error:
            for_good = isinstance(error, AddressRefused) and error.for_good
            raise NotDelivered(str(error), for_good=for_good) from None
        except Exception:
            # Other destinations still get their messages.
            log.exception("alarm_not_sent", service=service)
            raise NotDelivered("The program failed on this message. The log says more.") from None
        if not 200 <= answer.status < 300:
            hint = " The address may have been deleted there." if answer.status in _GONE else ""
            raise NotDelivered(f"{_NAMES[service]} answered {answer.status}.{hint}")


def letter_to(address: str, alarms: Sequence[Raised]) -> NewLetter:
    """The letter about `alarms`. Without alarms, a test letter."""
    context = {str(place): f"{one.kind} {one.team} {one.since}" for place, one in enumerate(alarms)}
    return NewLetter(kind="alarm", to=address, context=context or {_TEST: "yes"})


def alarms_in(context: Mapping[str, str]) -> list[Raised]:
    """The alarms of a letter. Empty for a test letter."""
    found = []
    for place, text in context.items():
        if place != _TEST:
            kind, team, since = text.split(" ")
            try:
                found.append(Raised(convert(kind, AlarmKind), team, int(since)))
            except ValidationError:
                # A kind of another version.
                continue
    return found
