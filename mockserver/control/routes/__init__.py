"""The control API's routes, one file for each thing it controls."""

from mockserver.control.routes import (
    clock,
    config,
    difference,
    docs,
    faults,
    journal,
    manners,
    outbox,
    relay,
    rulebook,
    server,
    snapshots,
    webhooks,
    workspaces,
)

ROUTERS = [
    module.router
    for module in (
        server,
        workspaces,
        clock,
        config,
        faults,
        journal,
        relay,
        outbox,
        webhooks,
        snapshots,
        difference,
        rulebook,
        manners,
        docs,
    )
]
