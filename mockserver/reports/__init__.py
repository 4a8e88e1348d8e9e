"""What the commands that ask a running server print, as text for people: one file for each group of commands."""
