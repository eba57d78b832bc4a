from collections.abc import Mapping, Sequence
from datetime import date
from os import PathLike
from typing import Any, Protocol, TypeAlias

import geopandas
import pandas
import polars
import pyarrow

class ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

class ArrayLike(Protocol):
    def __array__(self) -> Any: ...

Column: TypeAlias = ArrowStream | ArrowArray | ArrayLike | Sequence[float | str | date | None]
TableLike: TypeAlias = ArrowStream | Mapping[str, Column]
Names: TypeAlias = str | Sequence[str]
Day: TypeAlias = str | date
Vintage: TypeAlias = str | int

__version__: str

def default_data_folder() -> str | None: ...
def run_command_line(words: Sequence[str]) -> int: ...

class Table:
    """A table of answers in memory, which other libraries take by the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    @property
    def num_rows(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    @property
    def metadata(self) -> dict[str, str]: ...
    @property
    def summary(self) -> dict[str, Any] | None:
        """The counts that `qpv batch --json` prints; None for tables of other questions."""
    def to_pyarrow(self) -> pyarrow.Table: ...
    def to_pandas(self) -> pandas.DataFrame: ...
    def to_polars(self) -> polars.DataFrame: ...
    def to_geopandas(self, lon: Column | None = None, lat: Column | None = None) -> geopandas.GeoDataFrame: ...

class Zone:
    """The zone of one position, with the members of the columns of `qpv batch`."""

    @property
    def zone(self) -> str: ...
    @property
    def code_qp(self) -> str | None: ...
    @property
    def lib_qp(self) -> str | None: ...
    @property
    def distance_to_boundary_m(self) -> float | None: ...
    @property
    def nearest_code_qp(self) -> str | None: ...
    @property
    def certainty(self) -> str | None: ...
    @property
    def vintage(self) -> str: ...
    @property
    def leaning(self) -> str | None: ...
    @property
    def leaning_probability(self) -> float | None: ...
    def as_dict(self) -> dict[str, str | float | None]: ...

class Dataset:
    def __init__(self, folder: str | PathLike[str], dataset: str | None = None) -> None: ...
    @property
    def digest(self) -> str: ...
    @property
    def fictional(self) -> bool: ...
    @property
    def notice(self) -> str | None: ...
    @property
    def vintages(self) -> list[str]: ...
    def zone(
        self,
        lon: float,
        lat: float,
        *,
        vintage: Vintage | None = None,
        on: Day | None = None,
        uncertainty_m: float | None = None,
    ) -> Zone: ...
    def zones(
        self,
        lon: Column,
        lat: Column,
        *,
        crs: str | None = None,
        vintage: Vintage | None = None,
        on: Day | None = None,
        uncertainty_m: float | None = None,
        fields: Names | None = None,
        zonings: Names | None = None,
        ring: float | None = None,
        columns_out: Names | None = None,
    ) -> Table: ...
    def zones_parquet(
        self,
        source: str | PathLike[str],
        target: str | PathLike[str],
        *,
        lon: str | None = None,
        lat: str | None = None,
        replace: bool = False,
        crs: str | None = None,
        vintage: Vintage | None = None,
        on: Day | None = None,
        uncertainty_m: float | None = None,
        fields: Names | None = None,
        zonings: Names | None = None,
        ring: float | None = None,
        columns_out: Names | None = None,
    ) -> dict[str, Any]: ...
    def geocode(
        self,
        texts: Column,
        *,
        postcode: Column | None = None,
        citycode: Column | None = None,
        columns_out: Names | None = None,
    ) -> Table: ...
    def check(
        self,
        addresses: Column | TableLike,
        *,
        columns: Names | None = None,
        vintage: Vintage | None = None,
        on: Day | None = None,
        fields: Names | None = None,
        zonings: Names | None = None,
        ring: float | None = None,
        default_postcode: str | None = None,
        default_citycode: str | None = None,
        columns_out: Names | None = None,
    ) -> Table: ...
    def ask_programmes(
        self,
        people: TableLike,
        programme: Names,
        named: Mapping[str, Any],
        *,
        on: Day | None = None,
        fields: Names | None = None,
        default_postcode: str | None = None,
        default_citycode: str | None = None,
        columns_out: Names | None = None,
    ) -> Table: ...
    def compare_area(
        self,
        area: Mapping[str, str | None],
        from_vintage: Vintage | None = None,
        to_vintage: Vintage | None = None,
        table: str = "changes",
    ) -> Table: ...
    def list_perimeters(
        self,
        vintage: Vintage | None = None,
        insee: str | None = None,
        departement: str | None = None,
        epci: str | None = None,
        q: str | None = None,
    ) -> Table: ...
    def share_areas(
        self, polygons: Sequence[str], area: Mapping[str, str | None] | None = None, vintage: Vintage | None = None
    ) -> Table: ...
