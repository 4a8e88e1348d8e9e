"""The services this server stands in for. Another one is one folder and one line here."""

from mockserver.core.provider import Provider
from mockserver.providers.emfluence import EMFLUENCE
from mockserver.providers.emma import EMMA
from mockserver.providers.ethermailer import ETHERMAILER

PROVIDERS: tuple[Provider, ...] = (EMMA, EMFLUENCE, ETHERMAILER)
