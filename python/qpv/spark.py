"""Spark: zones, addresses and programmes as columns of a DataFrame, answered where its rows are.

The dataset of the driver goes to every executor once, as an archive that Spark unpacks, and all tasks of an executor map the same
files. With `ship=False` executors open a folder of the same path that they have already; one whose dataset has another digest
refuses, and the job fails.
"""

from __future__ import annotations

import functools
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow
from pyspark import SparkFiles
from pyspark.sql import DataFrame
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

import qpv
from qpv._executors import opened_as

if TYPE_CHECKING:
    from qpv._qpv import Names

# The ending of added columns where the DataFrame has one of their names, as in `qpv batch`.
_SUFFIX = "_qpv"
# The folder of data in the archive.
_UNPACKED = "data"


class _Shipped:
    """The dataset as executors find it: pickled to them as a folder, a digest, and whether Spark has brought the folder."""

    def __init__(self, folder: str, digest: str, is_shipped: bool) -> None:
        self.folder, self.digest, self.is_shipped = folder, digest, is_shipped

    def open(self) -> qpv.Dataset:
        """The dataset, opened once by each process of an executor."""
        # Spark runs a task on each core: threads of our own would only take them from each other.
        os.environ.setdefault("RAYON_NUM_THREADS", "1")
        shipped = os.path.join(SparkFiles.getRootDirectory(), self.folder, _UNPACKED)
        return opened_as(shipped if self.is_shipped else self.folder, self.digest)


@functools.cache
def _archives() -> tuple[tempfile.TemporaryDirectory[str], dict[str, str]]:
    # Gone with the process; Spark has its own copies.
    return tempfile.TemporaryDirectory(prefix="qpv-"), {}


def _archive(folder: str | os.PathLike[str], digest: str) -> str:
    """The folder as an archive, made once for each dataset: two folders with the same one are the same to Spark."""
    kept, made = _archives()
    if digest not in made:
        path = os.path.join(kept.name, f"qpv-{digest}.tar")
        with tarfile.open(path, "w") as archive:
            # Not at the root of the archive, which Spark's reader takes for a way out of it.
            archive.add(folder, arcname=_UNPACKED)
        made[digest] = path
    return made[digest]


def _shipped(frame: DataFrame, folder: str | os.PathLike[str], opened: qpv.Dataset, ship: bool) -> _Shipped:
    if not ship:
        return _Shipped(os.fspath(folder), opened.digest, False)
    name = f"qpv-{opened.digest}"
    context = frame.sparkSession.sparkContext
    # Spark brings an archive that was added before no second time.
    context.addArchive(f"{_archive(folder, opened.digest)}#{name}")
    return _Shipped(name, opened.digest, True)


def _with_answers(
    frame: DataFrame,
    folder: str | os.PathLike[str],
    ship: bool,
    read: list[str],
    ask: Callable[[qpv.Dataset, pyarrow.Table], qpv.Table],
) -> DataFrame:
    """The DataFrame with the columns of a question behind its own, asked of the columns that are read."""
    opened = qpv.Dataset(folder)
    # No row: only the columns.
    nothing = pyarrow.table({name: pyarrow.array([], pyarrow.string()) for name in read})
    added = ask(opened, nothing).to_pyarrow().schema
    suffix = _SUFFIX if set(added.names) & set(frame.columns) else ""
    fields = [
        StructField(field.name + suffix, DoubleType() if pyarrow.types.is_floating(field.type) else StringType())
        for field in added
    ]
    shipped = _shipped(frame, folder, opened, ship)

    def answered(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            rows = pyarrow.Table.from_batches([batch])
            answers = ask(shipped.open(), rows.select(read)).to_pyarrow()
            for field, values in zip(fields, answers.columns, strict=True):
                data_type = pyarrow.float64() if isinstance(field.dataType, DoubleType) else pyarrow.string()
                rows = rows.append_column(field.name, values.cast(data_type))
            yield from rows.combine_chunks().to_batches()

    return frame.mapInArrow(answered, StructType([*frame.schema.fields, *fields]))


def with_zones(
    frame: DataFrame, lon: str, lat: str, *, data: str | os.PathLike[str], ship: bool = True, **options: Any
) -> DataFrame:
    """Adds the zone of the position in two columns, with the options of `Dataset.zones`."""
    return _with_answers(
        frame, data, ship, [lon, lat], lambda opened, rows: opened.zones(rows.column(0), rows.column(1), **options)
    )


def with_addresses(
    frame: DataFrame, columns: Names, *, data: str | os.PathLike[str], ship: bool = True, **options: Any
) -> DataFrame:
    """Adds the address that columns make up and its zone, with the options of `Dataset.check`."""
    read = columns.split(",") if isinstance(columns, str) else list(columns)
    return _with_answers(frame, data, ship, read, lambda opened, rows: opened.check(rows, columns=read, **options))


def with_programmes(
    frame: DataFrame,
    programme: Names,
    *,
    data: str | os.PathLike[str],
    ship: bool = True,
    **options: Any,
) -> DataFrame:
    """Adds the eligibility of the person of each row to programmes, with the options of `Dataset.programmes`."""
    return _with_answers(
        frame, data, ship, frame.columns, lambda opened, rows: opened.programmes(rows, programme, **options)
    )
