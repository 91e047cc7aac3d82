"""What many results amount to."""

from __future__ import annotations

from datetime import UTC, datetime

from athanor.domain.output import Result
from athanor.harness import summarizing
from athanor.harness.summarizing import Tally

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def result(key: str, value) -> Result:
    return Result(
        id="x",
        run_id="r",
        attempt=1,
        seq=0,
        key=key,
        value=value,
        size=1,
        timestamp=NOW,
        inserted_at=NOW,
    )


def summary(*results: Result):
    tally = Tally()
    tally.add(results)
    return tally.summary(count=len(results), left_out=0, sample=[])


def test_numbers_have_their_range_and_keys_that_differ_in_digits_are_one():
    found = summary(*(result(f"fold_{n}", {"loss": n / 2, "name": "a"}) for n in range(1, 5)))
    assert found.keys == {"fold_#": 4}
    loss, name = found.fields
    assert (loss.path, loss.count, loss.types) == ("fold_#.loss", 4, ("number",))
    assert (loss.min, loss.mean, loss.max, loss.last) == (0.5, 1.25, 2.0, 2.0)
    assert (name.types, name.min, name.mean) == (("string",), None, None)


def test_the_entries_of_a_list_share_a_place():
    (field,) = summary(result("a", {"layers": [{"n": 1}, {"n": 5}]})).fields
    assert (field.path, field.count, field.min, field.max) == ("a.layers[].n", 2, 1, 5)


def test_what_is_no_finite_number_is_counted_and_spoils_no_mean():
    (field,) = summary(*(result("x", value) for value in (1, "NaN", None, True, 3, 10**400))).fields
    assert (field.count, field.not_finite, field.mean, field.max) == (6, 1, 2.0, 3)
    assert field.types == ("integer", "not finite", "null", "boolean", "huge integer")


def test_the_places_are_bounded(monkeypatch):
    monkeypatch.setattr(summarizing, "MOST_FIELDS", 3)
    monkeypatch.setattr(summarizing, "MOST_KEYS", 2)
    found = summary(*(result(letter, {"v": 1, "w": 2}) for letter in "abcde"))
    assert (len(found.fields), found.more_fields) == (3, 7)
    assert (len(found.keys), found.more_keys) == (2, 3)
    deep: dict = {}
    for _ in range(100):
        deep = {"a": deep}
    assert summary(result("deep", deep)).fields[0].types == ("object",)


def test_only_whole_numbers_make_keys_one():
    keys = ("loss/0.1", "loss/0.5", "loss/.5", "lr_1e-3", "lr_1e-4", "v1.2.3", "at/0.5/fold_1")
    found = summary(*(result(key, 1) for key in (*keys, "at/0.5/fold_2", "layers.3.norm")))
    assert list(found.keys) == [*keys[:-1], "at/0.5/fold_#", "layers.#.norm"]
