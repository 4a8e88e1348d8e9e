"""The control API's routes, one file for each thing it controls."""

from mockserver.control.routes import clock, config, docs, journal, outbox, rulebook, server, workspaces

ROUTERS = [module.router for module in (server, workspaces, clock, config, journal, outbox, rulebook, docs)]
