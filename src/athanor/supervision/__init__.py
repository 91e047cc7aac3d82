"""Keeping it true: starting runs, watching them, storing what they say, ending them honestly."""
