"""What a running server says of the calls that it had."""

from typing import Annotated

import typer

from mockserver.commands.asking import DEFAULT, HERE, AsJson, Named, OfProvider, Token, Url, ask
from mockserver.commands.ending import FOUND
from mockserver.commands.printing import as_json as json_of
from mockserver.commands.printing import say


def manners(
    url: Url = HERE,
    workspace: Named = DEFAULT,
    provider: OfProvider = None,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Judge the calls that a running server has in its journal. Ends with 2 on an error or a warning."""
    verdict = ask(url, workspace, token, lambda control: control.manners(provider=provider))
    from mockserver.reports import judging as reports  # noqa: PLC0415 - `--help` answers without it

    say(json_of(verdict) if as_json else reports.manners(verdict))
    if any(finding.severity != "advice" for finding in verdict.findings):
        raise typer.Exit(FOUND)


def coverage(
    url: Url = HERE,
    workspace: Named = DEFAULT,
    provider: OfProvider = None,
    token: Token = None,
    untouched: Annotated[bool, typer.Option("--untouched", help="Only operations with rows that no call has met.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print which rows of the rulebook the calls to a running server have met, and which they never met."""
    found = ask(url, workspace, token, lambda control: control.coverage(provider=provider))
    from mockserver.reports import judging as reports  # noqa: PLC0415 - see above

    if as_json:
        kept = [
            each.model_copy(update={"operations": [op for op in each.operations if op.untouched or not untouched]})
            for each in found
        ]
        say(json_of(kept))
    else:
        say(reports.coverage(found, untouched_only=untouched))
