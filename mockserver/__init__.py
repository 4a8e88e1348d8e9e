"""A local server that stands in for the APIs of Emma, emfluence and Ether Mailer."""

__version__ = "0.1.0"
