"""The calls that a workspace had: listed, followed, one of them whole, or judged."""

from contextlib import suppress
from typing import Annotated, Any

import typer

from mockserver.commands import files
from mockserver.commands.asking import DEFAULT, HERE, AsJson, Named, OfProvider, Token, Url, ask, keep_apart
from mockserver.commands.ending import FOUND, note
from mockserver.commands.printing import as_json as json_of
from mockserver.commands.printing import say

CallId = Annotated[int | None, typer.Argument(metavar="CALL_ID", help="Show this call whole.")]
Operation = Annotated[str | None, typer.Option(metavar="NAME", help="Only this operation, such as add_contact. [all]")]
Outcome = Annotated[str | None, typer.Option(metavar="answered|refused", help="Only what the provider did that to. [both]")]
Status = Annotated[int | None, typer.Option(metavar="NUMBER", help="Only answers of this HTTP status. [all]")]
Text = Annotated[str | None, typer.Option(metavar="WORDS", help="Only with these in path, query or a body. [all]")]
Limit = Annotated[int | None, typer.Option(metavar="NUMBER", help="Most calls, the newest. [100; 0 before --follow]")]
Follow = Annotated[bool, typer.Option("--follow", help="Go on with calls as they come, until Ctrl-C.")]
Har = Annotated[bool, typer.Option("--har", help="As an HTTP archive, which browsers open.")]
Verify = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Judge whether the calls are those that this JSON expects; - is stdin. [none]"),
]
_Where = tuple[str, str, str | None]
"""Address, workspace and token."""


def journal(
    *,
    call_id: CallId = None,
    provider: OfProvider = None,
    operation: Operation = None,
    outcome: Outcome = None,
    status: Status = None,
    text: Text = None,
    limit: Limit = None,
    follow: Follow = False,
    har: Har = False,
    verify: Verify = None,
    url: Url = HERE,
    workspace: Named = DEFAULT,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Print the calls that a running server had, or one of them whole, with the rules that made its answer.

    --verify takes what POST /_mock/journal/verify does, and ends with 2 and the difference when it does not hold.

    \b
    Examples:
      mockserver journal --outcome refused --limit 5
      mockserver journal 7
      mockserver journal --follow --provider emma
      echo '{"match": {"operation": "add_contact"}, "exactly": 1}' | mockserver journal --verify -
    """
    wanted = {"provider": provider, "operation": operation, "outcome": outcome, "status": status, "text": text}
    _check({"CALL_ID": call_id, "--verify": verify}, {"--follow": follow, "--har": har}, {**wanted, "limit": limit})
    keep_apart({"--har": har}, {"--json": as_json, "--follow": follow})
    where = (url, workspace, token)
    if call_id is not None:
        _show(where, call_id, as_json=as_json)
    elif verify is not None:
        _verify(where, files.read(verify), as_json=as_json)
    elif follow:
        _follow(where, wanted, limit or 0, as_json=as_json)
    else:
        _list(where, {**wanted, "limit": limit}, har=har, as_json=as_json)


def _check(questions: dict[str, Any], forms: dict[str, bool], wanted: dict[str, Any]) -> None:
    """A question about one call, or about all of them, leaves nothing to choose."""
    keep_apart(*({name: value} for name, value in questions.items()))
    keep_apart(questions, {**forms, **{f"--{name}": value for name, value in wanted.items()}})


def _list(where: _Where, wanted: dict[str, Any], *, har: bool, as_json: bool) -> None:
    if har:
        say(json_of(ask(*where, lambda control: control.journal.har(**wanted))))
        return
    found = ask(*where, lambda control: control.journal.calls(**wanted))
    from mockserver.reports import calls  # noqa: PLC0415 - `--help` answers without it

    if as_json:
        say(json_of(found))
    elif found:
        say("\n".join(calls.line(call) for call in reversed(found)))
    else:
        note("the journal has no such calls")


def _show(where: _Where, call_id: int, *, as_json: bool) -> None:
    call = ask(*where, lambda control: control.journal.get(call_id))
    if as_json:
        say(json_of(call))
        return
    rulebook = ask(*where, lambda control: control.rulebook(provider=call.provider))
    from mockserver.reports import calls  # noqa: PLC0415 - see above

    say(calls.whole(call, rulebook))


def _verify(where: _Where, expected: bytes, *, as_json: bool) -> None:
    verdict = ask(*where, lambda control: control.journal.verify_json(expected))
    from mockserver.reports import calls  # noqa: PLC0415 - see above

    say(json_of(verdict) if as_json else calls.verdict(verdict))
    if not verdict.holds:
        raise typer.Exit(FOUND)


def _follow(where: _Where, wanted: dict[str, Any], past: int, *, as_json: bool) -> None:
    from mockserver.commands.following import follow  # noqa: PLC0415 - see above
    from mockserver.reports import calls  # noqa: PLC0415

    asked = {name: value for name, value in wanted.items() if value is not None}
    with suppress(KeyboardInterrupt):  # that is how it ends
        ask(
            *where,
            lambda control: follow(
                control, asked, past, lambda call: say(json_of(call, indent=None) if as_json else calls.line(call))
            ),
        )
