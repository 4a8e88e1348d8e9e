"""Where it travels: one router for each resource. A literal path wins over a parameter, whatever the order."""

from mockserver.providers.emma.routes import members, unserved

ROUTERS = [module.router for module in (members, unserved)]
