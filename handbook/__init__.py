"""How the site of the documents is made: pages generated from the code, and links that hold."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
