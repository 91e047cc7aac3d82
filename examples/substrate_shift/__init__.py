"""Does a model notice when another one takes its place? Two experiments share this package."""

from .prelim import SubstrateShiftPrelim
from .study import SubstrateShift

__all__ = ["SubstrateShift", "SubstrateShiftPrelim"]
