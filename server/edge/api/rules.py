"""`/api/rules`: what the desk does by itself when something happens to a ticket or chat, for admins."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from automations.events import Event
from automations.rule import CONDITIONS_MAX, NAME_MAX, RULES_MAX, Actions, Condition, Key, Rule, WantedRule
from automations.timing import Time
from clock import rfc3339, rfc3339_or_none
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.automations.rule_admin import RuleAdmin
from server.live.automations.rule_trial import Trial
from ticketing.ticket import Value

_Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=TEXT_PATTERN)]
_Conditions = Annotated[tuple[Condition, ...], Meta(max_length=CONDITIONS_MAX)]


class RuleView(Struct, frozen=True, kw_only=True, rename={"if_": "if"}):
    """A rule. `time` is null unless `when` is `ticket.time_passed`. `since` is the time at which it was switched on or
    got another event, time or conditions: it does not run on what happened before. `problem` says what it names that
    the desk no longer has. `runs` counts the events for which its actions were taken, `failures` those for which they
    could not be. `failure` says why the last one could not; null after a run that worked."""

    id: str
    name: str
    enabled: bool
    when: Event
    if_: list[Condition]
    then: Actions
    time: Time | None
    created_at: str
    since: str
    version: int
    runs: int
    ran_at: str | None
    failures: int
    failure: str | None
    failed_at: str | None
    problem: str | None


class RuleList(Struct, frozen=True):
    """The rules, in the order in which they run."""

    rules: list[RuleView]


class NewRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"if_": "if"}):
    """A rule to add, or to try out. Without conditions, it runs on each event."""

    name: _Name
    when: Event
    if_: _Conditions = ()
    then: Actions
    time: Time | None = None
    enabled: bool = True


class ChangedRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"if_": "if"}):
    """Changes of a rule. An absent field keeps its value. `if` and `then` replace all conditions and actions."""

    name: _Name | UnsetType = UNSET
    when: Event | UnsetType = UNSET
    if_: _Conditions | UnsetType = UNSET
    then: Actions | UnsetType = UNSET
    time: Time | None | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class RuleOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of all rules, in the new order."""

    rules: Annotated[list[Key], Meta(max_length=RULES_MAX)]


class TrialChange(Struct, frozen=True):
    field: str
    was: Value
    became: Value


class TrialHit(Struct, frozen=True):
    """An event on which the rule would have run, and the changes that it would have made. `refused` says why its
    actions could not have been taken."""

    ticket: int
    at: str
    changes: list[TrialChange]
    refused: str | None


class TrialView(Struct, frozen=True):
    """The newest 100 of the `hits` events of the last seven days, on `tickets` tickets. `read` tickets were looked at;
    `complete` is false if more had changed in this time. `already` counts the tickets that match now: the rule leaves
    them alone when it is switched on. Null for rules without a time."""

    hits: int
    tickets: int
    read: int
    complete: bool
    already: int | None
    newest: list[TrialHit]


_RULE = Parameter("id", str, "Id of the rule.")


