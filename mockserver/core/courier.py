"""Who makes the attempts at webhook deliveries: one courier for the server, called when a transaction has queued some.

Each hook has its things told one after the other, in the order in which they happened, so that whoever listens can rely
on it. Several hooks of a workspace are told at the same time, up to a bound. An attempt belongs to no transaction: the
receiver may call this server while it is told. It happens at the moment at which it was due, as all due work does.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockserver.core import webhooks
from mockserver.core.exchange import Exchange
from mockserver.core.scheduler import NEVER, TICK_SECONDS
from mockserver.core.targets import Targets

if TYPE_CHECKING:
    from mockserver.core.limits import Limits
    from mockserver.core.workspace import Workspace

Line = tuple[Any, ...]
"""Provider and hook: what is told to somebody, one thing after the other."""

logger = logging.getLogger(__name__)


class Courier:
    """Makes the attempts of a server's workspaces, while `run` runs."""

    def __init__(self, limits: "Limits") -> None:
        self._most = limits.webhook_connections
        self._targets = Targets()
        self._exchange = Exchange(self._targets, limits.webhook_answer_bytes)
        self._called = asyncio.Event()
        self._works = False
        self._lines: dict[Workspace, dict[Line, asyncio.Task[None]]] = {}
        self._under_way: dict[tuple[Workspace, int], asyncio.Event] = {}

    def allow(self, hosts: Collection[str]) -> None:
        """Deliver to these public hosts as well."""
        self._targets.allow(hosts)

    def call(self) -> None:
        """There may be something to do."""
        self._called.set()

    async def run(self, workspaces: "Iterable[Workspace]") -> None:
        """Make attempts whenever they are due, until cancelled."""
        self._works = True
        try:
            while True:
                waiting = any(workspace.next_delivery != NEVER for workspace in workspaces)
                await self._until_called(TICK_SECONDS if waiting else None)
                for workspace in list(workspaces):
                    if workspace.next_delivery != NEVER and workspace.next_delivery <= workspace.clock.timestamp():
                        self._begin(workspace)
        finally:
            await self._stop()

    def end(self) -> None:
        """Make no more attempts; what was not delivered waits for the next server with this state, if there is one."""
        self._works = False
        for lines in self._lines.values():
            for task in lines.values():
                task.cancel()

    async def catch_up(self, workspace: "Workspace") -> None:
        """Done when every attempt is made that is due by now, those among them that follow from others."""
        until = workspace.clock.now()
        while self._works and not workspace.gone:
            await _rest(workspace)
            if not webhooks.due_hooks(workspace, until):
                return
            self._begin(workspace)
            lines = self._lines.get(workspace)
            if not lines:  # the clock was set back
                return
            await asyncio.wait(lines.values(), return_when=asyncio.FIRST_COMPLETED)

    async def attempt(self, workspace: "Workspace", delivery_id: int) -> Any | None:
        """Make an attempt at once, whatever became of the delivery before; None if it is gone."""
        while (other := self._under_way.get((workspace, delivery_id))) is not None:
            await other.wait()
        await _rest(workspace)
        row = None if workspace.gone else webhooks.find(workspace, delivery_id)
        return None if row is None else await self._attempt(workspace, row, at=workspace.clock.now(), by_hand=True)

    async def _until_called(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._called.wait(), seconds)
        except TimeoutError:
            return
        self._called.clear()

    def _begin(self, workspace: "Workspace") -> None:
        """Begin to tell whoever is to be told something, as far as there is room."""
        if not self._works or workspace.gone or workspace.busy is not None:
            return
        hooks = webhooks.due_hooks(workspace, workspace.clock.now())
        if not hooks:
            webhooks.look_ahead(workspace)
            return
        lines = self._lines.setdefault(workspace, {})
        for line in hooks:
            if len(lines) >= self._most:
                break
            if line not in lines:
                lines[line] = asyncio.create_task(self._work_off(workspace, line))

    async def _work_off(self, workspace: "Workspace", line: Line) -> None:
        """Tell somebody everything that is due, then let others have the place."""
        try:
            while (row := await self._next(workspace, line)) is not None:
                await self._attempt(workspace, row, at=row.due, by_hand=False)
        except Exception:
            logger.exception("webhook deliveries of workspace %s", workspace.name)
        finally:
            lines = self._lines[workspace]
            del lines[line]
            if not lines:
                del self._lines[workspace]
        self._begin(workspace)

    async def _next(self, workspace: "Workspace", line: Line) -> Any | None:
        while True:
            await _rest(workspace)
            row = None if workspace.gone else webhooks.first_due(workspace, *line)
            other = None if row is None else self._under_way.get((workspace, row.id))
            if other is None:
                return row
            await other.wait()

    async def _attempt(self, workspace: "Workspace", row: Any, *, at: datetime, by_hand: bool) -> Any | None:
        """What came of it, as it is kept; None if the delivery, or its whole world, is gone."""
        world, key = workspace.ids, (workspace, row.id)
        self._under_way[key] = over = asyncio.Event()
        try:
            outcome = await self._exchange.post(row)
            await _rest(workspace)
            if workspace.gone or workspace.ids is not world:
                return None
            return webhooks.record(workspace, row.id, outcome, at=at, by_hand=by_hand)
        finally:
            del self._under_way[key]
            over.set()

    async def _stop(self) -> None:
        self.end()
        tasks = [task for lines in self._lines.values() for task in lines.values()]
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._exchange.close()


async def _rest(workspace: "Workspace") -> None:
    """Until no work in slices is under way, whose transaction would be read and written."""
    while workspace.busy is not None:
        await workspace.busy.wait()
