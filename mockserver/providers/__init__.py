"""The services this server stands in for. A fourth is one folder and one line here."""

from mockserver.core.provider import Provider
from mockserver.providers.ethermailer import ETHERMAILER

PROVIDERS: tuple[Provider, ...] = (ETHERMAILER,)
