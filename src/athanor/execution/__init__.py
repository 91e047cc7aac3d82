"""Inside a run: the context an author sees, the task that works, the runner that watches it.

Nothing here knows the database: a run needs its directory and nothing else.
"""
