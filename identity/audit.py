"""The lines of the audit log. Pure.

If a row names several verbs or things, a line has one of them.

| verb | thing | thing_id | detail |
|---|---|---|---|
| `add` | `user` | the user | role, further roles (`also`), teams |
| `set_role` | `user` | the user | role, further roles and teams, after and before the change |
| `change` | `user` | the user | capacity after and before the change |
| `rename` (by an identity provider) | `user` | the user | the names of the changed fields |
| `provision` (name or id at an identity provider) | `user`, `team` | the user or team | names of changed fields |
| `remove` (by an identity provider) | `user` | the user | |
| `set_languages` | `user` | the user | languages after and before the change |
| `disable` | `user` | the user | the reason that an admin gave |
| `enable` | `user` | the user | |
| `set_password` | `user` | the user | number of removed passkeys |
| `sign_in` | `session` | the user | `by` and `issuer` of a single sign-on; `by` of a passkey |
| `sign_out` (of another device), `expire` (unused for too long) | `session` | the user | |
| `sign_out` (everywhere, by a supervisor or admin) | `user` | the user | number of sessions and tokens |
| `fail` (to sign in) | `session` | the user, if any | reason, `who` (hash of the address), number of omitted lines |
| `turn_on`, `turn_off` | `second_factor` | the user | |
| `add`, `remove` | `passkey` | the user or account | |
| `renew`, `use` | `recovery_codes` | the user | number of codes left |
| `create` | `token` | the user | label, scopes, days |
| `revoke` | `token` | the user | label, number of tokens |
| `link`, `unlink` (single sign-on) | `user` | the user | issuer, `by` (a session or an invitation) |
| `link` (single sign-on) | `account` | the account | issuer |
| `invite`, `withdraw` (to single sign-on, or to choose a password) | `user` | the user | issuer, days |
| `join` (with an invitation) | `user` | the user | |
| `export` | `audit`, `tickets` | | the filters |
| `export` | `desk` | | whether with the contents of files and mails |
| `add`, `change`, `remove` | `ticket_field` | the key | the kind, or the names of what changed |
| `merge`, `unmerge` | `ticket` | the ticket | the target (`into`) |
| `change` (many at once) | `tickets` | | number of tickets, names of the fields |
| `undo` | `audit` | the id of the line | verb, thing and thing_id of the line |
| `add`, `change`, `cancel` | `live_session` | the session | its start and places, after and before the change |
| `attend` | `live_session` | the session | number of changed registrations |
| `import` | `articles`, `learning`, `tickets` | | the numbers of articles or things by what became of them |
| `add`, `rotate`, `enable`, `remove` (on the command line) | `webhook` | the account team | |
| `add`, `remove`, `rotate`, `test` | `webhook` | the webhook | host, events, `enabled`, `include_texts` |
| `change` | `webhook` | the webhook | the changed values, after and before the change |
| `replay` | `webhook` | the webhook | number of messages |
| `assist` | `ticket`, `chat` | the ticket or chat | what was asked, the host, number of characters that were sent |
| `add`, `remove` | `rule` | the rule | its name and event, the kinds of its actions |
| `change` | `rule` | the rule | its name, the changed values, after and before the change |
| `try` | `rule` | | its event, the names of its conditions |
| `order` | `rule` | | the names of all rules |
| `fail` (the first time for a reason) | `rule` | the rule | its name, the event, the ticket, the reason |
| `add`, `remove` | `sla_policy` | the policy | its values |
| `change` | `sla_policy` | the policy | its name, the changed values, after and before the change |
| `order` | `sla_policy` | | the names of all policies |
| `revoke` | `reply_address` | the ticket | number of addresses |
| `accept`, `trust`, `delete` | `mail` | the suspended mail | the sender, the ticket |
| `add`, `set_password`, `sign_out` (everywhere else) | `account` | the account | number of sessions |
| `confirm` (the address of the requester) | `ticket` | the ticket | `by`, if it was confirmed by mail |
| `disown` | `ticket` | the ticket | the browser to which it belongs again |
| `mail_transcript` | `ticket` | the ticket | whether the letter has the conversation |
| `acknowledge` | `handover` | the hand-over | ticket; `by` and the address of the letter, if its link was used |
| `restore` | `desk` | | time of the backup |
| `add`, `change`, `remove` | `team` | the team | the changed values, before and after |
| `change` | `product` | the product | its name and teams, before and after |
| `change` | `hours` | the schedule or team, if there is one | the changes, and those that take them back |
| `add` | `client` | the client | domains, vip |
| `change` | `client` | the client | the changed values, after and before the change |
| `change` | `widget_settings` | | the changed values, after and before the change |
| `add`, `remove`, `restore`, `test` | `alarm_destination` | the destination | name; service, team and kinds if new |
| `change` | `alarm_destination` | the destination | name, and each changed value from, to |
| `add`, `change`, `remove` | `canned_reply` | the reply | shortcut, scope and team; the names of the changed fields |
| `coordinate` | `client` | the client | whether the customer is a coordinator, after and before |
| `watch` | `chat` | the chat | its team |
| `take` (over, from another agent) | `chat` | the chat | its team and agent before |
| `message.redact` | `chat`, `ticket` | the chat or ticket | number of the text, reason |
| `reassign` | `chat` | the chat | its team, the agents before and after, the new team |
| `close` (by a supervisor) | `chat` | the chat | its team and agent |
| `set_away` (by a supervisor) | `user` | the agent | |
| `change_today` | `user` | the agent | capacity and teams, after and before the change |
| `end_today` | `user` | the agent | capacity and teams, as they were for today |
| `have`, `give_back`, `mute` | `alarm` | | kind, team and chat of the alarm, minutes of the mute |
| `review` (also again), `withdraw` | `ticket`, `review` | the ticket | verdict, chat, the codes before and after |
| `agree` (on one of two judgements) | `review` | the ticket | chat, the codes of the ticket before and after |
| `change` | `review_settings` | | the changed fields |
| `add`, `change` | `component` | the component | its name, product and state |
| `open`, `update`, `change` | `incident` | the incident | its step and components, or the changed fields |
| `run` | `incident` | the incident | the run over its tickets, its state and code |
| `plan`, `change` | `maintenance` | the maintenance | its times and components |
| `block` | `customer`, `network` | the account, visitor or network | chat, hours, reason |
| `block`, `unblock` | `sender` (of mail) | the block | hours, reason |
| `merge`, `unmerge` | `customer` | the account or visitor | the id of the customer into whom they were merged |
| `change` | `customer` | the visitor | the changed fields, number of tickets |
| `erase` | `person` | the erasure | number of chats and tickets, ids of the person |
| `export` | `person` | an id of the person | number of chats and tickets |
| `change` | `retention` | | the days of each kind, after and before the change |
| `empty` (at the end of the retention) | `tickets`, `records` | | kind, number of tickets or records, days |
| `unblock` | `customer`, `network` | the account, visitor or network | chat |

Other packages add lines of their own, through `People.record`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A line about one action. `actor` is None for a failed sign-in, and for the system, which includes the command
    line.

    `detail` never contains secrets or user content.
    """

    at: int
    actor_kind: str
    actor: str | None
    verb: str
    thing: str
    thing_id: str | None
    detail: Mapping[str, object]
    network: str | None = None
    """The network of the request; None for the system, and if unknown."""


def line(
    actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
) -> AuditLine:
    return AuditLine(
        at=now,
        actor_kind=actor.kind,
        actor=actor.id or None,
        verb=verb,
        thing=thing,
        thing_id=thing_id,
        detail=detail,
        network=actor.network,
    )


def removed_passkeys(count: int) -> Mapping[str, object]:
    """The detail of a line about an action that also removed passkeys."""
    return {"passkeys": count} if count else {}
