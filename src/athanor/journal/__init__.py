"""What a run said: an append-only file, one JSON object a line, one write a call."""
