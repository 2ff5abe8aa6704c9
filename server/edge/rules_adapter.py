"""Implements `widgets.admin.rule_ports.RulePages`: the pages use the same service as the JSON API."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from automations.rule import Rule, WantedRule
from identity.actor import Actor
from refusals import Refused
from server.edge.outages import as_refusals
from server.live.automations.rule_admin import RuleAdmin
from widgets.admin.rule_ports import FieldChoice, RuleChoices, TrialRow, TrialShown


class RulesAdapter:
    def __init__(self, rules: RuleAdmin) -> None:
        self._rules = rules

    @as_refusals
    async def all(self, by: Actor) -> Sequence[Rule]:
        return await self._rules.all(by)

    @as_refusals
    async def problems(self, by: Actor) -> Mapping[str, str]:
        return await self._rules.problems(by)

    @as_refusals
    async def choices(self, by: Actor) -> RuleChoices:
        found, fields = await self._rules.choices(by), await self._rules.fields(by)
        shown = {
            field.key: FieldChoice(
                field.name, field.kind, {one.key: one.labels["en"] for one in field.options if not one.archived}
            )
            for field in fields
            if not field.archived
        }
        return RuleChoices(**found, fields=shown)

    @as_refusals
    async def add(self, by: Actor, wanted: WantedRule) -> Rule:
        return await self._rules.add(by, wanted)

    @as_refusals
    async def replace(self, by: Actor, id_: str, wanted: WantedRule, versions: Collection[int]) -> Rule:
        return await self._rules.change(by, id_, lambda before: replace(wanted, enabled=before.enabled), versions)

    @as_refusals
    async def switch(self, by: Actor, id_: str, *, on: bool) -> Rule:
        return await self._rules.change(by, id_, lambda before: replace(before.wanted, enabled=on), None)

    @as_refusals
    async def remove(self, by: Actor, id_: str) -> Rule:
        return await self._rules.remove(by, id_)

    @as_refusals
    async def move(self, by: Actor, id_: str, *, down: bool) -> None:
        ids = [rule.id for rule in await self._rules.all(by)]
        if id_ not in ids:
            raise Refused("not_found", "There is no such rule.")
        place = ids.index(id_)
        other = place + 1 if down else place - 1
        if 0 <= other < len(ids):
            ids[place], ids[other] = ids[other], ids[place]
            await self._rules.order(by, ids)

    @as_refusals
    async def try_out(self, by: Actor, wanted: WantedRule) -> TrialShown:
        trial = await self._rules.try_out(by, wanted)
        rows = [TrialRow(hit.ticket, hit.at, hit.changes, hit.refused) for hit in trial.shown]
        return TrialShown(
            rows=rows, hits=trial.hits, tickets=trial.tickets, is_whole=trial.is_whole, already=trial.already
        )
