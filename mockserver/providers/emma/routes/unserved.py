"""What Emma documents and this server does not serve yet: known, and refused by its name."""

from collections.abc import Awaitable, Callable
from typing import NoReturn

from fastapi import APIRouter

from mockserver.providers.emma.errors import NotServed

router = APIRouter(include_in_schema=False)

_RESPONSES = (
    "sends in_progress deliveries opens links clicks forwards optouts signups shares customer_shares customer_share_clicks"
)

UNSERVED = (
    ("GET", "/{account_id}/response", "list_responses"),
    ("GET", "/{account_id}/response/{mailing_id}", "get_response"),
    *(("GET", f"/{{account_id}}/response/{{mailing_id}}/{each}", f"list_response_{each}") for each in _RESPONSES.split()),
    ("GET", "/{account_id}/response/{share_id}/customer_share", "get_customer_share"),
    ("GET", "/{account_id}/response/{mailing_id}/shares/overview", "get_shares_overview"),
    ("GET", "/{account_id}/triggers", "list_triggers"),
    ("POST", "/{account_id}/triggers", "create_trigger"),
    ("GET", "/{account_id}/triggers/{trigger_id}", "get_trigger"),
    ("PUT", "/{account_id}/triggers/{trigger_id}", "update_trigger"),
    ("DELETE", "/{account_id}/triggers/{trigger_id}", "delete_trigger"),
    ("GET", "/{account_id}/triggers/{trigger_id}/mailings", "list_trigger_mailings"),
    ("GET", "/{account_id}/automation/workflows", "list_workflows"),
    ("GET", "/{account_id}/automation/workflows/{workflow_id}", "get_workflow"),
    ("GET", "/{account_id}/automation/counts", "count_workflows"),
    ("GET", "/{account_id}/automation/workflows/count", "count_workflows_by_older_path"),
    ("GET", "/{account_id}/subscriptions", "list_subscriptions"),
    ("POST", "/{account_id}/subscriptions", "create_subscription"),
    ("GET", "/{account_id}/subscriptions/{subscription_id}", "get_subscription"),
    ("PUT", "/{account_id}/subscriptions/{subscription_id}", "update_subscription"),
    ("DELETE", "/{account_id}/subscriptions/{subscription_id}", "delete_subscription"),
    ("GET", "/{account_id}/subscriptions/{subscription_id}/members", "list_subscription_members"),
    ("GET", "/{account_id}/subscriptions/{subscription_id}/optouts", "list_subscription_optouts"),
    ("POST", "/{account_id}/subscriptions/{subscription_id}/members/bulk", "subscribe_members"),
    ("GET", "/{account_id}/events", "list_event_types"),
    ("POST", "/{account_id}/events", "create_event_type"),
    ("GET", "/{account_id}/events/{event_type_id}", "get_event_type"),
    ("PUT", "/{account_id}/events/{event_type_id}", "update_event_type"),
    ("POST", "/v1/{account_id}/events", "send_event"),
    ("POST", "/{account_id}/enterprise/subaccount", "create_subaccount"),
    ("GET", "/{account_id}/enterprise/subaccounts", "list_subaccounts"),
    ("POST", "/{account_id}/invitation/team", "invite_user"),
    ("GET", "/{account_id}/accounts/users", "list_users"),
    ("GET", "/{account_id}/account/users", "list_users_by_other_path"),
)


def _refuse(operation: str) -> Callable[[], Awaitable[NoReturn]]:
    async def refuse() -> NoReturn:
        raise NotServed(f"{operation} is documented by Emma, but this mock server does not serve it yet")

    return refuse


for method, path, operation in UNSERVED:
    router.add_api_route(path, _refuse(operation), methods=[method], name=operation, response_model=None)
