"""Dask: zones as columns of a DataFrame, answered by the workers that have its partitions.

Workers open a folder of the same path as whoever asks; one whose dataset has another digest refuses, and the job fails.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pandas
import pyarrow

import qpv
from qpv._executors import opened_as

if TYPE_CHECKING:
    import dask.dataframe

# The ending of added columns where the DataFrame has one of their names, as in `qpv batch`.
_SUFFIX = "_qpv"


def _answered(part: pandas.DataFrame, lon: str, lat: str, folder: str, digest: str, options: dict[str, Any]) -> pandas.DataFrame:
    answers = opened_as(folder, digest).zones(part[lon], part[lat], **options).to_pyarrow()
    # Plain texts: partitions have dictionaries of their own, and their columns must be of one type.
    fields = [field.with_type(pyarrow.string()) if pyarrow.types.is_dictionary(field.type) else field for field in answers.schema]
    added = answers.cast(pyarrow.schema(fields)).to_pandas().set_index(part.index)
    suffix = _SUFFIX if set(added.columns) & set(part.columns) else ""
    return pandas.concat([part, added.add_suffix(suffix)], axis=1)


def with_zones(
    frame: dask.dataframe.DataFrame, lon: str, lat: str, *, data: str | os.PathLike[str], **options: Any
) -> dask.dataframe.DataFrame:
    """Adds the zone of the position in two columns, with the options of `Dataset.zones`."""
    question = (lon, lat, os.fspath(data), qpv.Dataset(data).digest, options)
    # No row: only the columns.
    return frame.map_partitions(_answered, *question, meta=_answered(frame._meta, *question))
