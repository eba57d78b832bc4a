"""Tells whether French addresses lie in priority neighbourhoods (QPV), in their band of 300 m, or outside.

    import qpv

    data = qpv.open("data")
    zones = data.zones(lon, lat).to_pandas()

Answers are Arrow tables, with the columns of `qpv batch`. Errors are `qpv.QpvError`, with the codes of the HTTP interface.
"""

from __future__ import annotations

import functools
import os
import pathlib
import warnings
from typing import TYPE_CHECKING

from qpv._dataset import Dataset
from qpv._errors import QpvError
from qpv._qpv import Table, Zone, __version__, default_data_folder

if TYPE_CHECKING:
    from qpv._qpv import Day, Vintage

__all__ = ["Dataset", "QpvError", "Table", "Zone", "__version__", "open", "zone"]


def open(folder: str | os.PathLike[str] | None = None, *, dataset: str | None = None) -> Dataset:
    """Opens the current dataset of a data folder, or the one of a digest (or of its beginning).

    Without a folder it is that of `QPV_DATA`, else that of the command line. A folder without a dataset answers from the
    fictional town, and a warning says so.
    """
    folder = folder if folder is not None else os.environ.get("QPV_DATA") or default_data_folder()
    if folder is None:
        raise FileNotFoundError("no data folder: name one, or set QPV_DATA or HOME")
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no data folder: `qpv data pull --data {folder}` makes one")
    opened = Dataset(folder, dataset)
    if opened.fictional:
        warnings.warn(opened.notice or "the data is fictional", stacklevel=2)
    return opened


@functools.cache
def _default() -> Dataset:
    return open()


def zone(
    lon: float,
    lat: float,
    *,
    vintage: Vintage | None = None,
    on: Day | None = None,
    uncertainty_m: float | None = None,
) -> Zone:
    """The zone of a position in the data of `qpv.open()`, which is opened at the first question."""
    return _default().zone(lon, lat, vintage=vintage, on=on, uncertainty_m=uncertainty_m)
