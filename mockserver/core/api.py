"""A provider's API: FastAPI's routes, without FastAPI's application around them."""

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.core.call import call_in
from mockserver.core.gates import Gates
from mockserver.core.journal import Journaled
from mockserver.core.provider import Provider
from mockserver.core.runtime import Runtime
from mockserver.core.transaction import Transaction


def serve(provider: Provider, runtime: Runtime) -> ASGIApp:
    """The way of a call: it is read and noted, passes the gates, and runs in one transaction."""
    return Journaled(Gates(Transaction(_run_operation), provider.gates, provider.translate), provider, runtime)


async def _run_operation(scope: Scope, receive: Receive, send: Send) -> None:
    """Run the route that was found before the gates.

    FastAPI's application would look for it again, and would answer exceptions in its own words: here they rise
    through the transaction, which rolls back, to the gates, which know the provider's.
    """
    call = call_in(scope)
    assert call.operation is not None, "a gate lets only known operations through"
    await call.operation.app(scope, receive, send)
