"""Imports what staff set up at another desk of this program: canned replies with macros, webhooks, and rules.

They keep their ids, so that rules find what they name, and a second import finds them. What is here stays as it is.
Webhooks and rules do nothing until an admin switches them on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct, json, structs

from automations.adapters.store import SqlStore as SqlRules
from automations.errors import OfNewerVersion
from automations.events import Event
from automations.rule import Actions, Condition, WantedRule
from automations.service import Rules
from automations.timing import Time
from canned_replies.adapters.store import SqlStore as SqlReplies
from canned_replies.macro import Actions as MacroActions
from canned_replies.reply import Locale, Scope, WantedReply
from canned_replies.service import CannedReplies
from clock import Clock
from egress import AddressRefused
from egress.urls import target_of
from identity.actor import Actor
from refusals import Refused
from routing.desk import Desk as Hours
from server.live.canned_replies.macro_rules import macro_check, normal
from server.live.webhooks.desk_webhooks import subscriptions_of
from server.operations.import_report import Report
from server.operations.json_rows import UNREADABLE, Source
from server.operations.own_files import OwnFiles
from server.operations.own_rows import decoded
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.adapters.field_store import SqlCustomFields
from webhooks.events import NAMES

_KEEPER = Actor("staff", "", role="admin")
OFF = "rules were added, and are off. Check them on /admin/rules, and switch them on"
PAUSED = (
    "webhooks were added, and are paused, with new secrets and without texts. Renew the secret of each, and enable it"
)


_Id = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class _Reply(Struct, frozen=True):
    id: _Id
    shortcut: str
    name: str
    scope: Scope
    holder: str
    actions: str | None = None


class _Text(Struct, frozen=True):
    reply: str
    locale: Locale
    text: str


class _Webhook(Struct, frozen=True):
    id: _Id
    url: str
    events: str = ""
    account_team: str | None = None


class _Rule(Struct, frozen=True):
    id: _Id
    name: str
    position: int
    event: Event
    conditions: str
    actions: str
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of staff and clients here, by their ids at the other desk."""

    staff: Mapping[str, str]
    clients: Mapping[str, str]


