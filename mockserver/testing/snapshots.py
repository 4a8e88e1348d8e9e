from urllib.parse import quote

from mockserver.control.guards import SNAPSHOT_FILE
from mockserver.control.schemas.difference import DifferenceView
from mockserver.control.schemas.snapshots import Restored, SnapshotView
from mockserver.testing.connection import Part


class Snapshots(Part):
    """States of the workspace to go back to, and what differs between them."""

    def take(self, name: str) -> SnapshotView:
        """Put the present aside, in the place of an older snapshot of this name."""
        return self._connection.one(SnapshotView, "PUT", _path(name))

    def restore(self, name: str) -> Restored:
        return self._connection.one(Restored, "POST", _path(name, "restore"))

    def all(self) -> list[SnapshotView]:
        return self._connection.many(SnapshotView, "GET", "snapshots")

    def delete(self, name: str) -> None:
        self._connection.call("DELETE", _path(name))

    def download(self, name: str) -> bytes:
        """The snapshot as a SQLite file."""
        return self._connection.call("GET", _path(name, "file")).content

    def upload(self, name: str, file: bytes) -> SnapshotView:
        """Keep what was downloaded here or elsewhere."""
        return self._connection.one(SnapshotView, "PUT", _path(name, "file"), content=file, media_type=SNAPSHOT_FILE)

    def difference(
        self, before: str = "start", after: str = "now", *, provider: str | None = None, limit: int | None = None
    ) -> DifferenceView:
        """What was added, removed and changed between `start`, `now` and snapshots."""
        query = {"from": before, "to": after, "provider": provider, "limit": limit}
        return self._connection.one(DifferenceView, "GET", "difference", query=query)


def _path(*names: str) -> str:
    """Of a snapshot, or of what belongs to it; whatever the name is, the path leads nowhere else."""
    return "/".join(["snapshots", *(quote(name, safe="").replace(".", "%2E") for name in names)])
