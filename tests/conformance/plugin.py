"""Rulebook and tests keep each other honest.

    @pytest.mark.rule("ether.contacts.duplicate")               this test shows that row
    @pytest.mark.reading("ethermailer", unknown_group="ignore") ... with the switch in another position

The `workspace` fixture puts the switches of `reading` into force, so a reading cannot be claimed and not taken. When the
whole suite runs, it fails unless every row and every position of every switch has a passing test.
"""

from typing import Any, Literal, get_args, get_origin

import pytest

from mockserver.providers import PROVIDERS

_SHOWN: set[str] = set()


def rows() -> set[str]:
    return {rule for provider in PROVIDERS for rule in provider.rulebook}


def positions() -> set[str]:
    """Every position of every switch but the default, as `provider.switch=value`; a free value counts as any."""
    return {
        f"{provider.name}.{name}={value}"
        for provider in PROVIDERS
        for name, field in provider.settings.model_fields.items()
        for value in (get_args(field.annotation) if get_origin(field.annotation) is Literal else ("any",))
        if value != field.default
    }


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rule(*ids): the rulebook rows that the test shows")
    config.addinivalue_line("markers", "reading(provider, **switches): the readings that the test runs under")


def pytest_itemcollected(item: pytest.Item) -> None:
    for mark in item.iter_markers("rule"):
        unknown = set(mark.args) - rows()
        if unknown:
            raise pytest.UsageError(f"{item.nodeid}: the rulebook has no row {', '.join(sorted(unknown))}")
        item.user_properties += [("shows", rule) for rule in mark.args]
    for mark in item.iter_markers("reading"):
        item.user_properties += [("shows", _position(mark.args[0], name, value)) for name, value in mark.kwargs.items()]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        _SHOWN.update(value for name, value in report.user_properties if name == "shows" and isinstance(value, str))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_whole(session.config) and session.testsfailed == 0 and missing():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if _is_whole(config):
        for each in missing():
            terminalreporter.write_line(f"CONFORMANCE: no passing test shows {each}", red=True)
        terminalreporter.write_line(f"conformance: {len(rows())} rows, {len(positions())} other readings")


def missing() -> list[str]:
    return sorted((rows() | positions()) - _SHOWN)


def _position(provider: str, name: str, value: object) -> str:
    known = f"{provider}.{name}={value}"
    return known if known in positions() else f"{provider}.{name}=any"


def _is_whole(config: pytest.Config) -> bool:
    """Whether everything was asked for, and by the process that sees all reports."""
    chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    return not hasattr(config, "workerinput") and config.args_source.name == "TESTPATHS" and not chosen
