"""The terminal's door: one file a verb group, rendering apart."""
