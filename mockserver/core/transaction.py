"""The transaction of a call: one `BEGIN`, and an end before the first byte of the answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.core.call import call_in
from mockserver.core.errors import WorkspaceGone
from mockserver.core.scheduler import run_due


class Transaction:
    """ASGI: commits when the answer starts, rolls back when something is raised instead, or when a fault wants it lost.

    Once a client has read a success, the change is stored; FastAPI's own session dependencies would commit after
    the answer left.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = call_in(scope)
        workspace = call.workspace
        await run_due(workspace)
        if workspace.gone:
            raise WorkspaceGone(workspace.name)
        call.begin()  # only now: settings and time may have changed while it waited
        workspace.begin()
        ended = False

        async def committing(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                if call.fault is not None and call.fault.undoes:
                    workspace.rollback()
                else:
                    workspace.commit()
                ended = True
            await send(message)

        try:
            await self._app(scope, receive, committing)
        finally:
            if not ended:  # after the commit another call may have begun
                workspace.rollback()
