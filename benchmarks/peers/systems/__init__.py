"""One module a system, run by the Python of the system's own environment."""
