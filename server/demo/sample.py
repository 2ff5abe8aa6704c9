"""The demo's people, chats and tickets. All of it is invented: no real person or company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from identity.actor import Role
from mail.letter import Kind

PASSWORD = "open all hours"  # noqa: S105  public: the demo prints it, and only serves this machine

HOURS = """\
# The demo is always open. Written at each start.
timezone: America/New_York
default_team: tech
schedules:
  always:
    mon: ["00:00-24:00"]
    tue: ["00:00-24:00"]
    wed: ["00:00-24:00"]
    thu: ["00:00-24:00"]
    fri: ["00:00-24:00"]
    sat: ["00:00-24:00"]
    sun: ["00:00-24:00"]
  # The hours in which mail is answered.
  mail:
    mon: ["09:00-17:00"]
    tue: ["09:00-17:00"]
    wed: ["09:00-17:00"]
    thu: ["09:00-17:00"]
    fri: ["09:00-17:00"]
    holidays: {country: US}
    except:
      - {date: 2026-12-24, spans: ["09:00-13:00"], name: Christmas Eve}
      - {from: 2026-12-28, to: 2026-12-31, closed: true, name: Year-end closure}
# Longer limits than usual: a visitor who signs in as somebody else for some minutes finds the sample chats again.
defaults: {typing_preview: true, agent_grace_s: 600, agent_idle_s: 86400}
teams:
  media:
    {name: Media, topic: Orders and estimates, topics: {fr: Commandes et estimations, es: Pedidos y estimaciones},
     schedule: always, email: media@support.example, wrap_up_s: 45}
  prod:
    {name: Prod, topic: Traffic and production, topics: {fr: Trafic et production, es: Tráfico y producción},
     schedule: always, email: prod@support.example}
  tech:
    {name: Tech, topic: Signing in and errors, topics: {fr: Connexion et erreurs, es: Acceso y errores},
     schedule: always, email: tech@support.example}
  finance:
    {name: Finance, topic: Invoices and payments, topics: {fr: Factures et paiements, es: Facturas y pagos},
     schedule: always, email: finance@support.example, email_hours: mail}
  # Its chats are offered: an agent accepts or passes.
  canadian-spot:
    {name: Canadian Spot, schedule: always, email: canadian-spot@support.example, assign: offer, offer_s: 45}
"""


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A member of staff. The first name is part of the email address."""

    first_name: str
    name: str
    role: Role
    teams: tuple[str, ...] = ()
    status: Literal["available", "away"] = "available"
    reason: str | None = None
    capacity: int = 5
    languages: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@support.example"


