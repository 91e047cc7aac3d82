"""``python -m handbook``: renew the pages that are made of the code."""

from handbook import generated

generated.write()
