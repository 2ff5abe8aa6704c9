"""Metrics for Prometheus, one set per running desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from chat.frames.durable import Durable, Message, Note
from server.live.process_standing import BUS_STATES, Standing


class Metrics:
    """The metrics and their labels.

    - `commands`: `type`, `outcome` (`ok` or the error code)
    - `sign_ins`: `outcome`
    - `sign_in_failures`: `reason` (`identity.adapters.sign_in_watch`)
    - `connections`: `side`
    - `queue`: `team`
    - `uploads_refused`: `reason` (`attachments.errors.Reason`, or the error code)
    - `letters`: `state` (`due` or `failed`)
    - `retention`, `old_records`: `kind` (`server.live.personal_data.kinds`)
    - `bus`: `state` (`live`, `polling` or `down`)
    - `suggested_codes`: `place` (`first`, `later` or `none`)
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._messages = Counter(
            "switchboard_messages_stored", "Messages and notes that were stored.", registry=self.registry
        )
        self.commands = Counter(
            "switchboard_commands", "Commands that were answered.", ["type", "outcome"], registry=self.registry
        )
        self.sign_ins = Counter(
            "switchboard_sign_ins", "Tries to sign in with a password.", ["outcome"], registry=self.registry
        )
        self.sign_in_failures = Counter(
            "switchboard_sign_in_failures", "Sign-ins that failed, and why.", ["reason"], registry=self.registry
        )
        self.connections = Gauge("switchboard_connections", "Sockets that are open.", ["side"], registry=self.registry)
        self.open_chats = Gauge("switchboard_open_chats", "Chats that are not closed.", registry=self.registry)
        self.queue = Gauge("switchboard_queue", "Chats that wait for an agent.", ["team"], registry=self.registry)
        self.disk_free = Gauge("switchboard_disk_free_bytes", "Free where files are kept.", registry=self.registry)
        self.uploads_refused = Counter(
            "switchboard_uploads_refused", "Uploads that were not taken.", ["reason"], registry=self.registry
        )
        self._retention = Counter(
            "switchboard_retention_tickets", "Tickets that were emptied.", ["kind"], registry=self.registry
        )
        self._old_records = Counter(
            "switchboard_retention_records", "Other records that were emptied.", ["kind"], registry=self.registry
        )
        self.letters = Gauge("switchboard_letters", "Letters by state.", ["state"], registry=self.registry)
        self.oldest_letter = Gauge(
            "switchboard_oldest_letter_seconds", "Age of the oldest letter that is due.", registry=self.registry
        )

        self.suggested_codes = Gauge(
            "switchboard_suggested_codes",
            "The last 200 coded tickets by the place of their code among the suggestions, without the ticket itself.",
            ["place"],
            registry=self.registry,
        )

    def code_suggestions(self, tickets: int, first: int, among: int) -> None:
        """Report how good the suggested codes are: of so many tickets, those whose code stood first or at all."""
        for place, number in (("first", first), ("later", among - first), ("none", tickets - among)):
            self.suggested_codes.labels(place).set(number)

    def count_letters(self, due: int, failed: int, oldest_ms: int) -> None:
        """Report three numbers: the letters that are due, the letters that have failed, and the age in ms of the oldest
        due letter."""
        self.letters.labels("due").set(due)
        self.letters.labels("failed").set(failed)
        self.oldest_letter.set(oldest_ms / 1000)

    def retention_ended(self, kind: str, things: Literal["tickets", "records"], count: int) -> None:
        (self._retention if things == "tickets" else self._old_records).labels(kind).inc(count)

    def watch_process(self, standing: Callable[[], Standing]) -> None:
        """Report how this process is doing, if the desk has several."""
        bus = self._gauge("switchboard_bus", "State of the bus: 1 for the present one.", "state")
        for state in BUS_STATES:
            bus.labels(state).set_function(partial(_is_now, standing, state))
        for name, text, value in (
            ("switchboard_bus_ping_age_seconds", "Time since the last ping of the bus.", lambda: standing().ping_age_s),
            ("switchboard_bus_ping_seconds", "Time that the last ping of the bus took.", lambda: standing().ping_s),
            ("switchboard_leads", "1 if this process leads the desk.", lambda: standing().leads),
            ("switchboard_lease_seconds", "Time left of the lease on leading.", lambda: standing().lease_s),
            ("switchboard_processes", "Processes of the desk that this one knows of.", lambda: standing().processes),
            (
                "switchboard_hours_differ",
                "1 if the leading process uses another version of the hours file.",
                lambda: standing().hours_differ,
            ),
        ):
            self._gauge(name, text).set_function(value)

    def watch_limits(self, shared: Callable[[], bool]) -> None:
        """Report whether this process counts limits together with the others, if the desk has several."""
        self._gauge("switchboard_limits_shared", "0 while each process counts limits for itself.").set_function(shared)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def watch_queues(self, teams: Iterable[str], waiting: Callable[[str], int]) -> None:
        """Report the queues of these teams. `waiting` returns the number of waiting chats of a team."""
        for team in teams:
            self.queue.labels(team).set_function(partial(waiting, team))

    def messages_stored(self, count: int) -> None:
        """Count a batch of `count` messages or notes that was stored."""
        self._messages.inc(count)

    def stored(self, events: Iterable[Durable]) -> None:
        """Count the messages and notes among the events of a stored command."""
        self._messages.inc(sum(isinstance(event, Message | Note) for event in events))

    def answered(self, type_: str, outcome: str, count: int = 1) -> None:
        """Count answers to commands of one type."""
        self.commands.labels(type_, outcome).inc(count)

    def exposition(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self.registry)


def _is_now(standing: Callable[[], Standing], state: str) -> bool:
    return standing().bus == state
