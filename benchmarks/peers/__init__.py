"""Ours beside the peers and the floor: one command, ratios of one run on one machine."""
