"""Remembering: instances, runs and what runs said, in a database."""
