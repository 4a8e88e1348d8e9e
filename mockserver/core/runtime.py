"""One server: its providers, its start-up configuration, its workspaces."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.core.addresses import Address
from mockserver.core.call import Call
from mockserver.core.clock import Clock
from mockserver.core.courier import Courier
from mockserver.core.fixtures import FixtureSet, plant
from mockserver.core.limits import Limits
from mockserver.core.provider import Provider, ProviderSettings
from mockserver.core.templates import new_template
from mockserver.core.throttle import ThrottleMode
from mockserver.core.workspaces import Workspaces

if TYPE_CHECKING:
    from mockserver.core.relay import Relay


class Runtime:
    """Everything that lives as long as the server does.

    `clock` is the moment at which every workspace's clock starts frozen; None lets them run with real time.
    Raises FixtureFaults when the fixtures have any, and StateRefused for a folder in use or with files of another version.
    """

    def __init__(
        self,
        *,
        providers: Iterable[Provider],
        settings: Mapping[str, ProviderSettings],
        fixtures: Sequence[FixtureSet],
        throttle: ThrottleMode = "enforce",
        strict: bool = False,
        limits: Limits | None = None,
        seed: int = 1,
        clock: datetime | None = None,
        state: Path | None = None,
        url: str = "http://127.0.0.1:8765",
    ) -> None:
        self.providers = {provider.name: provider for provider in providers}
        self.settings = dict(settings)
        self.fixtures = list(fixtures)
        self.throttle = throttle
        self.strict = strict
        self.limits = limits or Limits()
        self.seed = seed
        self.url = url
        self.tls_url: str | None = None
        """Where the same is served over HTTPS, once it is."""
        self.on_call: Callable[[Call], None] | None = None
        """Told of every call once it is answered."""
        self.courier = Courier(self.limits)
        """Who makes the attempts at webhook deliveries."""
        self.ending = False
        """Whether the server was told to end."""
        self.relay: Relay | None = None
        self._clock = clock
        template = new_template(self)
        try:
            plant(template, fixtures)
            self.workspaces = Workspaces(self, template, state)
        except BaseException:
            template.database.close()
            raise

    def hand_on_to(self, address: Address) -> None:
        """Let messages that go into an outbox from now on be given to an SMTP server, too."""
        from mockserver.core.relay import Relay  # noqa: PLC0415 - few servers have one

        self.relay = Relay(address, self.limits)

    def end(self) -> None:
        """The server was told to end: those who wait for news are let go, so that it can."""
        self.ending = True
        self.courier.end()
        self.tell()

    def tell(self) -> None:
        """Let everybody who waits for news look again."""
        for workspace in self.workspaces:
            workspace.news.tell()

    def new_clock(self) -> Clock:
        return Clock(self._clock, frozen=self._clock is not None)

    def base_url(self, provider: Provider) -> str:
        """The address of a provider by prefix; its bare paths work as well (see the switchboard)."""
        return f"{self.url}/{provider.name}"
