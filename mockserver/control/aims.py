"""What a fault or a question about calls can be aimed at: a name or a path that means nothing would never be met."""

from collections.abc import Collection, Iterable, Mapping

from mockserver.core.backstage import Declined
from mockserver.core.faults import Match
from mockserver.core.patterns import can_meet
from mockserver.core.provider import Provider
from mockserver.core.wording import unknown_name

_METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

Providers = Mapping[str, Provider]


def aim(providers: Providers, match: Match, *, refusal: str | None) -> Match:
    """The same, with the provider that a refusal needs. Declined when nothing can fit it, or nobody has the refusal."""
    if match.provider is not None and match.provider not in providers:
        raise Declined(400, f"match.provider: {unknown_name('provider', match.provider, providers)}")
    able = [each for each in providers.values() if match.provider in {None, each.name}]
    method = match.method.upper() if match.method is not None else None
    if method is not None and method not in _METHODS:
        raise Declined(400, f"match.method: {unknown_name('method', method[:80], _METHODS)}")
    if match.path is not None:
        check_path(providers, match.path, "match.")
    if match.operation is not None:
        able = _with_operation(able, match.operation)
        _check_method(able, match.operation, method)
        _check_path(able, match.operation, match.path)
    provider = match.provider if refusal is None else _refuser(able, refusal).name
    return Match(provider=provider, operation=match.operation, method=method, path=match.path)


def check_names(providers: Providers, provider: str | None, operation: str | None, rule: str | None, place: str) -> None:
    """Decline names that no call can have; `place` is where they were given."""
    if provider is not None and provider not in providers:
        said = unknown_name("provider", provider, providers)
        raise Declined(404, f"{place}provider: {said}" if place else said)
    able = [each for each in providers.values() if provider in {None, each.name}]
    if operation is not None:
        known = [name for each in able for name in each.operations.by_name]
        _check_name(f"{place}operation", "operation", operation, known)
    if rule is not None:
        _check_name(f"{place}rule", "rulebook row", rule, [row for each in able for row in each.rulebook])


def check_path(providers: Providers, path: str, place: str) -> None:
    """Decline one of a form that no call's path has."""
    if path[:1] not in {"/", "*"}:
        raise Declined(400, f"{place}path: {path[:80]} begins neither with / nor with *, as every path does")
    prefix = path[1:].partition("/")[0]
    if prefix in providers:
        raise Declined(400, f"{place}path: leave /{prefix} out; {place}provider says whose path it is")


def _check_name(place: str, kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise Declined(400, f"{place}: {unknown_name(kind, name[:80], known)}")


def _with_operation(providers: list[Provider], operation: str) -> list[Provider]:
    found = [each for each in providers if operation in each.operations.by_name]
    if not found:
        known = [name for each in providers for name in each.operations.by_name]
        raise Declined(400, f"match.operation: {unknown_name('operation', operation[:80], known)}")
    return found


def _check_method(providers: Iterable[Provider], operation: str, method: str | None) -> None:
    methods = sorted({each for provider in providers for each in provider.operations.methods(operation)})
    if method is not None and method not in methods:
        raise Declined(400, f"match.method: {operation} is called by {' or '.join(methods)}, not by {method}")


def _check_path(providers: Iterable[Provider], operation: str, path: str | None) -> None:
    templates = {each.operations.by_name[operation].template: each.normal_path for each in providers}
    if path is not None and not any(can_meet(normal(path), normal(template)) for template, normal in templates.items()):
        raise Declined(400, f"match.path: {path} fits no path of {operation}, which is at {' or '.join(templates)}")


def _refuser(providers: list[Provider], refusal: str) -> Provider:
    """The provider whose refusal it is."""
    if len(providers) > 1:
        names = ", ".join(each.name for each in providers)
        raise Declined(400, f"match.provider: whose refusal is {refusal}? Name one of {names}")
    (provider,) = providers
    known = provider.refusals()
    if refusal not in known:
        said = unknown_name(f"refusal of {provider.name}", refusal, known)
        raise Declined(400, f"act.name: {said}{'' if said.endswith('?') else '; GET /_mock/faults/refusals lists them'}")
    return provider
