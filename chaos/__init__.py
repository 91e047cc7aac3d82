"""Killing every process of Athanor at random, and an oracle that shares nothing with it.

``make chaos`` runs the long form; a short one is part of the tests.
"""
