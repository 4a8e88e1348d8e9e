"""The messages that a workspace would have sent: listed, waited for, or one of them whole."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mockserver.commands.asking import DEFAULT, HERE, AsJson, Named, OfProvider, Token, Url, ask, check_patience, keep_apart
from mockserver.commands.ending import FAILURE, FOUND, USAGE, fail, note
from mockserver.commands.printing import as_json as json_of
from mockserver.commands.printing import hand_over, say

if TYPE_CHECKING:
    from mockserver.control.schemas.outbox import MessageView
    from mockserver.testing import Control

_LONGEST_SECONDS = 60.0
"""The server lets nobody wait longer at a time."""
_NOTHING_CAME = 408

MessageId = Annotated[int | None, typer.Argument(metavar="ID", help="Show this message whole.")]
Recipient = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Only to this address, in any letter case. [all]")]
Subject = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Only with this in the subject, in any letter case. [all]")
]
Kind = Annotated[str | None, typer.Option(metavar="NAME", help="Only of this kind, as the list shows it. [all]")]
After = Annotated[int | None, typer.Option(metavar="ID", help="Only messages that are newer than this one. [all]")]
Limit = Annotated[int | None, typer.Option(metavar="NUMBER", help="Most messages, the newest. [100]")]
Wait = Annotated[
    float | None,
    typer.Option("--wait", metavar="SECONDS", help="Show the newest one whole, as soon as there is one. [none]"),
]
Html = Annotated[bool, typer.Option("--html", help="Nothing but its HTML.")]
Text = Annotated[bool, typer.Option("--text", help="Nothing but its plain text.")]
Eml = Annotated[bool, typer.Option("--eml", help="As mail programs exchange it.")]


def outbox(
    *,
    message_id: MessageId = None,
    recipient: Recipient = None,
    subject: Subject = None,
    provider: OfProvider = None,
    kind: Kind = None,
    after: After = None,
    limit: Limit = None,
    wait: Wait = None,
    html: Html = False,
    text: Text = False,
    eml: Eml = False,
    url: Url = HERE,
    workspace: Named = DEFAULT,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Print the messages that a running server would have sent, or one of them whole, with its links and codes.

    --wait ends with 2 when no message has come that fits.

    \b
    Examples:
      mockserver outbox --recipient ada@example.com
      mockserver outbox --wait 10 --subject confirm
      mockserver outbox 1 --html > message.html
    """
    wanted = {"recipient": recipient, "subject": subject, "provider": provider, "kind": kind, "after": after}
    keep_apart({"ID": message_id}, {"--wait": wait}, {"--limit": limit})
    keep_apart({"ID": message_id}, {f"--{name}": value for name, value in wanted.items()})
    form = _form({"--html": html, "--text": text, "--eml": eml, "--json": as_json})
    where = (url, workspace, token)
    if message_id is None and wait is None:
        _list(where, {**wanted, "limit": limit}, form)
    else:
        _show(*ask(*where, lambda control: _one(control, message_id, wanted, wait or 0, form)), form)


def _form(forms: dict[str, bool]) -> str:
    """The form that is wanted; blank is that for people."""
    keep_apart(*({name: given} for name, given in forms.items()))
    return next((name for name, given in forms.items() if given), "")


def _list(where: tuple[str, str, str | None], wanted: dict[str, Any], form: str) -> None:
    if form not in {"", "--json"}:
        fail(f"{form} is for one message: give its ID, or --wait", USAGE)
    found = ask(*where, lambda control: control.outbox.messages(**wanted))
    from mockserver.reports import messages  # noqa: PLC0415 - `--help` answers without it

    if form:
        say(json_of(found))
    elif found:
        say("\n".join(messages.line(message) for message in reversed(found)))
    else:
        note("the outbox has no such messages")


def _one(
    control: "Control", message_id: int | None, wanted: dict[str, Any], seconds: float, form: str
) -> tuple["MessageView", bytes]:
    message = _awaited(control, wanted, seconds) if message_id is None else control.outbox.get(message_id)
    return message, control.outbox.eml_bytes(message.id) if form == "--eml" else b""


def _awaited(control: "Control", wanted: dict[str, Any], seconds: float) -> "MessageView":
    check_patience("--wait", seconds)
    from mockserver.testing import ControlRefused  # noqa: PLC0415 - see above

    while True:
        try:
            return control.outbox.wait(**wanted, timeout=min(seconds, _LONGEST_SECONDS))
        except ControlRefused as problem:
            seconds -= _LONGEST_SECONDS
            if problem.status != _NOTHING_CAME:
                raise
            if seconds <= 0:
                fail(str(problem), FOUND)


def _show(message: "MessageView", source: bytes, form: str) -> None:
    if form in {"--html", "--text"}:
        content = message.html if form == "--html" else message.text
        if not content:
            fail(f"message {message.id} has no {form.removeprefix('--')}", FAILURE)
        hand_over(content.encode("utf-8", "surrogatepass"))
    elif form == "--eml":
        hand_over(source)
    elif form == "--json":
        say(json_of(message))
    else:
        from mockserver.reports import messages  # noqa: PLC0415 - `--help` answers without it

        say(messages.whole(message))
