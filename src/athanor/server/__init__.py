"""The server: REST under ``/api``, on the same use cases as every other door."""