PEOPLE = (
    SamplePerson("Priya", "Priya Raman", "agent", ("media", "prod", "canadian-spot"), capacity=7, languages=("fr",)),
    SamplePerson("Mateo", "Mateo Álvarez", "agent", ("prod", "media"), languages=("es",)),
    SamplePerson("Hannah", "Hannah Bergström-Oyelaran", "agent", ("media",), languages=("fr", "sv")),
    SamplePerson("Jonas", "Jonas Lindqvist", "agent", ("tech",)),
    SamplePerson("Wei-Ling", "Wei-Ling Tan", "agent", ("tech", "media")),
    SamplePerson("Deshawn", "Deshawn Whitfield", "agent", ("finance",)),
    SamplePerson("Abimbola", "Abimbola Nwachukwu-Reyes", "agent", ("finance",), "away", "training"),
    SamplePerson("Chloe", "Chloé Fontaine", "agent", ("canadian-spot",), languages=("fr",)),
    SamplePerson("Ines", "Ines Moreau", "supervisor", (), "away"),
    SamplePerson("Rafael", "Rafael Osei", "supervisor", (), "away"),
    SamplePerson("Nadia", "Nadia Haddad", "author"),
    SamplePerson("Clara", "Clara Whitcombe", "auditor"),
    SamplePerson("Tobias", "Tobias Kessler", "admin"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A message, and the number of seconds between the previous message and this one."""

    by: Literal["customer", "agent", "note"]
    text: str
    after_s: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleChat:
    """A closed chat. If `agent` is None, nobody answered. `status` is the ticket status that the agent chose. It is
    None if the customer ended the chat."""

    minutes_ago: int
    team: str
    product: str
    subject: str | None = None
    name: str | None
    email: str | None
    verified: bool = False
    """True if a host site signed the customer's identity."""
    locale: str = "en-US"
    timezone: str = "America/Chicago"
    waited_s: int = 25
    agent: str | None = None
    lines: tuple[Line, ...]
    status: str | None = None
    resolution: str | None = None
    workaround: str | None = None
    with_: str | None = None
    visitor: str | None = None
    """The visitor's id. Only set if a link of the demo opens the customer's page with their conversations."""
    replied: str | None = None
    """The agent's reply to the ticket, an hour after the chat. The customer has not read this reply."""
    came_back: str | None = None
    """The reason for which a mail server returned the letter with `replied`. None if the letter was not returned."""
    letters: tuple[Kind, ...] = ()
    """The kinds of letters that were sent when the chat was closed."""
    blocked: str | None = None
    """The reason why the supervisor blocked the customer and their network for a week. None if there is no block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """A ticket that did not come from a chat."""

    minutes_ago: int
    channel: Literal["form", "email"]
    team: str
    product: str
    subject: str
    name: str
    email: str
    text: str
    verified: bool = False
    doubtful: bool = False
    """True if a mail answers the letter about this ticket, but nothing proves who sent the mail."""


HOUR, DAY = 60, 24 * 60
CUSTOMER, CUSTOMERS_ADDRESS = "Rajesh Subramanian", "r.subramanian@northlake.example"
"""A customer who can sign in. He sent some of the requests before he had an account."""

RETURNING = "0190a5b0-0000-7000-8000-00000000115e"
"""The visitor who comes back to the customers' page and finds their own conversations there."""

CHATS = (
    SampleChat(
        minutes_ago=9 * DAY + HOUR, team="media", product="Spectra OX", subject="Rate card of 2026 in my estimates",
        name="Lise Fontaine-Roy", email="lise.fontaine-roy@northlake.example", visitor=RETURNING, agent="Hannah",
        lines=(
            Line("customer", "My estimates still show the rate card of 2025. Where do I switch?"),
            Line("agent", "Hi Lise, Hannah here. It's one switch for your office, and I've just turned it on."),
            Line("customer", "I see it. Thank you, that was quick!"),
        ),
        status="solved", resolution="set_up",
    ),
    SampleChat(
        minutes_ago=3 * DAY + 4 * HOUR, team="prod", product="Spectra DS",
        subject="Estimate 39877 missing after the upgrade",
        name="Lise Fontaine-Roy", email="lise.fontaine-roy@northlake.example", visitor=RETURNING, agent="Mateo",
        lines=(
            Line("customer", "Estimate 39877 is gone from my list since the upgrade."),
            Line("agent", "Hi Lise, Mateo here. It's safe: only the list leaves it out. We look for the cause."),
            Line("agent", "Until the fix, open it from the order itself.", 300),
            Line("customer", "That works, thanks."),
        ),
        status="fixed_pending_rca", resolution="code_fix",
        workaround="Open the estimate from its order. Only the list of estimates leaves it out.",
    ),
    SampleChat(
        minutes_ago=20 * HOUR, team="media", product="Spectra OX", subject="I can’t approve SO-448231",
        name="Lise Fontaine-Roy", email="lise.fontaine-roy@northlake.example", visitor=RETURNING, agent="Priya",
        lines=(
            Line("customer", "SO-448231 can’t be approved. I'm second approver and my button stays grey."),
            Line("agent", "Hi Lise, Priya here. Your group was moved in the update. I'll check where it went.", 60),
            Line("customer", "I have to leave now. I'm back tomorrow morning.", 90),
        ),
        status="awaiting_reply",
        replied="I’ve moved you to the new group. Please sign in again and tell me whether you can approve it.",
    ),
    SampleChat(
        minutes_ago=8 * DAY + 2 * HOUR, team="media", product="Spectra DS", subject="Second approver for Milwaukee",
        name="Rajesh Subramanian", email="r.subramanian@northlake.example", verified=True, agent="Priya",
        lines=(
            Line("customer", "Could you add Danielle as second approver for the Milwaukee estimates?"),
            Line("agent", "Hi Rajesh, Priya here. Done: she can approve from now on."),
            Line("customer", "That was quick, thank you."),
        ),
        status="solved", resolution="set_up",
    ),
    SampleChat(
        minutes_ago=6 * DAY + 3 * HOUR, team="tech", product="Other", subject="Slow exports over the office VPN",
        name="Omar El-Sayed", email="omar.elsayed@kestrelvane.example", timezone="Europe/London", agent="Jonas",
        lines=(
            Line("customer", "Exports take ten minutes since Monday. Only in the office, at home they are quick."),
            Line("agent", "Hi Omar, Jonas here. The same export, the same account?"),
            Line("customer", "Yes. 40 MB, takes a second at home."),
            Line("agent", "Then it is on the way to you. Could your network people look at the VPN's limit for "
                          "large downloads? Our side sends at full speed, I've just checked."),
            Line("customer", "They found it: the VPN was capped at 500 kbit/s. Thanks!", 1_500),
            Line("agent", "Glad that it's found. I'll close this as something on your network's side."),
        ),
        status="solved", resolution="redirected_internal",
    ),
    SampleChat(
        minutes_ago=4 * DAY + 6 * HOUR, team="media", product="Lumina", subject="New market in the planning view",
        name="Sofía Castañeda Villarreal", email="sofia.castaneda@grupomeridiano.example", verified=True,
        locale="es-MX", timezone="America/Mexico_City", waited_s=70, agent="Mateo",
        lines=(
            Line("customer", "Hola, necesitamos Monterrey como mercado en la vista de planificación."),
            Line("agent", "Hola Sofía, soy Mateo. ¿Solo Monterrey, o también los mercados vecinos?"),
            Line("customer", "Solo Monterrey, por favor 🙏"),
            Line("note", "Go-live was in March, so this is a configuration request."),
            Line("agent", "Listo, ya aparece. Recargue la vista y debería verlo.", 420),
            Line("customer", "¡Perfecto, muchas gracias!"),
        ),
        status="solved", resolution="configuration_request",
    ),
    SampleChat(
        minutes_ago=2 * DAY + 7 * HOUR, team="prod", product="Spectra DS",
        subject="Totals differ between the screen and the PDF",
        name="田中 美咲 (Misaki Tanaka)", email="misaki.tanaka@hoshino.example", verified=True, locale="ja-JP",
        timezone="Asia/Tokyo", waited_s=140, agent="Mateo",
        lines=(
            Line("customer", "The estimate shows 98,400.00 on the screen, but the PDF says 98,399.99."),
            Line("agent", "Thank you Misaki, that should never differ. Which estimate is it?"),
            Line("customer", "40112. It happens with every line that has three decimals."),
            Line("note", "Reproduced. Rounding per line in the PDF, over the sum on the screen. With development."),
            Line("agent", "I can see it too, and development is on it. Until it is mended, the export as a "
                          "spreadsheet has the right total.", 900),
            Line("customer", "Understood, I will use the spreadsheet."),
        ),
        status="fixed_pending_rca", resolution="code_fix",
        workaround="Export the estimate as a spreadsheet: its total is right. The PDF rounds each line.",
    ),
    SampleChat(
        minutes_ago=DAY + 7 * HOUR, team="finance", product="Spectra OX", subject="Invoice without our PO number",
        name="Bartholomew Featherstonehaugh", email="b.featherstonehaugh@blueharbor.example",
        timezone="America/New_York", agent="Deshawn",
        lines=(
            Line("customer", "Our October invoice is missing the PO number, accounting sent it back."),
            Line("agent", "Sorry about that. Which number should it show?"),
            Line("customer", "I have to ask them, they only told me it is missing."),
            Line("agent", "No hurry: answer here with the number when you have it, and I'll reissue the invoice."),
        ),
        status="awaiting_reply",
        replied="The corrected invoice is ready. Does PO 88-1204 belong on it, or on the one of November?",
        came_back="550 5.1.1 The email account does not exist",
    ),
    SampleChat(
        minutes_ago=DAY + 2 * HOUR, team="canadian-spot", product="Spectra OX",
        subject="Dates de diffusion du fichier CFILE", name="Marie-Ève Tremblay-Desrosiers",
        email="marie-eve.tremblay@agenceboreale.example", locale="fr-CA", timezone="America/Toronto", agent="Chloe",
        lines=(
            Line("customer", "Bonjour, le fichier CFILE de ce matin n’est pas arrivé."),
            Line("agent", "Bonjour Marie-Ève, ici Chloé. Je regarde tout de suite."),
            Line("agent", "Il est parti vers l’ancienne adresse. Je l’ai renvoyé à la nouvelle.", 300),
            Line("customer", "Reçu, merci beaucoup !"),
        ),
        status="solved", resolution="set_up",
    ),
    SampleChat(
        minutes_ago=10 * HOUR, team="media", product="Spectra OX", subject=None, name=None, email=None,
        timezone="America/Los_Angeles", waited_s=260,
        lines=(Line("customer", "do you support SSO with Okta"),),
    ),
    SampleChat(
        minutes_ago=7 * HOUR, team="prod", product="Other", subject=None, name="Kevin M.", email=None,
        timezone="America/Chicago", agent="Mateo",
        lines=(
            Line("customer", "BUY FOLLOWERS CHEAP!!! best price, answer me"),
            Line("agent", "Hi Kevin, Mateo here. We help with Spectra and Lumina. Is there anything about these?"),
            Line("customer", "BUY FOLLOWERS CHEAP!!! you are all useless", 20),
        ),
        status="solved", resolution="void", blocked="Advertising, for the third time today",
    ),
    SampleChat(
        minutes_ago=14, team="media", product="Spectra OX", subject="Estimate 40031 is locked",
        name="Kwabena Asante-Boateng", email="k.asante@kestrelvane.example", agent="Priya", timezone="Europe/London",
        lines=(
            Line("customer", "Estimate 40031 says that it is locked by somebody else."),
            Line("agent", "Hi Kwabena, Priya here. The lock was left over from the upgrade; I have removed it."),
            Line("customer", "I can edit it again, thank you. Bye!"),
        ),
    ),
    SampleChat(
        minutes_ago=5 * HOUR, team="tech", product="Lumina", subject=None, name="Anneke de Vries",
        email="anneke.devries@maisonlavoie.example", timezone="Europe/Amsterdam", agent="Wei-Ling",
        lines=(
            Line("customer", "The learning page asks me to sign in again and again.\nFirefox, version 132."),
            Line("agent", "Hi Anneke, Wei-Ling here. Does it help to allow cookies for the page?"),
            Line("customer", "Have to run into a meeting, I'll try later", 95),
        ),
    ),
    SampleChat(
        minutes_ago=2 * HOUR, team="media", product="Spectra OX",
        subject="SO-448210 won’t take new flight dates (ERR_FLIGHT_OVERLAP)", name="Danielle Okonkwo-Hartley",
        email="danielle.okonkwo-hartley@northlake.example", verified=True, waited_s=160, agent="Priya",
        lines=(
            Line("customer", "Hi, order SO-448210 won’t take the new flight dates. "
                             "I get ERR_FLIGHT_OVERLAP each time 😕"),
            Line("agent", "Hi Danielle, Priya here. I see the overlap on line 3.", 52),
            Line("note", "Line 3 overlaps estimate 40112 by one day (Nov 29). They can’t edit it once approved, so it "
                         "needs patching on our side."),
            Line("agent", "I’d move line 3 to start on Nov 30. Does that match your plan?"),
            Line("customer", "Yes, that’s right! The Montréal client also wrote: « Les dates de diffusion doivent être "
                             "confirmées avant vendredi 17 h »", 110),
            Line("agent", "Patched ✅ Line 3 now runs Nov 30 to Dec 14. Friday 17:00 is fine, "
                          "I’ve confirmed the dates.", 245),
            Line("customer", "perfect, thank you"),
        ),
        status="solved", resolution="action_needed", letters=("solved", "transcript"),
    ),
    SampleChat(
        minutes_ago=50, team="finance", product="Lumina", subject="Invoices grouped by campaign",
        name="Gregory Adeyemi-Walsh", email="g.adeyemi-walsh@northlake.example", verified=True, agent="Deshawn",
        lines=(
            Line("customer", "Can the invoice list be grouped by campaign? We have ninety lines a month."),
            Line("agent", "Hi Gregory, Deshawn here. It sorts by campaign, but it can’t group yet."),
            Line("customer", "Then I’d like to ask for it. We add the sums by hand today."),
            Line("agent", "I hand it over to your account team. They tell you what becomes of it.", 90),
        ),
        status="solved", resolution="enhancement_required", letters=("handover_notice", "handover"),
    ),
    SampleChat(
        minutes_ago=50, team="media", product="Spectra DS", subject="Daypart missing in the spot report",
        name="Rajesh Subramanian", email="r.subramanian@northlake.example", agent="Hannah",
        lines=(
            Line("customer", "The early-fringe daypart is gone from the spot report since last night."),
            Line("agent", "Hi Rajesh, thank you for telling us. I can see that it is missing for two markets."),
            Line("agent", "I’ve handed it to product with your report attached. "
                          "This stays open until they answer.", 400),
            Line("customer", "Great, please keep me posted."),
        ),
        status="open", with_="product",
    ),
)  # fmt: skip

REQUESTS = (
    SampleRequest(
        minutes_ago=3 * DAY, channel="form", team="finance", product="Other",
        subject="Please add our new cost centre to the invoices", name="Yuki Haraldsen",
        email="yuki.haraldsen@hoshino.example", doubtful=True,
        text="From December on, invoices go to cost centre 4410. Can you add it to the address block?",
    ),
    SampleRequest(
        minutes_ago=95, channel="form", team="prod", product="Spectra DS",
        subject="Seats for the December training on estimates", name="Ana-Lucía Ferreira",
        email="analucia.ferreira@grupomeridiano.example", verified=True,
        text="Six of us would like to join the training on the 9th. Are there seats left, and is it recorded?",
    ),
    SampleRequest(
        minutes_ago=25, channel="form", team="media", product="Lumina",
        subject="One market is missing in the new plan", name="Valentina Robles Ibarra",
        email="valentina.robles@grupomeridiano.example", verified=True,
        text="We can plan every market but one, which is not in the list. Could you add it before Thursday?",
    ),
)  # fmt: skip
