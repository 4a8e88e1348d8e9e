"""What an email says, before anything is merged into it: its own HTML, or a template with its slots filled."""

from typing import Any

from mockserver.providers.emfluence.actions import templates
from mockserver.providers.emfluence.actions.merging import fill_slots
from mockserver.providers.emfluence.actions.plain_text import plain_text
from mockserver.providers.emfluence.settings import EmfluenceContext

_HEAD_ENDS = "</head>"


def template(context: EmfluenceContext, template_id: int | None) -> Any | None:
    """The template of an id."""
    return None if template_id is None else templates.find(context, template_id)


def shown(context: EmfluenceContext, email: Any) -> dict[str, str]:
    """The parts of an email's content, with the HTML that a template makes of them, and the text made of that."""
    html, text = versions(context, email)
    return {**email.content, "htmlVersion": html, "textVersion": text}


def versions(context: EmfluenceContext, email: Any) -> tuple[str, str]:
    """HTML and plain text of an email, variables not replaced."""
    html = _html(context, email)
    return html, email.content.get("textVersion", "") or _text(context, email, html)


def generated_text(context: EmfluenceContext, email: Any) -> str:
    """The plain text of an email that has none of its own."""
    return _text(context, email, _html(context, email))


def _html(context: EmfluenceContext, email: Any) -> str:
    if email.html_version_editable:
        own: str = email.content.get("htmlVersion", "")
        return own
    used = template(context, email.template_id)
    if used is None:
        return ""
    before, end, after = used.html_version.partition(_HEAD_ENDS)
    head = email.content.get("htmlHead", "") if end else ""
    return fill_slots(f"{before}{head}{end}{after}", email.content)


def _text(context: EmfluenceContext, email: Any, html: str) -> str:
    used = None if email.html_version_editable else template(context, email.template_id)
    if used is not None and used.text_version:
        return fill_slots(used.text_version, email.content)
    return plain_text(html)
