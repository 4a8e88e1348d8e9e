"""What every provider needs and none of them owns: workspaces, time, gates, journal, throttle, outbox.

Nothing in this package knows a wire shape. Delete any two providers and no line here becomes strange.
"""
