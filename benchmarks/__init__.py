"""Figures with a floor beside each, measured in the same run. ``make bench`` prints them all."""
