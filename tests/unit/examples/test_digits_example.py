"""The digits example: what it stores of each fold, and what it warns about."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

from athanor import ValidationFailed, testing
from examples.digits import Classifier, digits

SMALL: dict[str, Any] = {
    "classifier": "k_nearest_neighbours",
    "images_per_digit": 30,
    "folds": 3,
    "repeats": 1,
}


def run_digits(*, cancel_after: int | None = None, **changes: Any) -> testing.Outcome:
    return testing.run(digits, {**SMALL, **changes}, cancel_after=cancel_after)


def values(outcome: testing.Outcome) -> list[Any]:
    return [result.value for result in outcome.raise_for_status().results]


def without_times(value: Any) -> Any:
    return {key: part for key, part in value.items() if not key.endswith("_seconds")}


def test_every_fold_has_a_result_and_the_last_one_is_the_summary() -> None:
    outcome = run_digits(repeats=2)
    assert outcome.keys == [f"fold_{number}" for number in range(1, 7)] + ["summary"]
    assert [value["repeat"] for value in values(outcome)[:-1]] == [1, 1, 1, 2, 2, 2]
    assert outcome.status == "completed"


def test_a_fold_tells_its_sizes_scores_times_and_confusion_matrix() -> None:
    fold = values(run_digits())[0]
    matrix = fold["confusion_matrix"]
    assert (fold["train_size"], fold["test_size"]) == (200, 100)
    assert [len(row) for row in matrix] == [10] * 10
    assert sum(map(sum, matrix)) == 100
    assert fold["accuracy"] == pytest.approx(sum(matrix[i][i] for i in range(10)) / 100)
    assert 0.7 < fold["macro_f1"] < 1
    assert fold["fit_seconds"] > 0
    assert fold["predict_seconds"] > 0


def test_the_macro_f1_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import f1_score

    fold = values(run_digits(label_noise=0.4))[0]
    cells = [
        (actual, predicted)
        for actual, row in enumerate(fold["confusion_matrix"])
        for predicted, count in enumerate(row)
        for _ in range(count)
    ]
    actual, predicted = zip(*cells, strict=True)
    assert fold["macro_f1"] == pytest.approx(f1_score(actual, predicted, average="macro"))


def test_the_summary_adds_up_the_folds() -> None:
    *folds, summary = values(run_digits())
    accuracies = [fold["accuracy"] for fold in folds]
    assert summary["folds"] == 3
    assert summary["accuracy"]["mean"] == pytest.approx(sum(accuracies) / 3)
    assert summary["accuracy"]["min"] == min(accuracies)
    assert summary["accuracy"]["max"] == max(accuracies)
    assert sum(map(sum, summary["confusion_matrix"])) == 300
    assert list(summary["recall_per_digit"]) == [str(digit) for digit in range(10)]
    assert summary["recall_per_digit"]["3"] == summary["confusion_matrix"][3][3] / 30


def test_the_most_confused_digits_come_with_the_commonest_mistake_first() -> None:
    summary = values(run_digits(label_noise=0.4))[-1]
    counts = [mistake["count"] for mistake in summary["most_confused"]]
    table = summary["confusion_matrix"]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == max(table[i][j] for i in range(10) for j in range(10) if i != j)


def test_progress_moves_with_every_fold_and_says_how_good_it_is() -> None:
    progresses = run_digits().progresses
    assert [progress.current for progress in progresses] == [0, 0, 1, 2, 3]
    assert {progress.total for progress in progresses} == {3}
    assert all("%" in (progress.message or "") for progress in progresses[2:])


@pytest.mark.parametrize("classifier", list(Classifier))
def test_every_classifier_reads_most_digits(classifier: Classifier) -> None:
    outcome = run_digits(classifier=classifier, mlp={"max_epochs": 400})
    assert values(outcome)[-1]["accuracy"]["mean"] > 0.8


def test_the_same_seed_gives_the_same_scores_and_another_seed_others() -> None:
    options: dict[str, Any] = {
        "classifier": "random_forest",
        "random_forest": {"trees": 10},
        "label_noise": 0.1,
    }
    first, again, other = (values(run_digits(seed=seed, **options)) for seed in (7, 7, 8))
    assert list(map(without_times, first)) == list(map(without_times, again))
    assert list(map(without_times, first)) != list(map(without_times, other))


def test_wrong_labels_cost_accuracy_and_are_warned_about() -> None:
    clean, noisy = run_digits(), run_digits(label_noise=0.5)
    assert values(noisy)[-1]["accuracy"]["mean"] < values(clean)[-1]["accuracy"]["mean"]
    warning = "50% of the training labels are wrong on purpose"
    assert warning not in clean.messages("warn")
    assert warning in noisy.messages("warn")


def test_a_fold_far_below_those_before_it_is_warned_about() -> None:
    outcome = run_digits(folds=10, images_per_digit=20)
    accuracies = [fold["accuracy"] for fold in values(outcome)[:-1]]
    far_below = [
        number
        for number in range(2, 11)
        if accuracies[number - 1] < fmean(accuracies[: number - 1]) - 0.05
    ]
    assert far_below
    assert [int(text.split()[1]) for text in outcome.messages("warn")] == far_below


def test_raw_pixels_are_warned_about_where_the_scale_matters() -> None:
    assert "sensitive to scale" in run_digits(standardize=False).messages("warn")[0]


def test_training_that_does_not_converge_warns_as_scikit_learn_does() -> None:
    from sklearn.exceptions import ConvergenceWarning

    with pytest.warns(ConvergenceWarning):
        run_digits(classifier="logistic_regression", logistic_regression={"max_iter": 1})


def test_a_cancel_stops_it_between_two_folds() -> None:
    """CAN-01, CAN-02."""
    outcome = run_digits(cancel_after=6)
    assert outcome.status == "cancelled"
    assert 0 < len(outcome.results) < 3


def test_a_configuration_out_of_bounds_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="folds"):
        run_digits(folds=21)
