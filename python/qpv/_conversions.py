"""Tables of answers as those of other libraries, which are imported when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas
    import pandas
    import polars
    import pyarrow

    from qpv._qpv import Column, Table


def to_pyarrow(table: Table) -> pyarrow.Table:
    """A `pyarrow.Table`, which shares the memory of the answers."""
    import pyarrow

    return pyarrow.table(table)


def to_pandas(table: Table) -> pandas.DataFrame:
    """A `pandas.DataFrame`."""
    return to_pyarrow(table).to_pandas()


def to_polars(table: Table) -> polars.DataFrame:
    """A `polars.DataFrame`."""
    import polars

    return polars.DataFrame(table)


def to_geopandas(table: Table, lon: Column | None = None, lat: Column | None = None) -> geopandas.GeoDataFrame:
    """A `geopandas.GeoDataFrame` on WGS 84: of the shapes of the table, of positions that are given, or of those of addresses."""
    import geopandas

    names = table.column_names
    if "geometry" in names:
        # The box of each shape is for readers of files.
        arrow = to_pyarrow(table)
        return geopandas.GeoDataFrame.from_arrow(arrow.drop_columns([name for name in names if name == "bbox"]))
    frame = to_pandas(table)
    if lon is None and {"longitude", "latitude"} <= set(names):
        lon, lat = frame["longitude"], frame["latitude"]
    if lon is None or lat is None:
        raise ValueError("the table has no positions: give lon and lat")
    return geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy(lon, lat), crs="OGC:CRS84")
