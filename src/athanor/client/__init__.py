"""The same verbs over HTTP: ``Client("http://127.0.0.1:4000")``, against ``athanor serve``."""

from athanor.client.client import Client

__all__ = ["Client"]