class OwnSettings:
    def __init__(
        self, storage: Storage, settings: Settings, hours: Hours, files: OwnFiles, report: Report, clock: Clock
    ) -> None:
        self._storage = storage
        self._secret = settings.secret_bytes()
        self._teams = teams = hours.teams
        self._files = files
        self._report = report
        self._clock = clock
        self._webhooks: dict[str, str] = {}
        """Ids here by the ids there, of webhooks whose URL has another webhook here."""
        self._check = macro_check(lambda: teams, lambda: settings.brand_name, SqlCustomFields().custom_fields)

    async def take(self, named: Mapping[str, Source], known: Known) -> None:
        """Import them. `named`: the files of the export by their names. Raises StorageUnavailable."""
        if "canned_replies" in named:
            texts: dict[str, dict[Locale, str]] = {}
            if "canned_reply_texts" in named:
                for _, text in decoded(self._report, named["canned_reply_texts"], _Text):
                    texts.setdefault(text.reply, {})[text.locale] = text.text
            for _, reply in decoded(self._report, named["canned_replies"], _Reply):
                given = (reply, texts.get(reply.id, {}), known)
                await self._try(f"canned reply /{reply.shortcut}", partial(self._reply, *given))
        if "webhooks" in named:
            for _, webhook in decoded(self._report, named["webhooks"], _Webhook):
                await self._try(f"webhook {webhook.url}", partial(self._webhook, webhook))
        if "rules" in named:
            rules = [rule for _, rule in decoded(self._report, named["rules"], _Rule)]
            for rule in sorted(rules, key=lambda one: one.position):
                await self._try(f"rule {rule.name}", partial(self._rule, rule, known))

    async def _try(self, name: str, add: Callable[[], Awaitable[str | None]]) -> None:
        """`add` returns a remark, or None."""
        try:
            remark = await add()
        except Refused as refused:
            remark = f"{name} was left out: {refused.message.removesuffix('.')}"
        except OfNewerVersion:
            remark = f"{name} was left out: a newer version of the program stored it here"
        except (AddressRefused, *UNREADABLE) as error:
            remark = f"{name} was left out: {str(error).removesuffix('.')}"
        if remark is not None:
            self._report.remark(remark)

    async def _reply(self, one: _Reply, texts: Mapping[Locale, str], known: Known) -> str | None:
        own = one.scope == "own"
        if own and one.holder not in known.staff:
            return "a canned reply was left out: it belongs to somebody who is not staff here"
        by = Actor("staff", known.staff[one.holder], role="agent") if own else _KEEPER
        actions = json.decode(one.actions, type=MacroActions) if one.actions is not None else None
        team = one.holder if one.scope == "team" else None
        wanted = WantedReply(one.shortcut, one.name, one.scope, team, texts, actions)
        replies = CannedReplies(SqlReplies(), lambda: self._teams, lambda: one.id, self._check, normal)
        files = await self._files.kept([f"reply:{one.id}"])

        def unit(tx: Tx) -> None:
            if not SqlReplies().find_all(tx, [one.id]):
                replies.add(tx, by, wanted, self._clock())
                self._files.add(tx, files, known.staff)

        await self._storage.write(unit, durable=False)
        return None

    async def _webhook(self, one: _Webhook) -> str | None:
        if one.account_team is not None:
            return f"the webhook for hand-overs to {one.account_team} was left out: add it here"
        target_of(one.url)
        subscriptions = subscriptions_of(self._secret, lambda: one.id)
        wanted = one.events.split()
        events = [event for event in wanted if event in NAMES]
        these = ", ".join(event for event in wanted if event not in NAMES)

        def unit(tx: Tx) -> str | None:
            present = {each.url: each.id for each in subscriptions.all(tx)}
            if one.id in present.values() or one.url in present:
                here = present.get(one.url, one.id)
                tx.after_commit(lambda: self._webhooks.update({one.id: here}))
                return None
            if these and not events:
                return f"webhook {one.url} was left out: this version of the program has no events {these}"
            subscriptions.add(tx, one.url, events, self._clock(), enabled=False)
            return PAUSED

        remark = await self._storage.write(unit, durable=False)
        if remark == PAUSED and these:
            self._report.remark(f"webhook {one.url} was added without the events {these}, which this version lacks")
        return remark

    async def _rule(self, one: _Rule, known: Known) -> str | None:
        wanted = WantedRule(
            name=one.name,
            event=one.event,
            conditions=tuple(
                _named_here(each, known) for each in json.decode(one.conditions, type=Sequence[Condition])
            ),
            actions=self._acting_here(json.decode(one.actions, type=Actions), known),
            enabled=False,
            time=json.decode(one.time, type=Time) if one.time is not None else None,
        )
        # What a rule names and the desk does not have is shown on the page of rules.
        rules = Rules(SqlRules(), lambda: one.id, lambda _, __: {})

        def unit(tx: Tx) -> str | None:
            if SqlRules().find(tx, one.id) is not None:
                return None
            rules.add(tx, wanted, self._clock())
            return OFF

        return await self._storage.write(unit, durable=False)

    def _acting_here(self, actions: Actions, known: Known) -> Actions:
        return structs.replace(
            actions,
            assignee=known.staff.get(actions.assignee, actions.assignee) if actions.assignee is not None else None,
            notify=[known.staff.get(id_, id_) for id_ in actions.notify],
            inbox_people=[known.staff.get(id_, id_) for id_ in actions.inbox_people],
            webhook=self._webhooks.get(actions.webhook, actions.webhook) if actions.webhook is not None else None,
        )


def _named_here(condition: Condition, known: Known) -> Condition:
    if condition.test != "client":
        return condition
    return structs.replace(condition, any=[known.clients.get(id_, id_) for id_ in condition.any])
