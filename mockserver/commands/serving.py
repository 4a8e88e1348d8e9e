"""Running a server, and looking at what it is made of."""

import json
from typing import Annotated, Any

import typer

from mockserver.commands.ending import FAILURE, USAGE, fail
from mockserver.commands.planting import shown
from mockserver.commands.printing import say

Host = Annotated[str | None, typer.Option(help="Address to listen on. [127.0.0.1]")]
Port = Annotated[str | None, typer.Option(metavar="NUMBER", help="Port; 0 takes a free one. [8765]")]
Tls = Annotated[bool, typer.Option("--tls", help="Serve the same over HTTPS too; see `mockserver ca`.")]
TlsPort = Annotated[str | None, typer.Option(metavar="NUMBER", help="Port of HTTPS; 0 takes a free one. [8443]")]
Fixtures = Annotated[
    list[str] | None, typer.Option(metavar="NAME-OR-PATH", help="Fixture set to start from; repeatable. [standard]")
]
State = Annotated[str | None, typer.Option(metavar="DIR", help="Folder in which workspaces survive. [in memory]")]
Throttle = Annotated[
    str | None, typer.Option(metavar="enforce|observe|off", help="What to do above a vendor's limits. [enforce]")
]
Relay = Annotated[
    str | None, typer.Option(metavar="HOST:PORT", help="SMTP server that messages go on to: a mail catcher. [none]")
]
Strict = Annotated[
    bool | None, typer.Option("--strict", help="Refuse fields, parameters and headers that nothing reads. [off]")
]
ReadyFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="Written as JSON (url, pid, credentials) once the server answers.")
]
LogFormat = Annotated[str | None, typer.Option(metavar="text|json", help="Form of the log. [text]")]


def serve(
    *,
    host: Host = None,
    port: Port = None,
    tls: Tls = False,
    tls_port: TlsPort = None,
    fixtures: Fixtures = None,
    state: State = None,
    throttle: Throttle = None,
    relay: Relay = None,
    strict: Strict = None,
    ready_file: ReadyFile = None,
    log_format: LogFormat = None,
) -> None:
    """Run the server until Ctrl-C or SIGTERM. Every option is also a variable: --port is MOCKSERVER_PORT."""
    settings = settings_of(
        host=host,
        port=port,
        tls=tls or None,
        tls_port=tls_port,
        fixtures=fixtures or None,
        state=state,
        throttle=throttle,
        strict=strict,
        relay=relay,
        ready_file=ready_file,
        log_format=log_format,
    )
    if tls_port is not None and not settings.tls:
        fail("--tls-port says nothing without --tls", USAGE)
    _run(settings)


def _run(settings: Any) -> None:
    from mockserver.core.errors import NoRoomForWorkspace  # noqa: PLC0415 - `--help` answers without loading a server
    from mockserver.core.fixtures import FixtureFaults  # noqa: PLC0415
    from mockserver.core.state import StateRefused  # noqa: PLC0415
    from mockserver.server import AddressTaken, run  # noqa: PLC0415

    try:
        with shown() as progress:
            run(settings, progress)
    except (AddressTaken, FixtureFaults, NoRoomForWorkspace, StateRefused, OSError) as problem:
        fail(str(problem), FAILURE)


def check(
    path: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME-OR-PATH]...", help="Fixture sets. [the configured ones]")
    ] = None,
) -> None:
    """Check fixtures: every fault with its file, its key, what was found and what was expected."""
    settings = settings_of(fixtures=path or None)
    from mockserver.app import create_app  # noqa: PLC0415
    from mockserver.core.fixtures import FixtureFaults  # noqa: PLC0415

    try:
        with shown() as progress:
            create_app(settings.model_copy(update={"state": None}), progress=progress)
    except FixtureFaults as problem:
        say("\n".join(problem.faults))
        raise typer.Exit(FAILURE) from problem
    say(f"{', '.join(settings.fixtures)}: no faults")


def conformance(
    provider: Annotated[str | None, typer.Argument(help="Only this provider.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print the rulebook: everything the server does, with evidence and source."""
    from mockserver.providers import PROVIDERS  # noqa: PLC0415

    names = [each.name for each in PROVIDERS]
    if provider is not None and provider not in names:
        fail(f"there is no provider {provider}; there are {', '.join(names)}", USAGE)
    chosen = [each for each in PROVIDERS if provider in {None, each.name}]
    rows = [{"provider": each.name, **row.model_dump()} for each in chosen for row in each.rulebook.values()]
    say(json.dumps(rows, indent=2) if as_json else _table(rows))


def version() -> None:
    """Print the version."""
    from mockserver import __version__  # noqa: PLC0415

    print(__version__)


def settings_of(**given: Any) -> Any:
    """The settings with what the command line said; a bad one ends the command."""
    from mockserver.settings import BadSetting, load_settings  # noqa: PLC0415

    try:
        return load_settings(**given)
    except BadSetting as problem:
        fail(str(problem), USAGE)


def _table(rows: list[dict[str, Any]]) -> str:
    width = max(len(row["id"]) for row in rows)
    lines = [f"{row['id']:<{width}}  {row['evidence']:<10}  {row['text']}  [{row['source']}]" for row in rows]
    counts = {
        kind: sum(row["evidence"] == kind for row in rows) for kind in ("documented", "observed", "inferred", "chosen")
    }
    return "\n".join([*lines, "", f"{len(rows)} rows: " + ", ".join(f"{count} {kind}" for kind, count in counts.items())])
