"""NVIDIA's management library, where it is there: which GPUs a machine has, what they do.

Needs the optional package nvidia-ml-py and a driver. Without either there are no devices.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from athanor.domain.usage import GpuUsage

if TYPE_CHECKING:
    from collections.abc import Iterator


def devices() -> tuple[str, ...]:
    """The UUIDs of all devices, in the order of their slots."""
    with _library() as nvml:
        if nvml is None:
            return ()
        with suppress(nvml.NVMLError):
            handles = map(nvml.nvmlDeviceGetHandleByIndex, range(nvml.nvmlDeviceGetCount()))
            return tuple(_text(nvml.nvmlDeviceGetUUID(handle)) for handle in handles)
    return ()


def usage(names: Sequence[str]) -> tuple[GpuUsage, ...]:
    """What the devices do now, named as given: UUIDs, or numbers in the order of their slots.

    One that cannot be asked is left out.
    """
    found = []
    with _library() as nvml:
        for name in names if nvml is not None else ():
            with suppress(nvml.NVMLError):
                handle = _handle(nvml, name)
                found.append(
                    GpuUsage(
                        device=name,
                        utilization_percent=float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu),
                        memory_bytes=int(nvml.nvmlDeviceGetMemoryInfo(handle).used),
                    )
                )
    return tuple(found)


@contextmanager
def _library() -> Iterator[Any]:
    """The library, ready; None where the package or the driver is missing."""
    try:
        import pynvml
    except ImportError:
        yield None
        return
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        pynvml.nvmlShutdown()


def _handle(nvml: Any, name: str) -> Any:
    if name.isdecimal():
        return nvml.nvmlDeviceGetHandleByIndex(int(name))
    return nvml.nvmlDeviceGetHandleByUUID(name)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
