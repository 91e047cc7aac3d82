"""All there is: the peers, and the questions in the order in which they are asked."""

from __future__ import annotations

from benchmarks.peers.questions.living import LIVING
from benchmarks.peers.questions.reading import READING
from benchmarks.peers.questions.recording import CALL, RATE, SURVIVAL
from benchmarks.peers.questions.starting import COLD, WARM

PEERS = ("sacred", "mlflow", "trackio", "wandb", "inspect", "aim", "prefect", "ray")
"""Those with an environment of their own, and a file of requirements each."""
QUESTIONS = (CALL, SURVIVAL, RATE, WARM, COLD, *READING, *LIVING)
