"""The `switchboard` command line. Each group of commands has a module. `inputs` has the common parts."""

from __future__ import annotations

import typer

from server.cli.alarms import alarms
from server.cli.articles import articles
from server.cli.audit import audit
from server.cli.backup import backup, restore
from server.cli.bans import ban
from server.cli.clients import client
from server.cli.doctor import doctor
from server.cli.exporting import export
from server.cli.hours import hours
from server.cli.invitations import invitation
from server.cli.learning import learning
from server.cli.mail import mail
from server.cli.people import user
from server.cli.personal_data import people
from server.cli.reports import reports
from server.cli.serving import demo, migrate, serve
from server.cli.simulate import simulate
from server.cli.tickets import tickets
from server.cli.tokens import token
from server.cli.webhooks import webhook

app = typer.Typer(
    name="switchboard", help="Live chat that always ends in a ticket.", no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip
for command in (serve, demo, migrate, hours, simulate, doctor, backup, restore, export, audit):
    app.command()(command)
app.add_typer(user, name="user")
app.add_typer(people, name="people")
app.add_typer(token, name="token")
app.add_typer(invitation, name="invitation")
app.add_typer(client, name="client")
app.add_typer(ban, name="ban")
app.add_typer(tickets, name="tickets")
app.add_typer(articles, name="articles")
app.add_typer(learning, name="learning")
app.add_typer(mail, name="mail")
app.add_typer(reports, name="reports")
app.add_typer(webhook, name="webhook")
app.add_typer(alarms, name="alarms")


def main() -> None:
    app()
