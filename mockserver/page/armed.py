"""Armed faults as a person reads them: which calls, how many of them, and what becomes of those."""

from dataclasses import dataclass

from mockserver.control.schemas.faults import ActGiven, DelayGiven, FaultView, MatchGiven, WhenGiven

_ACTS = {
    "refusal": "refused: {name}",
    "answer": "answered with {status}",
    "drop before": "connection reset before the call runs",
    "drop middle": "connection reset in the middle of the answer",
    "truncate": "answer cut after {size} bytes",
    "truncate None": "answer cut in half",
    "garbage": "{size} bytes of garbage as the answer",
    "lose_answer": "the call runs, its answer is lost",
    "lose_request": "lost on the way, as if never sent",
}


@dataclass(frozen=True, slots=True)
class Armed:
    """One armed fault in words."""

    fault: FaultView
    target: str
    when: str
    happening: str
    is_spent: bool
    """Whether it will never happen again, whatever is called."""


def armed(fault: FaultView) -> Armed:
    """Put a fault into words."""
    when = fault.when
    last = when.first or when.nth
    return Armed(fault, _target(fault.match), _when(when), _happening(fault), last is not None and fault.matched >= last)


def _target(match: MatchGiven) -> str:
    return " ".join(part for part in (match.operation, match.method, match.path) if part) or "any call"


def _when(when: WhenGiven) -> str:
    if when.first is not None:
        return "the first call" if when.first == 1 else f"the first {when.first} calls"
    if when.nth is not None:
        return f"call {when.nth} only"
    if when.probability is not None:
        return f"each with probability {when.probability:g}"
    return "every call"


def _happening(fault: FaultView) -> str:
    said = [*([_delay(fault.delay)] if fault.delay else []), *([_act(fault.act)] if fault.act else [])]
    return ", then ".join(said)


def _delay(delay: DelayGiven) -> str:
    return f"held up {delay.seconds:g} s" if delay.seconds is not None else f"held up {delay.min:g} to {delay.max:g} s"


def _act(act: ActGiven) -> str:
    values = act.model_dump()
    variant = f"{act.kind} {values.get('at', values.get('size'))}"
    return _ACTS.get(variant, _ACTS.get(act.kind, act.kind)).format(**values)
