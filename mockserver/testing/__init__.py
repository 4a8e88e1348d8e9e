"""For test suites in Python: a client of the control API, and a pytest plugin (`plugin.py`) that is found by itself.

from mockserver.testing import Control

control = Control("http://127.0.0.1:8765", workspace="checkout")
control.clock.advance(minutes=5)
"""

from mockserver.testing.connection import ControlRefused, Unreachable
from mockserver.testing.control import Control

__all__ = ["Control", "ControlRefused", "Unreachable"]
