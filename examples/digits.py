"""How well does a classifier read handwritten digits? Repeated, stratified cross-validation.

The data are the 1,797 real 8 x 8 images that come with scikit-learn, so nothing is downloaded.
The configuration is a pydantic model: its types, bounds and titles become the form, the checks
and the defaults. Heavy imports stand inside the functions that need them, so that listing the
experiments stays quick.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from athanor import RunContext, experiment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

DIGITS = range(10)
NOTABLE_DROP = 0.05


# --- what can be configured ----------------------------------------------------------------------


class Classifier(StrEnum):
    """The classifiers to choose from."""

    LOGISTIC_REGRESSION = "logistic_regression"
    SVM = "svm"
    RANDOM_FOREST = "random_forest"
    K_NEAREST_NEIGHBOURS = "k_nearest_neighbours"
    MLP = "mlp"


SENSITIVE_TO_SCALE = frozenset(Classifier) - {Classifier.RANDOM_FOREST}


class LogisticRegressionOptions(BaseModel):
    """Used when the classifier is logistic regression."""

    c: float = Field(1.0, gt=0, le=1000, title="C", description="Smaller regularises more")
    max_iter: int = Field(200, ge=1, le=10_000, title="Most iterations")


class Kernel(StrEnum):
    """The kernels of a support vector machine."""

    RBF = "rbf"
    LINEAR = "linear"
    POLYNOMIAL = "poly"


class SvmOptions(BaseModel):
    """Used when the classifier is a support vector machine."""

    kernel: Kernel = Field(Kernel.RBF, title="Kernel")
    c: float = Field(1.0, gt=0, le=1000, title="C", description="Smaller regularises more")


class RandomForestOptions(BaseModel):
    """Used when the classifier is a random forest."""

    trees: int = Field(200, ge=1, le=2000, title="Trees")
    min_samples_leaf: int = Field(1, ge=1, le=100, title="Smallest leaf", description="In samples")


class NeighboursOptions(BaseModel):
    """Used when the classifier is k nearest neighbours."""

    neighbours: int = Field(5, ge=1, le=50, title="Neighbours")
    by_distance: bool = Field(False, title="Weigh by distance", description="Nearer count more")


class MlpOptions(BaseModel):
    """Used when the classifier is a multilayer perceptron."""

    hidden_units: int = Field(64, ge=1, le=1024, title="Hidden units")
    learning_rate: float = Field(0.001, gt=0, le=1, title="Learning rate")
    max_epochs: int = Field(200, ge=1, le=2000, title="Most epochs")


class DigitsConfig(BaseModel):
    """What to train, on how much of the data, and how to judge it."""

    classifier: Classifier = Field(Classifier.RANDOM_FOREST, title="Classifier")
    standardize: bool = Field(
        True, title="Standardize", description="Scale each pixel to mean 0 and variance 1"
    )
    folds: int = Field(5, ge=2, le=20, title="Folds", description="Parts the data are split into")
    repeats: int = Field(
        2, ge=1, le=20, title="Repeats", description="How often to go through all folds"
    )
    images_per_digit: int = Field(
        183, ge=20, le=183, title="Images per digit", description="At most; there are 174 to 183"
    )
    label_noise: float = Field(
        0.0, ge=0, le=0.5, title="Label noise", description="Share of training labels made wrong"
    )
    seed: int = Field(
        0, ge=0, le=2**32 - 1, title="Seed", description="The same seed gives the same scores"
    )
    logistic_regression: LogisticRegressionOptions = Field(
        default_factory=LogisticRegressionOptions, title="Logistic regression"
    )
    svm: SvmOptions = Field(default_factory=SvmOptions, title="Support vector machine")
    random_forest: RandomForestOptions = Field(
        default_factory=RandomForestOptions, title="Random forest"
    )
    k_nearest_neighbours: NeighboursOptions = Field(
        default_factory=NeighboursOptions, title="k nearest neighbours"
    )
    mlp: MlpOptions = Field(default_factory=MlpOptions, title="Multilayer perceptron")


# --- the experiment ------------------------------------------------------------------------------


@experiment(description="Cross-validate a classifier on scikit-learn's handwritten digits.")
def digits(ctx: RunContext, config: DigitsConfig) -> None:
    """Evaluate fold after fold, say how each went, and sum up."""
    started = time.perf_counter()
    total = config.folds * config.repeats
    ctx.progress(0, total, "Loading the images")
    warn_about(ctx, config)
    images, labels = load_images(config)
    ctx.log("info", f"Loaded {len(labels)} images", {"images_per_digit": counts(labels)})

    options = getattr(config, config.classifier).model_dump(mode="json")
    ctx.log("info", f"Training {config.classifier} in {total} folds", options)
    ctx.progress(0, total, "Training the first fold")
    scores: list[FoldScore] = []
    for fold in splits(images, labels, config):
        ctx.raise_if_cancelled()
        score = evaluate(images, labels, fold, config)
        scores.append(score)
        ctx.result(f"fold_{fold.number}", score.as_result())
        report(ctx, total, scores)

    ctx.result("summary", summarize(scores, time.perf_counter() - started))
    ctx.complete()


# --- its steps, in the order they happen ---------------------------------------------------------


def warn_about(ctx: RunContext, config: DigitsConfig) -> None:
    """Say what in the configuration may surprise whoever reads the scores."""
    if not config.standardize and config.classifier in SENSITIVE_TO_SCALE:
        ctx.log("warn", f"{config.classifier} is sensitive to scale and the pixels are raw")
    if config.label_noise:
        ctx.log("warn", f"{config.label_noise:.0%} of the training labels are wrong on purpose")


def load_images(config: DigitsConfig) -> tuple[Array, Array]:
    """``(images, 64)`` pixels from 0 to 16 and ``(images,)`` labels, drawn at random if not all."""
    import numpy as np
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    shuffled = np.random.default_rng(config.seed).permutation(len(labels))
    kept = np.concatenate(
        [shuffled[labels[shuffled] == digit][: config.images_per_digit] for digit in DIGITS]
    )
    return images[kept], labels[kept]


@dataclass(frozen=True, slots=True)
class Fold:
    """One way to part the images; ``train`` and ``test`` hold their indices."""

    number: int
    repeat: int
    train: Array
    test: Array


def splits(images: Array, labels: Array, config: DigitsConfig) -> Iterator[Fold]:
    """All folds, repeat after repeat; ``number`` and ``repeat`` count from 1."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    folds = RepeatedStratifiedKFold(
        n_splits=config.folds, n_repeats=config.repeats, random_state=config.seed
    )
    for index, (train, test) in enumerate(folds.split(images, labels)):
        yield Fold(index + 1, index // config.folds + 1, train, test)


def build_classifier(config: DigitsConfig) -> Any:
    """An untrained scikit-learn pipeline: the scaler, if asked for, and the classifier."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = CLASSIFIERS[config.classifier](config)
    return make_pipeline(StandardScaler(), model) if config.standardize else make_pipeline(model)


def evaluate(images: Array, labels: Array, fold: Fold, config: DigitsConfig) -> FoldScore:
    """Train on one part, predict the other, and time both."""
    classifier = build_classifier(config)
    training_labels = with_label_noise(labels[fold.train], fold, config)
    started = time.perf_counter()
    classifier.fit(images[fold.train], training_labels)
    fitted = time.perf_counter()
    predicted = classifier.predict(images[fold.test])
    ended = time.perf_counter()
    return FoldScore(
        fold=fold,
        confusion=confusion(labels[fold.test], predicted),
        fit_seconds=fitted - started,
        predict_seconds=ended - fitted,
    )


def with_label_noise(labels: Array, fold: Fold, config: DigitsConfig) -> Array:
    """A copy of ``labels`` in which a share of ``label_noise`` names another digit."""
    import numpy as np

    random = np.random.default_rng([config.seed, fold.number])
    noisy = labels.copy()
    wrong = random.choice(len(labels), size=round(config.label_noise * len(labels)), replace=False)
    noisy[wrong] = (noisy[wrong] + random.integers(1, 10, size=len(wrong))) % 10
    return noisy


def report(ctx: RunContext, total: int, scores: list[FoldScore]) -> None:
    """Show how the newest fold went, and warn when it falls behind those before it."""
    newest, before = scores[-1], [score.accuracy for score in scores[:-1]]
    number = newest.fold.number
    ctx.log(
        "info",
        f"Fold {number} of {total}: accuracy {newest.accuracy:.1%}",
        {"macro_f1": round(newest.macro_f1, 4), "fit_seconds": round(newest.fit_seconds, 3)},
    )
    if before and newest.accuracy < fmean(before) - NOTABLE_DROP:
        ctx.log("warn", f"Fold {number} is far below the {fmean(before):.1%} of those before it")
    average = fmean([*before, newest.accuracy])
    ctx.progress(number, total, f"Fold {number} of {total}, mean accuracy {average:.1%}")


def summarize(scores: list[FoldScore], total_seconds: float) -> dict[str, Any]:
    """What all folds say together: the spread of the accuracy, and which digits are hard."""
    import numpy as np

    accuracies = [score.accuracy for score in scores]
    table: Array = np.sum([score.confusion for score in scores], axis=0)
    return {
        "accuracy": {
            "mean": fmean(accuracies),
            "std": pstdev(accuracies),
            "min": min(accuracies),
            "max": max(accuracies),
        },
        "macro_f1": fmean([score.macro_f1 for score in scores]),
        "recall_per_digit": {str(digit): recall(table, digit) for digit in DIGITS},
        "most_confused": most_confused(table),
        "confusion_matrix": table.tolist(),
        "folds": len(scores),
        "total_seconds": round(total_seconds, 3),
    }


# --- scores --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoldScore:
    """One fold; row ``i``, column ``j`` of ``confusion`` counts images of ``i`` read as ``j``."""

    fold: Fold
    confusion: Array
    fit_seconds: float
    predict_seconds: float

    @property
    def accuracy(self) -> float:
        """Share of the test images that were read right."""
        return float(self.confusion.trace() / self.confusion.sum())

    @property
    def macro_f1(self) -> float:
        """The F1 score of each digit, averaged over the digits."""
        return fmean([f1(self.confusion, digit) for digit in DIGITS])

    def as_result(self) -> dict[str, Any]:
        """What is stored of the fold."""
        return {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "repeat": self.fold.repeat,
            "fit_seconds": round(self.fit_seconds, 4),
            "predict_seconds": round(self.predict_seconds, 4),
            "train_size": len(self.fold.train),
            "test_size": len(self.fold.test),
            "confusion_matrix": self.confusion.tolist(),
        }


def counts(labels: Array) -> dict[str, int]:
    """How many images there are of each digit."""
    return {str(digit): int((labels == digit).sum()) for digit in DIGITS}


def confusion(actual: Array, predicted: Array) -> Array:
    """A 10 x 10 table of counts, a row an actual digit, a column a predicted one."""
    from sklearn.metrics import confusion_matrix

    table: Array = confusion_matrix(actual, predicted, labels=list(DIGITS))
    return table


def f1(table: Array, digit: int) -> float:
    """Harmonic mean of precision and recall of one digit; 0 when it never occurs."""
    occurrences = table[digit].sum() + table[:, digit].sum()
    return float(2 * table[digit, digit] / occurrences) if occurrences else 0.0


def recall(table: Array, digit: int) -> float:
    """Share of the images of one digit that were read as that digit."""
    return float(table[digit, digit] / table[digit].sum())


def most_confused(table: Array, most: int = 5) -> list[dict[str, int]]:
    """The commonest mistakes, the commonest first; fewer than ``most`` when there are fewer."""
    mistakes = [
        {"actual": actual, "predicted": predicted, "count": int(table[actual, predicted])}
        for actual in DIGITS
        for predicted in DIGITS
        if actual != predicted and table[actual, predicted]
    ]
    return sorted(mistakes, key=lambda mistake: -mistake["count"])[:most]


# --- the classifiers -----------------------------------------------------------------------------


def logistic_regression(config: DigitsConfig) -> Any:
    """A linear model; fast, and warns when its iterations do not suffice."""
    from sklearn.linear_model import LogisticRegression

    options = config.logistic_regression
    return LogisticRegression(C=options.c, max_iter=options.max_iter)


def svm(config: DigitsConfig) -> Any:
    """A support vector machine; the best reader of the five."""
    from sklearn.svm import SVC

    return SVC(kernel=config.svm.kernel.value, C=config.svm.c)


def random_forest(config: DigitsConfig) -> Any:
    """Many decision trees that vote."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        n_estimators=config.random_forest.trees,
        min_samples_leaf=config.random_forest.min_samples_leaf,
        random_state=config.seed,
    )


def k_nearest_neighbours(config: DigitsConfig) -> Any:
    """The label that most of the nearest training images have."""
    from sklearn.neighbors import KNeighborsClassifier

    options = config.k_nearest_neighbours
    weights = "distance" if options.by_distance else "uniform"
    return KNeighborsClassifier(n_neighbors=options.neighbours, weights=weights)


def mlp(config: DigitsConfig) -> Any:
    """A neural network with one hidden layer; warns when its epochs do not suffice."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        hidden_layer_sizes=(config.mlp.hidden_units,),
        learning_rate_init=config.mlp.learning_rate,
        max_iter=config.mlp.max_epochs,
        random_state=config.seed,
    )


CLASSIFIERS = {
    Classifier.LOGISTIC_REGRESSION: logistic_regression,
    Classifier.SVM: svm,
    Classifier.RANDOM_FOREST: random_forest,
    Classifier.K_NEAREST_NEIGHBOURS: k_nearest_neighbours,
    Classifier.MLP: mlp,
}
