"""The lines of the audit log in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from identity.audit import AuditLine

_SAID: Mapping[tuple[str, str], tuple[str, str]] = {
    ("add", "user"): ("user-plus", "added {}"),
    ("set_role", "user"): ("pencil", "changed roles and teams of {}"),
    ("change", "user"): ("pencil", "changed chats at once of {}"),
    ("set_languages", "user"): ("pencil", "changed the languages of {}"),
    ("disable", "user"): ("user-x", "disabled {}"),
    ("enable", "user"): ("user", "enabled {}"),
    ("invite", "user"): ("mail", "invited {}"),
    ("withdraw", "user"): ("mail", "revoked the invitation of {}"),
    ("join", "user"): ("user-plus", "accepted the invitation"),
    ("set_password", "user"): ("key-round", "set a password for {}"),
    ("sign_out", "user"): ("log-out", "signed out {} everywhere"),
    ("set_away", "user"): ("coffee", "set {} to away"),
    ("link", "user"): ("log-out", "linked single sign-on of {}"),
    ("unlink", "user"): ("log-out", "unlinked single sign-on of {}"),
    ("sign_in", "session"): ("log-out", "signed in"),
    ("fail", "session"): ("shield-alert", "failed to sign in as {}"),
    ("sign_out", "session"): ("log-out", "signed out {} on another device"),
    ("expire", "session"): ("hourglass", "ended an unused session of {}"),
    ("turn_on", "second_factor"): ("shield-check", "turned on one-time codes of {}"),
    ("turn_off", "second_factor"): ("shield-alert", "turned off one-time codes of {}"),
    ("add", "passkey"): ("key-round", "added a passkey for {}"),
    ("remove", "passkey"): ("key-round", "removed a passkey of {}"),
    ("renew", "recovery_codes"): ("key-round", "made new recovery codes for {}"),
    ("use", "recovery_codes"): ("key-round", "used a recovery code of {}"),
    ("create", "token"): ("key-round", "made an API token for {}"),
    ("revoke", "token"): ("key-round", "revoked API tokens of {}"),
    ("add", "client"): ("building-2", "added the client {}"),
    ("change", "client"): ("building-2", "changed the client {}"),
    ("coordinate", "client"): ("users", "changed a coordinator of {}"),
    ("add", "team"): ("boxes", "added the team {}"),
    ("change", "team"): ("boxes", "changed the team {}"),
    ("change", "product"): ("boxes", "changed the product {}"),
    ("change", "hours"): ("calendar-clock", "changed the hours of {}"),
    ("change", "widget_settings"): ("message-circle", "changed the settings of the widget"),
    ("add", "alarm_destination"): ("alarm-clock", "added a destination of alarms"),
    ("remove", "alarm_destination"): ("alarm-clock", "removed a destination of alarms"),
    ("restore", "alarm_destination"): ("alarm-clock", "added a removed destination of alarms again"),
    ("test", "alarm_destination"): ("alarm-clock", "tested a destination of alarms"),
    ("change_today", "user"): ("pencil", "changed today’s capacity and teams of {}"),
    ("add", "account"): ("user-plus", "added an account of a customer"),
    ("set_password", "account"): ("key-round", "set a password of a customer"),
    ("sign_out", "account"): ("log-out", "signed out a customer everywhere"),
    ("change", "customer"): ("pencil", "corrected a customer’s name or address"),
    ("merge", "customer"): ("users", "merged two entries of a customer"),
    ("unmerge", "customer"): ("users", "took a merge of a customer back"),
    ("block", "customer"): ("shield-alert", "blocked a customer"),
    ("unblock", "customer"): ("shield-check", "ended the block of a customer"),
    ("block", "network"): ("shield-alert", "blocked the network {}"),
    ("unblock", "network"): ("shield-check", "ended the block of the network {}"),
    ("link", "account"): ("key-round", "linked an account of a customer to single sign-on"),
    ("import", "articles"): ("file-text", "imported articles"),
    ("import", "learning"): ("file-text", "imported the learning center"),
    ("add", "webhook"): ("boxes", "added the webhook of an account team"),
    ("rotate", "webhook"): ("key-round", "replaced the secret of the webhook of an account team"),
    ("enable", "webhook"): ("boxes", "turned the webhook of an account team on"),
    ("remove", "webhook"): ("boxes", "removed the webhook of an account team"),
    ("revoke", "reply_address"): ("mail", "revoked the reply addresses of the ticket {}"),
    ("accept", "mail"): ("mail", "accepted a suspended mail"),
    ("trust", "mail"): ("mail", "accepted a suspended mail and trusted its sender"),
    ("watch", "chat"): ("ear", "watched a chat"),
    ("take", "chat"): ("arrow-right-left", "took over a chat"),
    ("reassign", "chat"): ("arrow-right-left", "reassigned a chat"),
    ("close", "chat"): ("ticket", "closed a chat of an agent"),
    ("have", "alarm"): ("alarm-clock", "took an alarm"),
    ("give_back", "alarm"): ("alarm-clock", "gave an alarm back"),
    ("mute", "alarm"): ("alarm-clock", "muted an alarm"),
    ("review", "ticket"): ("clipboard-check", "reviewed the ticket {}"),
    ("review", "review"): ("clipboard-check", "reviewed the ticket {}"),
    ("withdraw", "review"): ("clipboard-check", "withdrew the review of the ticket {}"),
    ("withdraw", "ticket"): ("clipboard-check", "withdrew the review of the ticket {}"),
    ("agree", "review"): ("clipboard-check", "agreed on one of two reviews of the ticket {}"),
    ("change", "review_settings"): ("clipboard-check", "changed the settings of reviews"),
    ("confirm", "ticket"): ("ticket", "confirmed the address of the ticket {}"),
    ("disown", "ticket"): ("ticket", "took the ticket {} from an account"),
    ("mail_transcript", "ticket"): ("mail", "mailed the transcript of the ticket {}"),
    ("acknowledge", "handover"): ("arrow-right-left", "acknowledged a hand-over"),
    ("delete", "mail"): ("mail", "deleted a suspended mail"),
    ("export", "tickets"): ("download", "exported tickets"),
    ("export", "audit"): ("download", "exported the audit log"),
    ("add", "component"): ("server", "added the component {}"),
    ("change", "component"): ("server", "changed the component {}"),
    ("open", "incident"): ("gauge", "opened the incident {}"),
    ("update", "incident"): ("gauge", "posted an update of the incident {}"),
    ("change", "incident"): ("gauge", "changed the incident {}"),
    ("run", "incident"): ("gauge", "moved the tickets of the incident {}"),
    ("plan", "maintenance"): ("calendar-clock", "planned the maintenance {}"),
    ("change", "maintenance"): ("calendar-clock", "changed the maintenance {}"),
    ("add", "live_session"): ("calendar-clock", "planned the live session {}"),
    ("change", "live_session"): ("calendar-clock", "changed the live session {}"),
    ("cancel", "live_session"): ("calendar-clock", "cancelled the live session {}"),
    ("attend", "live_session"): ("users", "marked who came to the live session {}"),
    ("restore", "desk"): ("database", "restored a backup"),
}
KINDS: Mapping[str, str] = {
    "sign_in:session": "sign-ins",
    "fail:session": "failed sign-ins",
    "set_role:user": "changes of roles and teams",
    "change:user": "changes of capacity",
    "disable:user": "disabled people",
    "invite:user": "invitations",
    "create:token": "API tokens",
    "change:client": "changes of clients",
    "add:team": "new teams",
    "change:team": "changes of teams",
    "change:product": "changes of products",
    "change:hours": "changes of hours",
    "change:widget_settings": "changes of the widget",
    "watch:chat": "watched chats",
    "export:tickets": "exports of tickets",
    "export:audit": "exports of the audit log",
}
"""Kinds of lines to choose from, as `verb:thing`."""
_REVERSIBLE = frozenset(
    {
        ("set_role", "user"),
        ("change", "user"),
        ("disable", "user"),
        ("enable", "user"),
        ("change", "client"),
        ("change", "hours"),
        ("change", "team"),
        ("change", "product"),
        ("change", "widget_settings"),
        ("remove", "alarm_destination"),
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """A line in words. `changes` has the values before and after. `further` has everything else that the line says."""

    icon: str
    text: str
    changes: list[tuple[str, str]]
    further: str
    reversible: bool


def said_of(line: AuditLine, names: Mapping[str, str]) -> Said:
    icon, text = _SAID.get((line.verb, line.thing), ("scroll-text", f"{line.verb} {line.thing} {{}}".replace("_", " ")))
    about = names.get(line.thing_id or "") or _short(line.thing_id)
    detail = dict(line.detail)
    changes = []
    for name in [one for one in detail if one.startswith("was_")]:
        before, after = detail.pop(name), detail.pop(name.removeprefix("was_"), None)
        if before != after:
            changes.append((_written(before), _written(after)))
    was, became = detail.get("from"), detail.get("to")
    if isinstance(became, dict):
        before_it = was if isinstance(was, dict) else {}
        changes += [
            (_written(before_it.get(name)), _written(value))
            for name, value in became.items()
            if before_it.get(name) != value
        ]
        detail = {name: value for name, value in detail.items() if name not in ("from", "to")}
    further = ", ".join(f"{name.replace('_', ' ')} {_written(value)}" for name, value in detail.items())
    if line.verb == "set_role":
        further = ""
    # A change of the hours file that has no earlier state can't be undone, such as an added schedule.
    reversible = (line.verb, line.thing) in _REVERSIBLE and line.detail.get("from", True) is not None
    return Said(icon, text.format(about).strip(), changes, further, reversible)


def _written(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _short(id_: str | None) -> str:
    return f"{id_[:8]}…" if id_ is not None and len(id_) > 12 else id_ or ""
