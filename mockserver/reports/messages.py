"""The messages of the outbox: one on a line, or one whole."""

from mockserver.control.schemas.outbox import MessageSummary, MessageView
from mockserver.reports.plain import one_line, plain


def line(message: MessageSummary) -> str:
    subject, recipient = one_line(message.subject), one_line(message.recipient)
    return f"{message.id:>5}  {message.sent_at:%H:%M:%S} {message.provider} {message.kind} to {recipient}: {subject}"


def whole(message: MessageView) -> str:
    """Its headers, its text, and the links and codes that are in it; of a message without text that there is HTML."""
    text = plain(message.text).strip("\n") or ("(no text; --html prints the HTML)" if message.html else "(no text)")
    parts = [
        f"message {message.id}: {message.provider} {message.kind}",
        *(one_line(f"{name}: {value}") for name, value in message.headers.items()),
        "",
        text,
    ]
    if message.links:
        parts += ["", "links:", *(one_line(f"  {link.url}  {link.text}").rstrip() for link in message.links)]
    if message.codes:
        parts += ["", one_line(f"codes: {', '.join(message.codes)}")]
    return "\n".join(parts)
