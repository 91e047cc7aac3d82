"""Train a small network on scikit-learn's handwritten digits, and judge it after each epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from athanor import RunContext, experiment


class Config(BaseModel):
    """How the network is built and trained."""

    hidden_units: int = Field(64, ge=1, le=1024, title="Hidden units")
    learning_rate: float = Field(0.01, gt=0, le=1, title="Learning rate")
    batch_size: int = Field(64, ge=1, le=1024, title="Batch size")
    epochs: int = Field(80, ge=1, le=5000, title="Epochs")
    seed: int = Field(0, ge=0, title="Seed")


@experiment(description="Train a small network on handwritten digits, epoch after epoch.")
def training(ctx: RunContext, config: Config) -> None:
    """Train, judge, say how it went, until the epochs are over."""
    images = load(config.seed)
    network = build(config)
    ctx.log("info", f"Training on {len(images.train)} images", {"test": len(images.test)})
    best = 0.0
    for epoch in range(1, config.epochs + 1):
        ctx.raise_if_cancelled()
        network.partial_fit(images.train, images.train_labels, classes=range(10))
        judged = judge(network, images)
        ctx.result(f"epoch_{epoch}", judged)
        accuracy = judged["accuracy"]["test"]
        ctx.progress(epoch, config.epochs, f"Epoch {epoch}, test accuracy {accuracy:.1%}")
        best = max(best, accuracy)
    ctx.result("summary", {"best_accuracy": best, "last_loss": judged["loss"]["test"]})


@dataclass(frozen=True)
class Images:
    """Pixels from 0 to 1, and which digit they show."""

    train: Any
    test: Any
    train_labels: Any
    test_labels: Any


def load(seed: int) -> Images:
    """Three quarters to train on, the rest to test with."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    pixels, labels = load_digits(return_X_y=True)
    return Images(*train_test_split(pixels / 16, labels, random_state=seed))


def build(config: Config) -> Any:
    """A network with one hidden layer."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        hidden_layer_sizes=(config.hidden_units,),
        solver="sgd",
        learning_rate_init=config.learning_rate,
        batch_size=config.batch_size,
        momentum=0.9,
        random_state=config.seed,
    )


def judge(network: Any, images: Images) -> dict[str, dict[str, float]]:
    """Loss and accuracy on both parts."""
    from sklearn.metrics import log_loss

    parts = {
        "train": (images.train, images.train_labels),
        "test": (images.test, images.test_labels),
    }
    said = {name: network.predict_proba(pixels) for name, (pixels, _) in parts.items()}
    return {
        "loss": {name: float(log_loss(parts[name][1], said[name])) for name in parts},
        "accuracy": {
            name: float((said[name].argmax(axis=1) == parts[name][1]).mean()) for name in parts
        },
    }
