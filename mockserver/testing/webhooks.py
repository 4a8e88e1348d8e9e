from typing import Any

from mockserver.control.schemas.webhooks import AttemptView, DeliverySummary, DeliveryView
from mockserver.testing.connection import Part


class Webhooks(Part):
    """What the workspace tells customers' servers. What is asked of it is as in `GET /_mock/webhooks`."""

    def deliveries(self, **wanted: Any) -> list[DeliverySummary]:
        """The newest first; by provider, event, hook, state, after, limit, offset."""
        return self._connection.many(DeliverySummary, "GET", "webhooks", query=wanted)

    def get(self, delivery_id: int) -> DeliveryView:
        """One delivery with its request and every attempt at it."""
        return self._connection.one(DeliveryView, "GET", f"webhooks/{delivery_id}")

    def wait(self, *, timeout: float = 10, **wanted: Any) -> DeliveryView:
        """The newest delivery that fits, as soon as there is one; ControlRefused (408) when the time is over."""
        query = {**wanted, "timeout": timeout}
        return self._connection.one(DeliveryView, "GET", "webhooks/wait", query=query, waits=timeout)

    def redeliver(self, delivery_id: int) -> AttemptView:
        """Make another attempt now."""
        return self._connection.one(AttemptView, "POST", f"webhooks/{delivery_id}/redeliver")

    def clear(self) -> None:
        self._connection.call("DELETE", "webhooks")
