"""Which devices there are for runs, and whose turn it is."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from athanor.errors import InvalidSetting
from athanor.execution import nvml
from athanor.settings import load
from athanor.store.waiting import Asking
from athanor.supervision import devices

BEHIND = "a run ahead of it that waits for GPUs"


def asking(**gpus):
    return [Asking(run_id=k, attempt=1, gpus=n, waits_for=None) for k, n in gpus.items()]


@pytest.mark.parametrize(
    ("setting", "inherited", "expected"),
    [
        ("3", None, ("0", "1", "2")),
        ("0", None, ()),
        ("0,2", None, ("0", "2")),
        ("2,", None, ("2",)),
        (" GPU-a , GPU-b,GPU-a", None, ("GPU-a", "GPU-b")),
        ("", "2,3", ("2", "3")),
        ("", "", ()),
        ("", "-1", ()),
        ("", "1,-1,0", ("1",)),
        ("1", "2,3", ("2",)),
        ("3,4", "2,3", ("3",)),
        ("4", "", ()),
    ],
)
def test_what_is_set_counts_as_far_as_this_process_was_given_it(setting, inherited, expected):
    environ = {} if inherited is None else {"CUDA_VISIBLE_DEVICES": inherited}
    assert devices.present(setting, environ) == expected


@pytest.mark.parametrize("text", ["-1", "0,-1", ",", " , ", "0;1", "0 1"])
def test_a_setting_that_names_no_devices_is_refused(tmp_path, text):
    with pytest.raises(InvalidSetting, match="ATHANOR_GPUS must be a count"):
        load(tmp_path, {"ATHANOR_GPUS": text})


def test_runs_are_given_what_is_free_in_their_order():
    turns = devices.turns(asking(a=1, b=2), ("0", "1", "2", "3"), {"1"})
    assert turns.given == {"a": ("0",), "b": ("2", "3")}
    assert (turns.waits_for, turns.refused) == ({}, [])


def test_nobody_passes_a_run_that_waits_for_devices():
    turns = devices.turns(asking(a=2, b=1, c=1), ("0", "1"), {"0"})
    assert turns.given == {}
    assert turns.waits_for == {"a": "2 GPUs (1 free)", "b": BEHIND, "c": BEHIND}


def test_a_run_that_can_never_be_served_stands_in_nobodys_way():
    turns = devices.turns(asking(a=3, b=1), ("0", "1"), set())
    ((refused, reason),) = turns.refused
    assert refused.run_id == "a"
    assert reason.startswith("Asks for 3 GPUs, and there are 2 (0, 1) for runs on this machine.")
    assert "whoever supervises" in reason
    assert turns.given == {"b": ("0",)}


# --- NVML: no machine of these tests has a GPU, so the library is a pretended one -----------------


class PretendedError(Exception):
    pass


def pretended(count=2, broken=()):
    """``pynvml`` as far as it is used, with devices that do as their number says."""

    def by_index(number):
        if number in broken:
            raise PretendedError
        return number

    return SimpleNamespace(
        NVMLError=PretendedError,
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: count,
        nvmlDeviceGetHandleByIndex=by_index,
        nvmlDeviceGetHandleByUUID=lambda name: by_index(int(name.removeprefix("GPU-"))),
        nvmlDeviceGetUUID=lambda handle: f"GPU-{handle}",
        nvmlDeviceGetUtilizationRates=lambda handle: SimpleNamespace(gpu=10 * handle),
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(used=1000 + handle),
    )


def test_devices_are_those_that_nvml_finds(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", pretended())
    assert nvml.devices() == ("GPU-0", "GPU-1")


def test_what_a_device_does_is_asked_by_uuid_or_number(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", pretended(3, broken={1}))
    told = [(u.device, u.utilization_percent, u.memory_bytes) for u in nvml.usage(("GPU-2", "1"))]
    assert told == [("GPU-2", 20.0, 1002)]


def test_without_the_package_there_are_no_devices(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert nvml.devices() == ()
    assert nvml.usage(("0",)) == ()


def test_without_a_driver_there_are_no_devices(monkeypatch):
    def init():
        raise PretendedError

    library = pretended()
    library.nvmlInit = init
    monkeypatch.setitem(sys.modules, "pynvml", library)
    assert nvml.devices() == ()