class RulesApi(Api):
    def __init__(self, rules: RuleAdmin) -> None:
        self._rules = rules

    async def all(self, call: Call) -> Response:
        rules, problems = await self._rules.all(call.actor), await self._rules.problems(call.actor)
        return answer(RuleList([_view(one, problems.get(one.id)) for one in rules]))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewRule)
        return _answer(await self._rules.add(call.actor, _wanted(said)), 201)

    async def change(self, call: Call) -> Response:
        said = await read_body(call.request, ChangedRule)
        id_, versions = call.request.path_params["id"], versions_of(call.request)
        return _answer(await self._rules.change(call.actor, id_, lambda before: _merged(before, said), versions), 200)

    async def remove(self, call: Call) -> Response:
        await self._rules.remove(call.actor, call.request.path_params["id"])
        return Response(status_code=204)

    async def order(self, call: Call) -> Response:
        said = await read_body(call.request, RuleOrder)
        rules, problems = await self._rules.order(call.actor, said.rules), await self._rules.problems(call.actor)
        return answer(RuleList([_view(one, problems.get(one.id)) for one in rules]))

    async def try_out(self, call: Call) -> Response:
        said = await read_body(call.request, NewRule)
        return answer(_trial(await self._rules.try_out(call.actor, _wanted(said))))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/rules",
            endpoint=all,
            summary="List the rules",
            needs=("read", "settings"),
            answers=(Answer(200, "In the order in which they run.", RuleList),),
        ),
        Operation(
            method="POST",
            path="/api/rules",
            endpoint=add,
            summary="Add a rule behind the others",
            needs=("change", "settings"),
            body=NewRule,
            answers=(Answer(201, "The new rule.", RuleView),),
            errors=("conflict",),
            etag=True,
        ),
        Operation(
            method="PUT",
            path="/api/rules/order",
            endpoint=order,
            summary="Put the rules into another order",
            needs=("change", "settings"),
            body=RuleOrder,
            answers=(Answer(200, "All rules.", RuleList),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/rules/trial",
            endpoint=try_out,
            summary="Try a rule on the events of the last week, without changing anything",
            needs=("change", "settings"),
            body=NewRule,
            answers=(Answer(200, "What the rule would have done.", TrialView),),
        ),
        Operation(
            method="PATCH",
            path="/api/rules/{id}",
            endpoint=change,
            summary="Change a rule, or switch it on or off",
            needs=("change", "settings"),
            in_path=(_RULE,),
            body=ChangedRule,
            answers=(Answer(200, "The rule.", RuleView),),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="DELETE",
            path="/api/rules/{id}",
            endpoint=remove,
            summary="Remove a rule",
            needs=("change", "settings"),
            in_path=(_RULE,),
            answers=(Answer(204, "It runs no more.", media_type=None),),
        ),
    )


def _wanted(said: NewRule) -> WantedRule:
    return WantedRule(
        name=said.name,
        event=said.when,
        conditions=said.if_,
        actions=said.then,
        enabled=said.enabled,
        time=said.time,
    )


def _merged(before: Rule, said: ChangedRule) -> WantedRule:
    return WantedRule(
        name=before.name if said.name is UNSET else said.name,
        event=before.event if said.when is UNSET else said.when,
        conditions=before.conditions if said.if_ is UNSET else said.if_,
        actions=before.actions if said.then is UNSET else said.then,
        enabled=before.enabled if said.enabled is UNSET else said.enabled,
        time=before.time if said.time is UNSET else said.time,
    )


def _view(rule: Rule, problem: str | None = None) -> RuleView:
    return RuleView(
        id=rule.id,
        name=rule.name,
        enabled=rule.enabled,
        when=rule.event,
        if_=list(rule.conditions),
        then=rule.actions,
        time=rule.time,
        created_at=rfc3339(rule.created_at),
        since=rfc3339(rule.since),
        version=rule.version,
        runs=rule.runs,
        ran_at=rfc3339_or_none(rule.ran_at),
        failures=rule.failures,
        failure=rule.failure,
        failed_at=rfc3339_or_none(rule.failed_at),
        problem=problem,
    )


def _answer(rule: Rule, status: int) -> Response:
    return answer(_view(rule), status=status, headers={"ETag": f'"{rule.version}"'})


def _trial(trial: Trial) -> TrialView:
    return TrialView(
        hits=trial.hits,
        tickets=trial.tickets,
        read=trial.read,
        complete=trial.is_whole,
        already=trial.already,
        newest=[
            TrialHit(
                ticket=hit.ticket,
                at=rfc3339(hit.at),
                changes=[TrialChange(one.field, one.was, one.became) for one in hit.changes],
                refused=hit.refused,
            )
            for hit in trial.shown
        ],
    )
