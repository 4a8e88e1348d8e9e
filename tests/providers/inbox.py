"""What whoever gets a message can do with it: the deeds of its provider, made as a page makes them."""

from typing import Any

from mockserver.core import outbox
from mockserver.core.deeds import Deed
from mockserver.core.outbox import Kept
from mockserver.core.provider import Provider
from mockserver.providers import PROVIDERS
from tests.workspace import Response, Workspace


class Inbox:
    """The messages of one provider in a workspace, as those who got them see them."""

    def __init__(self, workspace: Workspace, provider: str) -> None:
        self.workspace = workspace
        self.provider: Provider = next(each for each in PROVIDERS if each.name == provider)

    def newest(self, **wanted: Any) -> Kept:
        """The newest message that fits: to a `recipient`, of a `kind`."""
        parameters = {"workspace": self.workspace.name, "provider": self.provider.name, **wanted}
        message_id = self.workspace.server.request("GET", "/_mock/outbox", params=parameters).json()[0]["id"]
        runtime = self.workspace.server.app.runtime  # type: ignore[attr-defined] # a test client of our application
        message: Kept | None = outbox.message(runtime.workspaces.get(self.workspace.name), message_id)

        assert message is not None
        return message

    def deeds(self, message: Kept) -> dict[str, Deed]:
        """What can be done, by the labels of the buttons."""
        return {deed.title: deed for deed in self.provider.deeds(message)}

    def do(self, deed: Deed) -> Response:
        parameters = {"workspace": self.workspace.name}
        return self.workspace.server.request(
            "POST", f"/_mock/{self.provider.name}/{deed.verb}", params=parameters, json=deed.body
        )

    def done(self, message: Kept, title: str) -> Any:
        """What a deed that must succeed is answered with."""
        return self._answer(self.deeds(message)[title])

    def click(self, message: Kept, url: str) -> Any:
        """The same for following a link that is counted."""
        deed = self.provider.click(message, url)

        assert deed is not None
        return self._answer(deed)

    def counts(self, message: Kept, url: str) -> bool:
        """Whether anybody counts that a link is followed."""
        return self.provider.click(message, url) is not None

    def _answer(self, deed: Deed) -> Any:
        response = self.do(deed)

        assert response.is_success, response.text
        return response.json()
