"""Composes the rules of one desk: the events, the runs, and what admins do with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from uuid_utils import uuid7

from automations.adapters.store import SqlStore
from automations.service import Rules
from chat.service import Conversations
from clock import Clock
from identity.adapters.people import People
from mail.service import Letters
from server.live.automations.rule_admin import RuleAdmin
from server.live.automations.rule_checks import RuleChecks
from server.live.automations.rule_effects import RuleEffects
from server.live.automations.rule_events import RuleEvents
from server.live.automations.rule_facts import RuleFacts
from server.live.automations.rule_forgetting import RuleForgetting
from server.live.automations.rule_time_past import TimePast
from server.live.automations.rule_times import RuleTimes
from server.live.automations.rule_trial import RuleTrial
from server.live.automations.running import RuleRunning
from server.live.inbox.inbox_news import InboxNews
from server.live.sweeps import Intervals, Job
from server.live.teams import Teams
from server.live.webhooks.desk_webhooks import DeskWebhooks
from server.settings import Settings
from storage.ports import Storage
from ticketing.ports import Store
from ticketing.service import Tickets
from ticketing.targets import Time


class DeskRules:
    """`take` completes it, once there are tickets and letters."""

    running: RuleRunning
    times: RuleTimes
    admin: RuleAdmin

    def __init__(self, settings: Settings, storage: Storage, clock: Clock, webhooks: DeskWebhooks) -> None:
        self._settings, self._storage, self._clock, self._webhooks = settings, storage, clock, webhooks
        self._store = SqlStore()
        self.events = RuleEvents(storage, clock, self._store)
        self._forgetting = RuleForgetting(storage)

    def take(
        self,
        people: People,
        teams: Teams,
        conversations: Conversations,
        tickets: Tickets,
        store: Store,
        letters: Letters,
        wake_letters: Callable[[], None],
        inbox: InboxNews,
    ) -> None:
        settings, facts = self._settings, RuleFacts(people, store)

        def hours() -> Mapping[str, Time]:
            return {team: time for team in teams.by_key if (time := tickets.service_levels.opened(team)) is not None}

        sending = (
            inbox,
            self._webhooks.subscriptions,
            lambda: settings.base_url,
            wake_letters,
            self._webhooks.delivery.wake,
        )
        effects = RuleEffects(tickets, store, conversations, people, teams, letters, *sending)
        kept = (self._storage, self._clock)
        self.running = RuleRunning(*kept, self._store, self.events, facts, effects, store, people)
        self.times = RuleTimes(*kept, self._store, self.events, facts, self.running, store, hours)
        checks = RuleChecks(people, teams, store, lambda: settings.brand_name)
        rules = Rules(self._store, lambda: uuid7().hex, checks.faults)
        trial = RuleTrial(store, facts, tickets.facts, TimePast(hours))
        self.admin = RuleAdmin(*kept, people, rules, self.events, trial, checks)

    def jobs(self, every: Intervals) -> Sequence[Job]:
        return (
            Job("rule_events", every.reconcile, "each process", self.events.follow),
            Job("rules", every.sweep, "one process", self.running.run),
            Job("rule_times", every.sweep, "one process", self.times.run),
            Job("handled_by_rules", every.tidy, "one process", self._forgetting.run),
        )
