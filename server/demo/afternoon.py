"""The demo's current chats and queue, and the next messages of their customers.

All of it is invented: no real person or company.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.demo.sample import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client: a company whose people are customers."""

    name: str
    domain: str
    vip: bool = False
    products: Sequence[str] = ()


CLIENTS = (
    Client(name="Northlake Outdoors", domain="northlake.example", products=("Spectra OX", "Spectra DS")),
    Client(name="Grupo Meridiano", domain="grupomeridiano.example", vip=True, products=("Lumina",)),
    Client(name="Hoshino Creative", domain="hoshino.example"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A scripted customer.

    The customer has written `lines` when the demo starts. Then the customer answers messages of the agent, each time
    with the next line of `then`.
    """

    team: str
    product: str
    subject: str | None = None
    name: str | None = None
    email: str | None = None
    verified: bool = False
    """True if a host site signs the customer's identity."""
    locale: str = "en-US"
    timezone: str = "America/New_York"
    page: str = "https://planner.northlake.example/orders"
    """The page on which the chat started."""
    pages: tuple[tuple[int, str], ...] = ()
    """The pages to which the customer went then, each with the seconds since the start of the chat."""
    lines: tuple[Line, ...]
    then: tuple[str, ...] = ()
    nudge: str | None = None
    """A message that the customer sends once if nobody answers for a while."""
    ends: bool = False
    """True if the customer ends the chat after their last line. The ticket then waits for a resolution code."""
    score: int | None = None
    """The customer's rating after the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A chat that an agent holds when the demo starts. The chat began `seconds_ago` seconds before the start of the
    demo."""

    agent: str
    seconds_ago: int
    waited_s: int
    script: Script


UNDER_WAY = (
    UnderWay(
        agent="Priya",
        seconds_ago=760,
        waited_s=35,
        script=Script(
            team="media",
            product="Spectra DS",
            subject="Daypart missing in the spot report",
            name="Rajesh Subramanian",
            email="r.subramanian@northlake.example",
            verified=True,
            timezone="America/Chicago",
            page="https://planner.northlake.example/orders",
            pages=(
                (55, "https://planner.northlake.example/reports"),
                (80, "https://planner.northlake.example/reports/spot"),
                (310, "https://planner.northlake.example/markets/chicago/dayparts"),
                (470, "https://planner.northlake.example/reports/spot"),
            ),
            lines=(
                Line("customer", "The early-fringe daypart is gone from the spot report since last night."),
                Line("agent", "Hi Rajesh, Priya here. Is it all markets, or only some?", 70),
                Line("customer", "Chicago and Milwaukee. The others look right.", 95),
                Line("agent", "Thank you. I can see it for both. Let me look at what changed in them.", 60),
                Line(
                    "note",
                    "Both markets got a new daypart table yesterday. Looks like early fringe was left out of it.",
                    120,
                ),
                Line("customer", "Any news? I have to send this to the client within the hour.", 230),
            ),
            then=(
                "ok, so it is only the report and not the bookings?",
                "That's a relief. I can tell them that the numbers come tomorrow then.",
                "Perfect, thanks Priya 🙏",
            ),
            nudge="Sorry to push, I have the client on the phone in ten minutes.",
            score=5,
        ),
    ),
    UnderWay(
        agent="Priya",
        seconds_ago=170,
        waited_s=45,
        script=Script(
            team="canadian-spot",
            product="Spectra OX",
            subject="Dates de diffusion refusées",
            name="Lucie Gagnon-Pelletier",
            email="lucie.gagnon@agenceboreale.example",
            locale="fr-CA",
            timezone="America/Toronto",
            page="https://planner.northlake.example/orders/SO-448231",
            lines=(
                Line(
                    "customer",
                    "Bonjour, la commande SO-448231 refuse mes dates du 5 au 26 décembre. "
                    "Elles sont pourtant confirmées par la station.",
                ),
            ),
            then=(
                "Bonjour Priya ! Oui, les trois lignes affichent la même erreur : ERR_FLIGHT_OVERLAP.",
                "C’est possible, quelqu’un a dupliqué la commande vendredi.",
                "Oui, supprimez la copie, je garde l’original.",
                "Tout est vert maintenant. Merci beaucoup, bonne fin de journée !",
            ),
            nudge="Je dois confirmer les dates à la station d’ici une heure, merci de me dire si c’est possible.",
            score=5,
        ),
    ),
    UnderWay(
        agent="Priya",
        seconds_ago=1_050,
        waited_s=20,
        script=Script(
            team="prod",
            product="Spectra OX",
            subject="Approval button greyed out",
            name="Theo Brandvold",
            email="theo.brandvold@kestrelvane.example",
            timezone="Europe/London",
            page="https://planner.northlake.example/approvals",
            lines=(
                Line("customer", "The Approve button is grey for me since the update. My colleague sees it."),
                Line(
                    "agent",
                    "Hi Theo, I'm Priya. Could you sign out and in again once? Your role was changed a while ago.",
                    80,
                ),
                Line("customer", "Same thing after signing in.", 140),
                Line("agent", "Then please tell me what stands under Profile, Roles. A screenshot is fine.", 90),
            ),
            then=(
                "It says Planner, Viewer. It used to be Planner, Approver I think.",
                "Our administrator is Moira Kestrel. Should I ask her?",
                "Great, I'll do that. Thanks for finding it so quickly.",
            ),
        ),
    ),
    # Both replies are overdue, so that the floor has alarms.
    UnderWay(
        agent="Hannah",
        seconds_ago=720,
        waited_s=30,
        script=Script(
            team="media",
            product="Lumina",
            subject="Markets missing in the shared plan",
            name="Noor van der Velde",
            email="noor.vandervelde@kestrelvane.example",
            timezone="Europe/Amsterdam",
            page="https://planner.northlake.example/plans/2217",
            lines=(
                Line("customer", "Two markets are missing in plan 2217 since I shared it with the client."),
                Line("agent", "Hello Noor, Hannah here. Which two, please?", 60),
                Line("customer", "Utrecht and Ghent. Both were there this morning.", 90),
            ),
            then=("Yes, I see them in my own plan.", "They are back. Thank you!"),
            score=4,
        ),
    ),
    UnderWay(
        agent="Jonas",
        seconds_ago=600,
        waited_s=20,
        script=Script(
            team="tech",
            product="Other",
            subject="Sign-in code does not arrive",
            name="Caleb Nakamura-Stone",
            email="caleb.nakamura@blueharbor.example",
            timezone="America/Denver",
            page="https://planner.northlake.example/sign-in",
            lines=(
                Line("customer", "I don't get the sign-in code by mail. I tried three times."),
                Line("agent", "Hi Caleb, I'm Jonas. Is the mail perhaps in your spam folder?", 70),
                Line("customer", "No, nothing there. My colleague gets hers at once.", 90),
            ),
            then=("blueharbor.example, as always.", "Now it came. Thanks a lot."),
            score=5,
        ),
    ),
)

IN_LINE = (
    Script(
        team="media",
        product="Lumina",
        subject="Mercado nuevo en la vista de planificación",
        name="Sofía Castañeda Villarreal",
        email="sofia.castaneda@grupomeridiano.example",
        verified=True,
        locale="es-MX",
        timezone="America/Mexico_City",
        page="https://planner.northlake.example/markets",
        lines=(Line("customer", "Hola, ¿pueden agregar Mérida a la vista de planificación? Empieza el lunes."),),
        then=(
            "Sí, solo Mérida. Los mercados vecinos ya los tenemos.",
            "Claro: es la campaña de Navidad, SO-448226.",
            "Ya lo veo. ¡Muchas gracias!",
        ),
        nudge="¿Hay alguien? No tengo prisa hasta la una.",
        score=5,
    ),
    Script(
        team="media",
        product="Spectra OX",
        timezone="America/Los_Angeles",
        page="https://planner.northlake.example/",
        lines=(Line("customer", "do you support SSO with Okta"),),
        then=("SAML I think. our IT asked me to find out", "can you send me the link to that page", "thx"),
        ends=True,
    ),
    Script(
        team="prod",
        product="Spectra DS",
        subject="Totals differ between the screen and the PDF",
        name="Misaki Tanaka (田中 美咲)",
        email="misaki.tanaka@hoshino.example",
        verified=True,
        locale="ja-JP",
        timezone="Asia/Tokyo",
        page="https://planner.northlake.example/estimates/40112",
        lines=(Line("customer", "Hello. Estimate 40112 shows 98,400.00 on the screen and 98,399.99 in the PDF."),),
        then=(
            "Yes, I used the spreadsheet as you told me last time. The spreadsheet is right.",
            "I understand. Please tell me when the PDF is fixed.",
            "Thank you for your help.",
        ),
        score=4,
    ),
    Script(
        team="tech",
        product="Other",
        subject="Exports stop at 40 MB",
        name="Omar El-Sayed",
        email="omar.elsayed@kestrelvane.example",
        timezone="Europe/London",
        page="https://planner.northlake.example/exports",
        lines=(Line("customer", "Hi, exports above 40 MB stop in the middle since the new release."),),
        then=(
            "Around 38 to 41 MB, then the browser says network error.",
            "Will try with Firefox, one moment.",
            "Works in Firefox. So it's something in Chrome here?",
        ),
    ),
    Script(
        team="finance",
        product="Spectra OX",
        subject="Purchase order number on the November invoice",
        name="Bartholomew Featherstonehaugh-Cavendish",
        email="b.featherstonehaugh@blueharbor.example",
        page="https://planner.northlake.example/invoices",
        lines=(Line("customer", "Hello. The November invoice should carry PO 7718-B. Could you reissue it?"),),
        then=("It goes to accounts@blueharbor.example, as always.", "Most kind. Good day to you."),
    ),
)

CROWD = (
    Script(
        team="media",
        product="Spectra OX",
        subject="Flight dates overlap",
        name="Danielle Okonkwo-Hartley",
        email="danielle.okonkwo-hartley@northlake.example",
        verified=True,
        timezone="America/Chicago",
        lines=(Line("customer", "Hi, SO-448210 won’t take the new flight dates. ERR_FLIGHT_OVERLAP each time 😕"),),
        then=("It's line 3, from Nov 29.", "Nov 30 works for us!", "perfect, thank you"),
        nudge="Still here when you have a minute.",
        score=5,
    ),
    Script(
        team="media",
        product="Lumina",
        name="Inés Cardona",
        email="ines.cardona@grupomeridiano.example",
        locale="es-ES",
        timezone="Europe/Madrid",
        lines=(Line("customer", "Hola, no me carga el mapa de mercados. Se queda en blanco."),),
        then=("Con Safari. En Chrome sí funciona.", "Versión 18.1.", "Vale, lo actualizo. ¡Gracias!"),
        nudge="¿Sigue ahí?",
        score=4,
    ),
    Script(
        team="prod",
        product="Spectra DS",
        name="Gareth Llewellyn-Price",
        email="gareth.lp@maisonlavoie.example",
        timezone="Europe/London",
        lines=(Line("customer", "Can an estimate be copied to another client? I only get 'not allowed'."),),
        then=("From Maison Lavoie to Maison Lavoie UK.", "Just this one, 40188.", "Lovely, cheers."),
        score=5,
    ),
    Script(
        team="canadian-spot",
        product="Spectra OX",
        name="Marie-Ève Tremblay-Desrosiers",
        email="marie-eve.tremblay@agenceboreale.example",
        locale="fr-CA",
        timezone="America/Toronto",
        lines=(Line("customer", "Bonjour, le fichier CFILE du jour n’est pas encore arrivé."),),
        then=("Toujours à la même adresse.", "Je l’ai reçu à l’instant, merci !"),
        nudge="Pouvez-vous vérifier s’il vous plaît ?",
        score=5,
    ),
    Script(
        team="media",
        product="Other",
        timezone="America/Denver",
        lines=(Line("customer", "where do i change my password"),),
        then=("i dont see a profile menu", "found it, its behind the three dots"),
    ),
    Script(
        team="media",
        product="Spectra OX",
        subject="Order SO-448203 shows the wrong rate",
        name="Priscilla Adeyemi",
        email="p.adeyemi@kestrelvane.example",
        timezone="Africa/Lagos",
        lines=(Line("customer", "SO-448203 shows the 2025 rate card. It should be 2026 for the December weeks."),),
        then=(
            "All lines from Dec 1 on.",
            "Yes please patch it, I'll check right after.",
            "Two of four lines are right now.",
            "Now all of them. Thanks!",
        ),
        nudge="Is somebody looking at it?",
        score=3,
    ),
    Script(
        team="prod",
        product="Lumina",
        name="Ana-Lucía Ferreira",
        email="analucia.ferreira@grupomeridiano.example",
        verified=True,
        locale="pt-BR",
        timezone="America/Sao_Paulo",
        lines=(Line("customer", "Hello, I was invited to the December training but the link says that it is full."),),
        then=("The one on the 9th, about estimates.", "The 16th is fine too.", "Thank you, see you there."),
        score=5,
    ),
    Script(
        team="canadian-spot",
        product="Spectra OX",
        name="Étienne Beaulieu",
        email="etienne.beaulieu@agenceboreale.example",
        locale="fr-CA",
        timezone="America/Montreal",
        lines=(Line("customer", "Est-ce que je peux corriger une facture déjà approuvée ?"),),
        then=("C’est la SO-448231, la deuxième ligne.", "D’accord, j’attends votre retour."),
    ),
)
"""Customers of `demo --busy`, who keep coming."""
