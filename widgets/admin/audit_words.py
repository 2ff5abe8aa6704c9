"""The lines of the audit log in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from identity.audit import AuditLine
from widgets.admin.audit_changes import Changed, Values

_SAID: Mapping[tuple[str, str], tuple[str, str]] = {
    ("add", "user"): ("user-plus", "added {}"),
    ("set_role", "user"): ("pencil", "changed roles and teams of {}"),
    ("rename", "user"): ("pencil", "changed the name or address of {}"),
    ("remove", "user"): ("user-x", "removed {} at the identity provider"),
    ("provision", "user"): ("pencil", "changed how the identity provider names {}"),
    ("provision", "team"): ("boxes", "changed how the identity provider names the team {}"),
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
    ("remove", "team"): ("boxes", "removed the team {}"),
    ("change", "product"): ("boxes", "changed the product {}"),
    ("change", "hours"): ("calendar-clock", "changed the hours of {}"),
    ("change", "widget_settings"): ("message-circle", "changed the settings of the widget"),
    ("add", "alarm_destination"): ("alarm-clock", "added a destination of alarms"),
    ("change", "alarm_destination"): ("alarm-clock", "changed a destination of alarms"),
    ("remove", "alarm_destination"): ("alarm-clock", "removed a destination of alarms"),
    ("restore", "alarm_destination"): ("alarm-clock", "added a removed destination of alarms again"),
    ("test", "alarm_destination"): ("alarm-clock", "tested a destination of alarms"),
    ("merge", "ticket"): ("list", "merged ticket {} into another one"),
    ("unmerge", "ticket"): ("list", "undid the merge of ticket {}"),
    ("remove", "customer_note"): ("pencil", "removed a note about a customer"),
    ("follow", "ticket"): ("bell", "had a member of staff follow ticket {}"),
    ("unfollow", "ticket"): ("bell", "ended a follow of ticket {}"),
    ("change", "tickets"): ("list", "changed several tickets at once"),
    ("add", "ticket_field"): ("list", "added the ticket field {}"),
    ("change", "ticket_field"): ("list", "changed the ticket field {}"),
    ("remove", "ticket_field"): ("list", "removed the ticket field {}"),
    ("add", "ticket_view"): ("list", "saved a view of tickets for a team"),
    ("change", "ticket_view"): ("list", "changed a view of tickets of a team"),
    ("remove", "ticket_view"): ("list", "removed a view of tickets of a team"),
    ("add", "canned_reply"): ("messages-square", "added a canned reply"),
    ("change", "canned_reply"): ("messages-square", "changed a canned reply"),
    ("remove", "canned_reply"): ("messages-square", "removed a canned reply"),
    ("change_today", "user"): ("pencil", "changed today’s capacity and teams of {}"),
    ("end_today", "user"): ("pencil", "ended today’s change of {}"),
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
    ("block", "sender"): ("shield-alert", "blocked a sender of mail"),
    ("unblock", "sender"): ("shield-check", "ended the block of a sender of mail"),
    ("link", "account"): ("key-round", "linked an account of a customer to single sign-on"),
    ("import", "articles"): ("file-text", "imported articles"),
    ("export", "desk"): ("file-text", "exported everything"),
    ("import", "tickets"): ("file-text", "imported tickets"),
    ("import", "learning"): ("file-text", "imported the learning center"),
    ("add", "webhook"): ("webhook", "added a webhook"),
    ("rotate", "webhook"): ("key-round", "replaced the secret of a webhook"),
    ("enable", "webhook"): ("webhook", "enabled a webhook"),
    ("change", "webhook"): ("webhook", "changed a webhook"),
    ("test", "webhook"): ("webhook", "sent a test message to a webhook"),
    ("replay", "webhook"): ("webhook", "sent messages to a webhook again"),
    ("remove", "webhook"): ("webhook", "removed a webhook"),
    ("assist", "ticket"): ("languages", "sent texts of the ticket {} to the assistant"),
    ("assist", "chat"): ("languages", "sent texts of {} to the assistant"),
    ("add", "issue_source"): ("circle-dot", "added an issue tracker"),
    ("rotate", "issue_source"): ("key-round", "replaced the secret of an issue tracker"),
    ("remove", "issue_source"): ("circle-dot", "removed an issue tracker"),
    ("link", "ticket"): ("circle-dot", "linked ticket {} to an issue"),
    ("unlink", "ticket"): ("circle-dot", "removed a link of ticket {} to an issue"),
    ("add", "rule"): ("workflow", "added a rule"),
    ("change", "rule"): ("workflow", "changed a rule"),
    ("remove", "rule"): ("workflow", "removed a rule"),
    ("try", "rule"): ("list", "tried a rule on the last week"),
    ("order", "rule"): ("workflow", "put the rules into another order"),
    ("add", "sla_policy"): ("hourglass", "added a service level policy"),
    ("change", "sla_policy"): ("hourglass", "changed a service level policy"),
    ("remove", "sla_policy"): ("hourglass", "removed a service level policy"),
    ("order", "sla_policy"): ("hourglass", "put the service level policies into another order"),
    ("fail", "rule"): ("circle-alert", "did not run a rule"),
    ("revoke", "reply_address"): ("mail", "revoked the reply addresses of the ticket {}"),
    ("accept", "mail"): ("mail", "accepted a suspended mail"),
    ("trust", "mail"): ("mail", "accepted a suspended mail and trusted its sender"),
    ("watch", "chat"): ("ear", "watched {}"),
    ("take", "chat"): ("arrow-right-left", "took over {}"),
    ("reassign", "chat"): ("arrow-right-left", "reassigned {}"),
    ("close", "chat"): ("ticket", "closed {}"),
    ("message.redact", "chat"): ("pencil", "redacted a text of {}"),
    ("message.redact", "ticket"): ("pencil", "redacted a text of the ticket {}"),
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
    ("export", "person"): ("download", "exported the data of a customer"),
    ("erase", "person"): ("user-x", "erased a customer"),
    ("change", "retention"): ("hourglass", "changed how long the desk keeps what it stores"),
    ("empty", "records"): ("hourglass", "removed personal data whose time was over"),
    ("empty", "tickets"): ("hourglass", "removed texts or files of tickets whose time was over"),
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
    ("undo", "audit"): ("rotate-ccw", "undid: {}"),
    ("restore", "desk"): ("database", "restored a backup"),
}
_UNMUTED = ("alarm-clock", "unmuted an alarm")
_NEW_PRODUCT = ("boxes", "added the product {}")
_PAUSED = {True: ("webhook", "turned a webhook on again"), False: ("webhook", "paused a webhook")}
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
    "remove:team": "removed teams",
    "change:product": "changes of products",
    "change:hours": "changes of hours",
    "change:widget_settings": "changes of the widget",
    "undo:audit": "undone changes",
    "watch:chat": "watched chats",
    "export:tickets": "exports of tickets",
    "export:audit": "exports of the audit log",
}
"""Kinds of lines to choose from, as `verb:thing`."""
_REVERSIBLE = frozenset(
    {
        ("add", "user"),
        ("invite", "user"),
        ("add", "team"),
        ("remove", "team"),
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
        ("change", "alarm_destination"),
    }
)

_DISABLED_BY_UNDO = frozenset({("add", "user"), ("enable", "user")})
_KEPT: Mapping[tuple[str, str], str] = {
    ("withdraw", "user"): "Send another link on the person’s page.",
    ("set_password", "user"): "The earlier password is not kept.",
    ("sign_out", "user"): "Sessions that ended stay ended.",
    ("turn_off", "second_factor"): "The person sets the codes up again.",
    ("remove", "passkey"): "The person adds it again.",
    ("create", "token"): "Revoke it under API tokens.",
    ("revoke", "token"): "A revoked token stays revoked.",
    ("add", "client"): "A client is never removed.",
    ("coordinate", "client"): "Change it on the client’s page.",
    ("add", "alarm_destination"): "Remove it under Alarms.",
    ("add", "webhook"): "Remove it under Webhooks.",
    ("change", "webhook"): "Change it under Webhooks.",
    ("remove", "webhook"): "Its secret is gone. Add it again under Webhooks.",
    ("rotate", "webhook"): "The earlier secret still counts for a day.",
    ("add", "issue_source"): "Remove it under Issue trackers.",
    ("rotate", "issue_source"): "The earlier secret still counts for a day.",
    ("remove", "issue_source"): "Its secret is gone. Add it again under Issue trackers.",
    ("add", "rule"): "Remove or turn it off under Rules.",
    ("change", "rule"): "Change it under Rules.",
    ("remove", "rule"): "Add it again under Rules.",
    ("add", "sla_policy"): "Remove or turn it off under Service levels.",
    ("change", "sla_policy"): "Change it under Service levels.",
    ("remove", "sla_policy"): "Add it again under Service levels.",
    ("block", "customer"): "End the block on the floor.",
    ("block", "network"): "End the block on the floor.",
    ("block", "sender"): "End the block on the floor.",
}
"""Reasons why a change of staff has no Undo."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line in words. `changes` has the fields with their values before and after. `further` has everything else that
    the line says.

    `reversible` is true if the change can be undone. Otherwise `kept` may say why not. `disables` is true if undoing it
    disables the person whom the line is about.
    """

    icon: str
    text: str
    changes: list[Changed]
    further: str
    reversible: bool
    kept: str = ""
    disables: bool = False


def said_of(line: AuditLine, values: Values, reader: str) -> Said:
    """The line in words for the person with the id `reader`. `values` writes its values."""
    icon, text = _words_of(line)
    about = values.about(line)
    if (line.verb, line.thing) == ("undo", "audit"):
        what = str(line.detail.get("verb")), str(line.detail.get("thing"))
        undone = _SAID.get(what, ("", "a change"))[1]
        id_ = line.detail.get("thing_id")
        about = undone.format(values.about(_about(line, what, id_ if isinstance(id_, str) else None))).strip()
        return Said(icon, text.format(about), [], "", reversible=False)
    changes, further = values.changes(line)
    # A line without an earlier state can't be undone, such as one of a change of the hours file by an older version.
    reversible = (line.verb, line.thing) in _REVERSIBLE and (
        line.verb == "add" or line.detail.get("from", True) is not None
    )
    disables = reversible and (line.verb, line.thing) in _DISABLED_BY_UNDO
    kept = "" if reversible or line.actor_kind != "staff" else _KEPT.get((line.verb, line.thing), "")
    if disables and line.thing_id == reader:
        reversible, disables, kept = False, False, "Undoing it would disable you. Ask another admin."
    return Said(icon, text.format(about).strip(), changes, further, reversible, kept, disables)


def _words_of(line: AuditLine) -> tuple[str, str]:
    """The icon and the words of a line. What people do with one button has words of its own."""
    detail = line.detail
    match line.verb, line.thing:
        case "mute", "alarm" if detail.get("minutes") == 0:
            return _UNMUTED
        case "change", "product":
            was = detail.get("from")
            if isinstance(was, dict) and was.get("teams") == []:
                return _NEW_PRODUCT
        case "change", "webhook":
            enabled = detail.get("enabled")
            if isinstance(enabled, list) and len(detail) == 1:
                return _PAUSED[enabled[0] is True]
    unknown = ("scroll-text", f"{line.verb} {line.thing} {{}}".replace("_", " "))
    return _SAID.get((line.verb, line.thing), unknown)


def _about(line: AuditLine, what: tuple[str, str], id_: str | None) -> AuditLine:
    return replace(line, verb=what[0], thing=what[1], thing_id=id_, detail={})
