"""Checks a rule by what the desk has: teams, people, codes, canned replies, webhooks. When it runs, the rules of the
ticket hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from automations.rule import NOBODY, Actions, Condition, WantedRule
from canned_replies.adapters.store import SqlStore as StoredReplies
from canned_replies.reply import ENGLISH, CannedReply
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.people import People
from server.live.automations.rule_events import PROPERTIES
from server.live.automations.rule_fields import action_faults, condition_fault
from server.live.automations.rule_named import Named, RuleNames
from server.live.teams import Teams
from storage.ports import Tx
from ticketing.codes import CODES, STATUSES, name_of, status_name
from ticketing.combinations import Combination, refused, sentence
from ticketing.custom_fields import Fields
from ticketing.ports import Store
from ticketing.ticket import PRIORITIES
from ticketing.triage import tag_of
from webhooks.adapters.store import SqlStore as StoredWebhooks

CHANNELS = ("chat", "email", "form", "staff")


class RuleChecks:
    def __init__(self, people: People, teams: Teams, tickets: Store, brand: Callable[[], str]) -> None:
        self._people = people
        self._tickets = tickets
        self._teams = teams
        self._brand = brand
        self._replies = StoredReplies()
        self._webhooks = StoredWebhooks()
        self._clients = SqlCustomerStore()
        self._names = RuleNames(people, tickets)

    def faults(self, tx: Tx, wanted: WantedRule) -> dict[str, str]:
        """A sentence for each field that the desk does not allow."""
        return self.faults_of(tx, [wanted])[0]

    def faults_of(self, tx: Tx, rules: Sequence[WantedRule]) -> list[dict[str, str]]:
        """The same for several rules. The number of queries does not depend on the number of rules."""
        named = self._names.of(tx, rules)
        return [
            self._of_conditions(named, wanted.conditions)
            | self._of_fields(named, wanted)
            | self._of_change(named, wanted)
            | self._of_outcome(wanted)
            | self._of_telling(named, wanted.actions)
            for wanted in rules
        ]

    def choices(self, tx: Tx) -> Mapping[str, Mapping[str, str]]:
        """What rules can name: for each kind, the names by key or id."""
        people = (person for person in self._people.all_staff(tx) if person.converses)
        replies = self._replies.readable(tx, "", None, 0)
        return {
            "teams": {key: self._teams.of(key).name for key in self._teams.open},
            "products": {product: product for product in self._teams.products},
            "statuses": {key: status_name(key) for key in STATUSES},
            "codes": {key: name_of(key, self._brand()) for key, code in CODES.items() if code.set_by == "person"},
            "clients": {client.id: client.name for client in self._clients.clients(tx)},
            "people": {person.id: person.name or person.email or person.id for person in people},
            "replies": {
                reply.id: f"/{reply.shortcut}: {reply.name}"
                for reply in replies
                if "agent." not in reply.texts.get(ENGLISH, "agent.")
            },
            "webhooks": {one.id: one.url for one in self._webhooks.receivers(tx) if one.account_team is None},
        }

    def fields(self, tx: Tx) -> Fields:
        return self._tickets.custom_fields(tx)

    def _of_conditions(self, named: Named, conditions: Sequence[Condition]) -> dict[str, str]:
        known: Mapping[str, tuple[str, Sequence[str]]] = {
            "team": ("team", list(self._teams.by_key)),
            "product": ("product", self._teams.products),
            "status": ("status", list(STATUSES)),
            "resolution": ("resolution code", list(CODES)),
            "priority": ("priority", PRIORITIES),
            "channel": ("channel", CHANNELS),
            "changed": ("property", PROPERTIES),
        }
        for condition in conditions:
            for value in condition.any:
                if condition.test in known and value not in known[condition.test][1]:
                    return {"conditions": f"There is no {known[condition.test][0]} {value[:80]!r}."}
                if condition.test == "assignee" and value not in (NOBODY, *named.staff):
                    return {"conditions": f"There is no such person. The assignee is an id of staff, or `{NOBODY}`."}
                if condition.test == "client" and value not in named.clients:
                    return {"conditions": "There is no such client."}
                if condition.test == "tag" and tag_of(value) != value:
                    return {"conditions": f"{value[:80]!r} is not a tag. Write it as it is shown on tickets."}
        return {}

    def _of_fields(self, named: Named, wanted: WantedRule) -> dict[str, str]:
        if not wanted.actions.custom_fields and all(one.field is None for one in wanted.conditions):
            return {}
        faults = dict[str, str]()
        if (fault := condition_fault(wanted.conditions, named.fields)) is not None:
            faults["conditions"] = fault
        teams = [wanted.actions.team] if wanted.actions.team else _only(wanted.conditions, "team")
        products = _only(wanted.conditions, "product")
        nothing: Sequence[str | None] = [None]
        known = [
            (team, self._teams.of(team).products) for team in teams or self._teams.open if team in self._teams.by_key
        ]
        places = [(team, one) for team, of_team in known for one in (products or of_team or nothing)]
        return {**faults, **action_faults(wanted, named.fields, places)}

    def _of_change(self, named: Named, wanted: WantedRule) -> dict[str, str]:
        actions, faults = wanted.actions, dict[str, str]()
        if actions.team is not None and actions.team not in self._teams.open:
            faults["team"] = "There is no such team."
        if actions.priority is not None and actions.priority not in PRIORITIES:
            faults["priority"] = f"Choose one of {', '.join(PRIORITIES)}."
        wrong = next((tag for tag in (*actions.add_tags, *actions.remove_tags) if tag_of(tag) != tag), None)
        if wrong is not None:
            faults["tags"] = f"{wrong[:80]!r} is not a tag. Use small letters, digits and _ - . / : +."
        if actions.assignee is not None:
            person = named.staff.get(actions.assignee)
            teams = [actions.team] if actions.team else _only(wanted.conditions, "team")
            if person is None or not person.converses:
                faults["assignee"] = "There is no such person."
            elif (missing := next((team for team in teams if not person.sees(team)), None)) is not None:
                faults["assignee"] = f"{person.name} is not on {self._teams.of(missing).name}."
        return faults

    def _of_outcome(self, wanted: WantedRule) -> dict[str, str]:
        """The faults of status and code. If the conditions name products, each of them must allow the code. Otherwise
        one of the products of the teams must."""
        status, code = wanted.actions.status, wanted.actions.resolution
        if status is None:
            return {}
        if status not in STATUSES:
            return {"status": "There is no such status."}
        if code is not None and code not in CODES:
            return {"resolution": "There is no such code."}
        if code is not None and CODES[code].names_another:
            return {"resolution": "A rule can't name the original ticket. Choose another code."}
        named = _only(wanted.conditions, "product")
        each = [self._faults_with(status, code, product) for product in named or self._products(wanted)]
        if named:
            return next((faults for faults in each if faults), {})
        return {} if not each or not all(each) else each[0]

    def _products(self, wanted: WantedRule) -> Sequence[str | None]:
        teams = [wanted.actions.team] if wanted.actions.team else _only(wanted.conditions, "team")
        found: list[str | None] = [product for key in teams for product in self._teams.of(key).products]
        return found or list(self._teams.products) or [None]

    def _faults_with(self, status: str, code: str | None, product: str | None) -> dict[str, str]:
        outcome = Combination(status=status, code=code, product=product)
        faults = {part: why for part, why in refused(outcome).items() if part != "with"}
        return {
            _FIELD.get(part, part): sentence(part, why, outcome, self._brand(), "ticket")
            for part, why in faults.items()
        }

    def _of_telling(self, named: Named, actions: Actions) -> dict[str, str]:
        faults = dict[str, str]()
        for name, people in (("notify", actions.notify), ("inbox_people", actions.inbox_people)):
            if not named.staff.keys() >= set(people):
                faults[name] = "There is no such person."
        if actions.notify_team is not None and actions.notify_team not in self._teams.open:
            faults["notify_team"] = "There is no such team."
        if actions.webhook is not None and actions.webhook not in named.webhooks:
            faults["webhook"] = "There is no such webhook."
        if actions.reply is not None and (fault := _fault_of_reply(named.replies.get(actions.reply))):
            faults["reply"] = fault
        return faults


def _fault_of_reply(found: CannedReply | None) -> str | None:
    if found is None or found.scope == "own":
        return "There is no such canned reply. A rule can use those of teams and of everybody."
    if ENGLISH not in found.texts:
        return "This canned reply has no text."
    if "agent." in found.texts[ENGLISH]:
        return "This canned reply names the agent who sends it. A rule has no agent, so choose another one."
    return None


_FIELD = {"workaround": "status", "finding": "status", "product": "resolution", "duplicate_of": "resolution"}
"""Where the form shows faults of properties that a rule cannot set."""


def _only(conditions: Sequence[Condition], test: str) -> list[str]:
    """The values that a condition requires. Empty if no condition does."""
    return next((list(one.any) for one in conditions if one.test == test and not one.negated), [])
