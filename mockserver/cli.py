"""The command line. Exit codes: 0 done, 1 failure, 64 a call that makes no sense."""

import gc
import json
import sys
from typing import Annotated, Any, NoReturn

import typer

FAILURE, USAGE = 1, 64
_USAGE_OF_TYPER = 2

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # it would take the defaults in brackets for markup
    help="A local server that stands in for the APIs of Emma, emfluence and Ether Mailer.",
)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. [127.0.0.1]")] = None,
    port: Annotated[str | None, typer.Option(metavar="NUMBER", help="Port; 0 takes a free one. [8765]")] = None,
    fixtures: Annotated[
        list[str] | None, typer.Option(metavar="NAME-OR-PATH", help="Fixture set to start from; repeatable. [standard]")
    ] = None,
    state: Annotated[str | None, typer.Option(metavar="DIR", help="Folder in which workspaces survive. [in memory]")] = None,
    throttle: Annotated[
        str | None, typer.Option(metavar="enforce|observe|off", help="What to do above a vendor's limits. [enforce]")
    ] = None,
    ready_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Written as JSON (url, pid, credentials) once the server answers.")
    ] = None,
    log_format: Annotated[str | None, typer.Option(metavar="text|json", help="Form of the log. [text]")] = None,
) -> None:
    """Run the server until Ctrl-C or SIGTERM. Every option is also a variable: --port is MOCKSERVER_PORT."""
    settings = _settings(
        host=host,
        port=port,
        fixtures=fixtures or None,
        state=state,
        throttle=throttle,
        ready_file=ready_file,
        log_format=log_format,
    )
    from mockserver.core.errors import NoRoomForWorkspace  # noqa: PLC0415 - `--help` answers without loading a server
    from mockserver.core.fixtures import FixtureFaults  # noqa: PLC0415
    from mockserver.core.state import StateRefused  # noqa: PLC0415
    from mockserver.server import AddressTaken, run  # noqa: PLC0415

    try:
        run(settings)
    except (AddressTaken, FixtureFaults, NoRoomForWorkspace, StateRefused, OSError) as problem:
        _fail(str(problem), FAILURE)


@cli.command()
def check(
    path: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME-OR-PATH]...", help="Fixture sets. [the configured ones]")
    ] = None,
) -> None:
    """Check fixtures: every fault with its file, its key, what was found and what was expected."""
    settings = _settings(fixtures=path or None)
    from mockserver.app import create_app  # noqa: PLC0415
    from mockserver.core.fixtures import FixtureFaults  # noqa: PLC0415

    try:
        create_app(settings.model_copy(update={"state": None}))
    except FixtureFaults as problem:
        for fault in problem.faults:
            print(fault)
        raise typer.Exit(FAILURE) from problem
    print(f"{', '.join(settings.fixtures)}: no faults")


@cli.command()
def conformance(
    provider: Annotated[str | None, typer.Argument(help="Only this provider.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print the rulebook: everything the server does, with evidence and source."""
    from mockserver.providers import PROVIDERS  # noqa: PLC0415

    names = [each.name for each in PROVIDERS]
    if provider is not None and provider not in names:
        _fail(f"there is no provider {provider}; there are {', '.join(names)}", USAGE)
    chosen = [each for each in PROVIDERS if provider in {None, each.name}]
    rows = [{"provider": each.name, **row.model_dump()} for each in chosen for row in each.rulebook.values()]
    print(json.dumps(rows, indent=2) if as_json else _table(rows))


@cli.command()
def version() -> None:
    """Print the version."""
    from mockserver import __version__  # noqa: PLC0415

    print(__version__)


def main() -> None:
    """The entry point: usage errors end with 64, as `sysexits.h` has it."""
    gc.disable()  # loading makes no garbage, and looking for it takes a sixth of the start; `server.py` enables it again
    try:
        cli()
    except SystemExit as end:
        sys.exit(USAGE if end.code == _USAGE_OF_TYPER else end.code)


def _settings(**given: Any) -> Any:
    from mockserver.settings import BadSetting, load_settings  # noqa: PLC0415

    try:
        return load_settings(**given)
    except BadSetting as problem:
        _fail(str(problem), USAGE)


def _fail(reason: str, code: int) -> NoReturn:
    print(f"mockserver: {reason}", file=sys.stderr)
    raise typer.Exit(code)


def _table(rows: list[dict[str, Any]]) -> str:
    width = max(len(row["id"]) for row in rows)
    lines = [f"{row['id']:<{width}}  {row['evidence']:<10}  {row['text']}  [{row['source']}]" for row in rows]
    counts = {
        kind: sum(row["evidence"] == kind for row in rows) for kind in ("documented", "observed", "inferred", "chosen")
    }
    return "\n".join([*lines, "", f"{len(rows)} rows: " + ", ".join(f"{count} {kind}" for kind, count in counts.items())])
