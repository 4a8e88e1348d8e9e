"""The page: what the program under development just did, for a person to see.

It knows the server by the control API alone: what it shows, the control routes tell it, and what it changes goes through
them, so that nothing can be done here that a test could not do.
"""
