"""Templates of emails. They come from fixtures and no call can change them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.errors import ParameterMissing, RecordNotFound
from mockserver.providers.emfluence.schemas.templates import TemplateLookup, TemplateSearch
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Template
from mockserver.providers.emfluence.wire import Page, name_key

_ALL = Statement(select(*Template.c).order_by(Template.c.id))
_SETTLED = "emfluence.templates"


def every(context: EmfluenceContext) -> Sequence[Any]:
    """All templates by age; a workspace reads them once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = context.all(_ALL)
    templates: Sequence[Any] = settled[_SETTLED]
    return templates


def find(context: EmfluenceContext, template_id: int) -> Any | None:
    """The template of an id."""
    return next((template for template in every(context) if template.id == template_id), None)


def lookup(context: EmfluenceContext, payload: TemplateLookup) -> Any | Sequence[Any]:
    """The template that a call asks for; a list of those that exist when it asks for several."""
    if payload.template_ids:
        context.cite("emf.lookup_templates.several")
        found = (find(context, template_id) for template_id in dict.fromkeys(payload.template_ids))
        return [template for template in found if template is not None]
    if payload.template_id is None:
        raise ParameterMissing("templateID or templateIDs is required")
    template = find(context, payload.template_id)
    if template is None:
        said = f"templateID: there is no template {payload.template_id}"
        raise RecordNotFound(said, rule="emf.lookup_templates.unknown")
    return template


def search(context: EmfluenceContext, asked: TemplateSearch, page: Page) -> tuple[int, Sequence[Any]]:
    """How many templates have a name like the one asked for, and those of a page, by name."""
    wanted = name_key(asked.name)
    found = [template for template in every(context) if wanted in name_key(template.name)]
    found.sort(key=lambda template: name_key(template.name))
    return len(found), found[page.offset : page.offset + page.size]
