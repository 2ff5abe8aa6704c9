"""The HTTP interface: JSON in and out, refusals as problem details.

Every call is an `Operation` of `server.edge.api.registry`, declared below the methods of its API class and listed here.
The routes, `/api/openapi.json` and the tests' role matrix are made from this list, and the tests compare every response
with it. To add a call:

1. Write `async def change(self, call: Call) -> Response` in an API class. It decodes its body with
   `bodies.read_body(call.request, Struct)`, raises `Refused`, and returns `bodies.answer(struct)`. Bodies and answers
   are msgspec Structs; those of bodies have `forbid_unknown_fields=True`.
2. Declare it in `OPERATIONS` of the class:

       Operation(
           method="PATCH",
           path="/api/things/{number}",
           endpoint=change,
           summary="Change a thing",
           needs=("change", "things"),                      # a right of identity.permissions; checked before the call
           in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Of the thing."),),
           in_query=(TEAM,),                                # TEAM = queries.many("team", …); read as call.query[TEAM]
           body=Wanted,                                     # a Struct, or Multipart("file"); see `facets`
           answers=(Answer(200, "The thing after the change.", ThingView),),
           errors=("conflict",),                            # beyond those that follow from the rest: Operation.codes
           if_match=True, etag=True,                        # idempotency_key=True if it is honored
       )

3. Add a new class to `APIS` here and to `_apis` in `server.web`, and a row for the call to `tests/stories/matrix.py`.
"""

from __future__ import annotations

from server.edge.api.accounts import AccountsApi
from server.edge.api.admin_alarms import AdminAlarmsApi
from server.edge.api.admin_audit import AdminAuditApi
from server.edge.api.admin_clients import AdminClientsApi
from server.edge.api.admin_hours import AdminHoursApi
from server.edge.api.admin_personal_data import AdminPersonalDataApi
from server.edge.api.admin_settings import AdminSettingsApi
from server.edge.api.admin_teams import AdminTeamsApi
from server.edge.api.admin_users import AdminUsersApi
from server.edge.api.alarms import AlarmsApi
from server.edge.api.articles import ArticlesApi
from server.edge.api.assist import AssistApi
from server.edge.api.availability import AvailabilityApi
from server.edge.api.bans import BansApi
from server.edge.api.canned_replies import CannedRepliesApi
from server.edge.api.chats import ChatsApi
from server.edge.api.customer_notes import CustomerNotesApi
from server.edge.api.customer_timeline import CustomerTimelineApi
from server.edge.api.descriptions import DescriptionsApi
from server.edge.api.devices import DevicesApi
from server.edge.api.files import FilesApi
from server.edge.api.floor import FloorApi
from server.edge.api.follows import FollowsApi
from server.edge.api.handovers import HandoversApi
from server.edge.api.hours import HoursApi
from server.edge.api.hours_clocks import HoursClocksApi
from server.edge.api.hours_forecast import HoursForecastApi
from server.edge.api.inbox import InboxApi
from server.edge.api.incoming_mail import IncomingMailApi
from server.edge.api.insertions import InsertionsApi
from server.edge.api.issue_links import IssueLinksApi
from server.edge.api.issue_sources import IssueSourcesApi
from server.edge.api.learning import LearningApi
from server.edge.api.letters import LettersApi
from server.edge.api.likely_codes import LikelyCodesApi
from server.edge.api.monitoring import MonitoringApi
from server.edge.api.passkeys import PasskeysApi
from server.edge.api.people import PeopleApi
from server.edge.api.registry import Api, Operation
from server.edge.api.reports import ReportsApi
from server.edge.api.reviews import ReviewsApi
from server.edge.api.rules import RulesApi
from server.edge.api.search import SearchApi
from server.edge.api.second_factor import SecondFactorApi
from server.edge.api.service_levels import ServiceLevelsApi
from server.edge.api.sessions import SessionsApi
from server.edge.api.single_sign_on import SingleSignOnApi
from server.edge.api.staff import StaffApi
from server.edge.api.suspended_mail import SuspendedMailApi
from server.edge.api.ticket_bulk import TicketBulkApi
from server.edge.api.ticket_fields import TicketFieldsApi
from server.edge.api.ticket_followers import TicketFollowersApi
from server.edge.api.ticket_merges import TicketMergesApi
from server.edge.api.ticket_views import TicketViewsApi
from server.edge.api.tickets import TicketsApi
from server.edge.api.training import TrainingApi
from server.edge.api.transcripts import TranscriptsApi
from server.edge.api.video_places import VideoPlacesApi
from server.edge.api.webhooks import WebhooksApi
from server.edge.api.wire import WireApi
from server.edge.scim.api import ScimApi
from server.edge.zendesk.articles import ZendeskArticlesApi
from server.edge.zendesk.many_tickets import ZendeskManyTicketsApi
from server.edge.zendesk.people import ZendeskPeopleApi
from server.edge.zendesk.search import ZendeskSearchApi
from server.edge.zendesk.sections import ZendeskSectionsApi
from server.edge.zendesk.subscriptions import ZendeskSubscriptionsApi
from server.edge.zendesk.tickets import ZendeskTicketsApi
from server.edge.zendesk.translations import ZendeskTranslationsApi
from server.edge.zendesk.uploads import ZendeskUploadsApi
from server.edge.zendesk.views import ZendeskViewsApi

APIS: tuple[type[Api], ...] = (
    SessionsApi,
    AccountsApi,
    DevicesApi,
    SecondFactorApi,
    SingleSignOnApi,
    PasskeysApi,
    HoursApi,
    AdminHoursApi,
    HoursClocksApi,
    HoursForecastApi,
    AdminTeamsApi,
    ChatsApi,
    FloorApi,
    FollowsApi,
    LearningApi,
    TrainingApi,
    VideoPlacesApi,
    AlarmsApi,
    SearchApi,
    InsertionsApi,
    LikelyCodesApi,
    CannedRepliesApi,
    ReportsApi,
    ArticlesApi,
    AvailabilityApi,
    BansApi,
    PeopleApi,
    CustomerNotesApi,
    CustomerTimelineApi,
    StaffApi,
    AdminUsersApi,
    AdminAlarmsApi,
    AdminPersonalDataApi,
    WebhooksApi,
    RulesApi,
    AssistApi,
    ServiceLevelsApi,
    IssueSourcesApi,
    AdminAuditApi,
    AdminClientsApi,
    AdminSettingsApi,
    TicketBulkApi,
    TicketsApi,
    TicketFieldsApi,
    TicketMergesApi,
    TicketViewsApi,
    TicketFollowersApi,
    IssueLinksApi,
    InboxApi,
    ReviewsApi,
    HandoversApi,
    LettersApi,
    IncomingMailApi,
    SuspendedMailApi,
    TranscriptsApi,
    FilesApi,
    ZendeskManyTicketsApi,
    ZendeskTicketsApi,
    ZendeskPeopleApi,
    ZendeskSearchApi,
    ZendeskViewsApi,
    ZendeskUploadsApi,
    ZendeskSectionsApi,
    ZendeskArticlesApi,
    ZendeskTranslationsApi,
    ZendeskSubscriptionsApi,
    ScimApi,
    WireApi,
    MonitoringApi,
    DescriptionsApi,
)
OPERATIONS: tuple[Operation, ...] = tuple(operation for api in APIS for operation in api.OPERATIONS)
"""All HTTP calls."""
