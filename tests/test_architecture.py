"""House rules that a reader may rely on, because these tests hold them."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant

from mockserver.app import create_app
from mockserver.control.routes import ROUTERS
from mockserver.core.operations import api_routes
from mockserver.core.provider import Provider
from mockserver.page.routes import ROUTERS as PAGES
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings

PACKAGE = Path(inspect.getfile(create_app)).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
EVERY_PROVIDER = {
    "README.md",
    "rulebook",
    "__init__.py",
    "app.py",
    "settings.py",
    "access.py",
    "errors.py",
    "wire.py",
    "tables.py",
    "fixture.py",
    "planting.py",
    "refusals.py",
    "etiquette.py",
    "backstage.py",
    "inbox.py",
    "samples.py",
    "schemas",
    "actions",
    "routes",
}
"""What every provider consists of."""
FURTHER = {
    "emma": {"arguments.py", "planting_mailings.py", "planting_members.py", "planting_names.py"},
    "emfluence": {"dates.py", "parameters.py", "planting_contacts.py", "planting_emails.py", "planting_names.py"},
    "ethermailer": {"arguments.py"},
}
"""What one has beside that."""
WITHOUT_ACTIONS = {"helper", "unserved"}
"""Route modules that do nothing, or only refuse."""
WITHOUT_ROWS = {"unserved", "listings"}
"""Route modules without rows of their own: one row for all that is not served, and form that all lists share."""


def functions(source: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(source.read_text("utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def called_by(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for dependency in dependant.dependencies:
        yield from called_by(dependency)


def route_modules(provider: Provider) -> set[str]:
    return {path.stem for path in (provider.folder / "routes").glob("*.py")} - {"__init__"}


def test_everything_that_fastapi_calls_is_a_coroutine() -> None:
    """A plain function would run in a thread, beside the event loop that keeps calls apart."""
    routers = [*(provider.api.router for provider in PROVIDERS), *ROUTERS, *PAGES]
    routers += [router for provider in PROVIDERS for router in (provider.backstage(), provider.links())]
    called = [call for router in routers for route in api_routes(router) for call in called_by(route.dependant)]

    assert len(called) > 40
    assert [] == [call for call in called if not (inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call))]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_siblings_have_the_same_files(provider: Provider) -> None:
    found = {path.name for path in provider.folder.iterdir() if path.name != "__pycache__"}

    assert EVERY_PROVIDER | FURTHER.get(provider.name, set()) == found


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_route_module_has_its_actions(provider: Provider) -> None:
    actions = {path.stem for path in (provider.folder / "actions").glob("*.py")}

    assert set() == route_modules(provider) - WITHOUT_ACTIONS - actions


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_route_module_has_its_rows(provider: Provider) -> None:
    """What several of them share may have a chapter of its own, by the name of its actions."""
    actions = {path.stem for path in (provider.folder / "actions").glob("*.py")}
    chapters = {path.stem for path in (provider.folder / "rulebook").glob("*.toml")}

    assert set() == {*route_modules(provider), "transport"} - WITHOUT_ROWS - chapters
    assert set() == chapters - actions - WITHOUT_ACTIONS - {"transport"}


def test_core_control_and_page_name_no_provider() -> None:
    names = [provider.name for provider in PROVIDERS]
    strangers = [
        (source.name, name)
        for part in ("core", "control", "page")
        for source in (PACKAGE / part).rglob("*.py")
        for name in names
        if f"import {name}" in source.read_text("utf-8") or f"providers.{name}" in source.read_text("utf-8")
    ]

    assert [] == strangers


def test_templates_name_no_provider() -> None:
    templates = sorted((PACKAGE / "page" / "templates").glob("*.html"))
    found = [
        (template.name, provider.name)
        for template in templates
        for provider in PROVIDERS
        if provider.name in template.read_text("utf-8").lower()
    ]

    assert len(templates) > 5
    assert [] == found


def test_no_template_lets_markup_through() -> None:
    templates = (PACKAGE / "page").rglob("*.*")
    text = "".join(path.read_text("utf-8") for path in templates if path.suffix in {".html", ".py", ".js"})

    assert [] == [way for way in ("|safe", "| safe", "Markup", "autoescape false", "innerHTML = ") if way in text]


def test_a_start_loads_no_routes() -> None:
    """They wait for the first call to their provider: each would add to the start and to the idle memory."""
    start = (
        "import sys; from mockserver.app import create_app; from mockserver.settings import Settings; "
        "create_app(Settings()); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True).stdout.split()

    assert "mockserver.providers.ethermailer.tables" in loaded
    assert [] == [name for name in loaded if re.match(r"mockserver\.(page|providers\.\w+\.(routes|backstage))", name)]


def test_a_transaction_is_committed_in_one_place() -> None:
    commits = [source.name for source in SOURCES if "database.commit()" in source.read_text("utf-8")]

    assert ["workspace.py"] == commits


def test_no_function_is_longer_than_a_screenful() -> None:
    long = [
        f"{source.relative_to(PACKAGE)}: {function.name}"
        for source in SOURCES
        for function in functions(source)
        if (function.end_lineno or 0) - function.lineno >= 40
    ]

    assert [] == long


def test_every_function_says_what_it_returns() -> None:
    silent = [
        f"{source.name}: {function.name}" for source in SOURCES for function in functions(source) if not function.returns
    ]

    assert [] == silent


def test_no_module_is_a_drawer() -> None:
    assert [] == [source.name for source in SOURCES if source.stem in {"utils", "helpers", "common", "manager", "base"}]


def test_the_server_has_a_settings_block_for_each_provider() -> None:
    settings = Settings()

    assert all(isinstance(getattr(settings, provider.name), provider.settings) for provider in PROVIDERS)
