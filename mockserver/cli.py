"""The command line. Exit codes: 0 done, 1 failure, 2 a negative verdict, 64 a call that makes no sense."""

import gc
import sys
from collections.abc import Callable

import typer

from mockserver.commands.calls import journal
from mockserver.commands.clients import ca, doctor, env, wait
from mockserver.commands.describing import openapi
from mockserver.commands.ending import outside
from mockserver.commands.judging import coverage, manners
from mockserver.commands.messages import outbox
from mockserver.commands.printing import finish, prepare
from mockserver.commands.serving import check, conformance, serve, version
from mockserver.commands.workspaces import reset, snapshot

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # it would take the defaults in brackets for markup
    help="A local server that stands in for the APIs of Emma, emfluence and Ether Mailer.",
)

_COMMANDS: list[Callable[..., None]] = [serve, wait, env, ca, doctor, check, reset]
_COMMANDS += [journal, outbox, manners, coverage, conformance, openapi, version]
for command in _COMMANDS:
    cli.command()(command)
cli.add_typer(snapshot, name="snapshot")


def main() -> None:
    """The entry point: usage errors end with 64, as `sysexits.h` has it."""
    gc.disable()  # loading makes no garbage, and looking for it takes a sixth of the start; `server.py` enables it again
    prepare()
    try:
        cli()
    except SystemExit as end:
        finish()
        sys.exit(outside(end.code))
