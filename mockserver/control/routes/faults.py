from collections.abc import Iterator

from fastapi import APIRouter

from mockserver.control.aims import aim
from mockserver.control.schemas import Deleted
from mockserver.control.schemas.faults import ActGiven, FaultView, NewFault, RefusalView
from mockserver.core import broken
from mockserver.core.backstage import Declined, ProviderDep, WorkspaceDep
from mockserver.core.call import Call
from mockserver.core.errors import NoRoomForFault
from mockserver.core.faults import Delay, Fault, Match, When
from mockserver.core.provider import Provider
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["faults"])

_ACTS: dict[str, type[broken.Act]] = {
    kind.kind: kind
    for kind in (
        broken.Refuse,
        broken.Answer,
        broken.Drop,
        broken.Truncate,
        broken.Garble,
        broken.LoseAnswer,
        broken.LoseRequest,
    )
}


@router.post("/faults", status_code=201)
async def arm_fault(workspace: WorkspaceDep, new: NewFault) -> FaultView:
    """Let calls of this workspace go wrong: a call has the first armed fault that fits it and whose turn it is."""
    refusal = new.act.name if new.act is not None and new.act.kind == "refusal" else None
    match = aim(workspace.runtime.providers, Match(**new.match.model_dump()), refusal=refusal)
    when = When(**new.when.model_dump())
    delay = Delay(**new.delay.model_dump()) if new.delay is not None else None
    try:
        return FaultView.model_validate(workspace.faults.arm(match, when, delay, _act(new.act)))
    except NoRoomForFault as problem:
        raise Declined(409, str(problem)) from problem


@router.get("/faults")
async def list_faults(workspace: WorkspaceDep) -> list[FaultView]:
    """List the armed faults in their order, and how often each has happened."""
    return [FaultView.model_validate(fault) for fault in workspace.faults]


@router.delete("/faults")
async def remove_faults(workspace: WorkspaceDep) -> Deleted:
    """Remove all of them: from the next call on nothing goes wrong."""
    deleted = len(workspace.faults)
    workspace.faults.clear()
    return Deleted(deleted=deleted)


@router.get("/faults/refusals")
async def list_refusals(workspace: WorkspaceDep, provider: ProviderDep) -> list[RefusalView]:
    """List the refusals that a fault can name, each as this workspace would answer it."""
    providers = workspace.runtime.providers.values()
    return [view for each in providers if provider in {None, each.name} for view in _refusals(workspace, each)]


@router.get("/faults/{fault_id}")
async def get_fault(workspace: WorkspaceDep, fault_id: int) -> FaultView:
    """Get one fault, and how often it has happened."""
    return FaultView.model_validate(_find(workspace, fault_id))


@router.delete("/faults/{fault_id}")
async def remove_fault(workspace: WorkspaceDep, fault_id: int) -> FaultView:
    """Remove one fault; calls that it holds up already have it still."""
    fault = _find(workspace, fault_id)
    workspace.faults.remove(fault_id)
    return FaultView.model_validate(fault)


def _find(workspace: Workspace, fault_id: int) -> Fault:
    fault = workspace.faults.find(fault_id)
    if fault is None:
        raise Declined(404, f"no fault {fault_id} is armed (any more)")
    return fault


def _act(given: ActGiven | None) -> broken.Act | None:
    return _ACTS[given.kind](**given.model_dump(exclude={"kind"})) if given is not None else None


def _refusals(workspace: Workspace, provider: Provider) -> Iterator[RefusalView]:
    """Of names that mean the same the first is the name."""
    nothing = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    makers = provider.refusals()
    for maker in dict.fromkeys(makers.values()):
        name, *also = (each for each, made in makers.items() if made is maker)
        call = Call(workspace.runtime, provider, nothing)
        call.workspace = workspace
        refusal = maker(call)
        response = refusal.response(call)
        body = bytes(response.body).decode()
        rules = sorted(refusal.cited())
        yield RefusalView(provider=provider.name, name=name, also=also, status=response.status_code, body=body, rules=rules)
