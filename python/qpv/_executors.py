"""The dataset in the processes of a cluster."""

from __future__ import annotations

import functools

import qpv
from qpv._errors import QpvError


@functools.cache
def opened_as(folder: str, digest: str) -> qpv.Dataset:
    """The dataset of a folder, opened once by each process; refused when it is not that of whoever asks."""
    opened = qpv.Dataset(folder)
    if opened.digest != digest:
        detail = f"{folder} on this executor has the dataset {opened.digest}, not {digest} as the driver"
        raise QpvError("dataset_altered", detail, detail)
    return opened
