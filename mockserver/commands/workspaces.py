"""The state of a workspace: back to the fixtures, or to a snapshot of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from mockserver.commands import files
from mockserver.commands.asking import DEFAULT, HERE, AsJson, Named, OfProvider, Token, Url, ask
from mockserver.commands.ending import FOUND, USAGE, fail, note
from mockserver.commands.printing import as_json as json_of
from mockserver.commands.printing import say

if TYPE_CHECKING:
    from mockserver.control.schemas.snapshots import SnapshotView

snapshot = typer.Typer(
    no_args_is_help=True,
    help="""Put the state of a workspace aside, and go back to it.

    A snapshot holds data, outbox, clock and scheduled work; the server keeps it under a name.

    \b
    Example:
      mockserver snapshot take before-import
      mockserver snapshot restore before-import
    """,
)
Snapshot = Annotated[str, typer.Argument(metavar="NAME", help="Name of the snapshot: lower-case letters, digits, - and _.")]


def reset(url: Url = HERE, workspace: Named = DEFAULT, token: Token = None) -> None:
    """Take a workspace back to its fixtures: data, clock, configuration, journal and outbox.

    Its snapshots and credentials stay.

    \b
    Example:
      mockserver reset --workspace checkout
    """
    found = ask(url, workspace, token, lambda control: control.reset())
    say(f"{found.name} is back at its fixtures: {', '.join(found.fixtures)}")


@snapshot.command()
def take(name: Snapshot, url: Url = HERE, workspace: Named = DEFAULT, token: Token = None) -> None:
    """Put the present aside under a name, in the place of an older snapshot of this name.

    \b
    Example:
      mockserver snapshot take before-import
    """
    _check_name(name)
    _tell(ask(url, workspace, token, lambda control: control.snapshots.take(name)))


@snapshot.command()
def restore(name: Snapshot, url: Url = HERE, workspace: Named = DEFAULT, token: Token = None) -> None:
    """Go back to a snapshot. Configuration, armed faults and the journal stay as they are.

    \b
    Example:
      mockserver snapshot restore before-import
    """
    _check_name(name)
    found = ask(url, workspace, token, lambda control: control.snapshots.restore(name))
    say(f"{workspace} is back at {name}; its clock shows {found.now:%Y-%m-%d %H:%M:%S} UTC")


@snapshot.command("list")
def list_(url: Url = HERE, workspace: Named = DEFAULT, token: Token = None, as_json: AsJson = False) -> None:
    """List the snapshots of a workspace: when each was taken, its size, and how much is in it.

    \b
    Example:
      mockserver snapshot list
    """
    found = ask(url, workspace, token, lambda control: control.snapshots.all())
    from mockserver.reports import states  # noqa: PLC0415 - `--help` answers without it

    if found or as_json:
        say(json_of(found) if as_json else states.snapshots(found))
    else:
        note(f"{workspace} has no snapshots; mockserver snapshot take NAME makes one")


@snapshot.command()
def delete(name: Snapshot, url: Url = HERE, workspace: Named = DEFAULT, token: Token = None) -> None:
    """Delete a snapshot; the present stays as it is.

    \b
    Example:
      mockserver snapshot delete before-import
    """
    _check_name(name)
    ask(url, workspace, token, lambda control: control.snapshots.delete(name))


@snapshot.command()
def diff(
    before: Annotated[
        str, typer.Argument(metavar="FROM", show_default=False, help="A snapshot, or start. [start]")
    ] = "start",
    after: Annotated[str, typer.Argument(metavar="TO", show_default=False, help="A snapshot, or now. [now]")] = "now",
    url: Url = HERE,
    workspace: Named = DEFAULT,
    provider: OfProvider = None,
    token: Token = None,
    limit: Annotated[
        int, typer.Option(metavar="NUMBER", show_default=False, help="Most rows of a kind and table. [20]")
    ] = 20,
    fail_on_change: Annotated[bool, typer.Option("--fail-on-change", help="End with 2 when anything differs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print which rows were added (+), removed (-) and changed (~) from one state to another.

    A state is a snapshot, start (the fixtures) or now.

    \b
    Example:
      mockserver snapshot diff before-import now
    """
    found = ask(
        url, workspace, token, lambda control: control.snapshots.difference(before, after, provider=provider, limit=limit)
    )
    from mockserver.reports import states  # noqa: PLC0415 - `--help` answers without it

    say(json_of(found) if as_json else states.difference(found))
    if fail_on_change and not found.same:
        raise typer.Exit(FOUND)


@snapshot.command()
def download(
    name: Snapshot,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to put it; - is stdout.")],
    url: Url = HERE,
    workspace: Named = DEFAULT,
    token: Token = None,
) -> None:
    """Save a snapshot as a file (SQLite), which `upload` takes anywhere else.

    \b
    Example:
      mockserver snapshot download before-import before-import.sqlite
    """
    _check_name(name)
    files.write(file, ask(url, workspace, token, lambda control: control.snapshots.download(name)))


@snapshot.command()
def upload(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `download` saved; - is stdin.")],
    name: Snapshot,
    url: Url = HERE,
    workspace: Named = DEFAULT,
    token: Token = None,
) -> None:
    """Keep a downloaded snapshot under a name; `restore` then goes to it.

    \b
    Example:
      mockserver snapshot upload before-import.sqlite before-import
    """
    _check_name(name)
    content = files.read(file)
    _tell(ask(url, workspace, token, lambda control: control.snapshots.upload(name, content)))


def _check_name(name: str) -> None:
    from mockserver.core.workspace import NAME  # noqa: PLC0415 - `--help` answers without it

    if not NAME.fullmatch(name):
        fail(f"{name!r} is no name of a snapshot: lower-case letters, digits, - and _, 64 at most", USAGE)


def _tell(found: "SnapshotView") -> None:
    from mockserver.reports import states  # noqa: PLC0415 - `--help` answers without it

    say(states.snapshots([found]))
