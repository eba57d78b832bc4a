"""Polygons that callers give, as texts of GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeAlias


class Shape(Protocol):
    """A shape of Shapely, or of any library that writes GeoJSON."""

    @property
    def __geo_interface__(self) -> Mapping[str, Any]: ...


Polygon: TypeAlias = str | dict[str, Any] | Shape
Polygons: TypeAlias = Polygon | Iterable[Polygon]


def geojson_texts(polygons: Any) -> list[str]:
    """The polygons as texts: of one shape or several, of Shapely, GeoPandas or any library with `__geo_interface__`, or GeoJSON."""
    if hasattr(polygons, "to_crs"):
        # A series without a reference system is taken for longitude and latitude.
        shapes = polygons.geometry if polygons.crs is None else polygons.to_crs("OGC:CRS84").geometry
        return [geojson_text(shape) for shape in shapes]
    if isinstance(polygons, (str, dict)) or hasattr(polygons, "__geo_interface__"):
        return [geojson_text(polygons)]
    return [geojson_text(polygon) for polygon in polygons]


def geojson_text(polygon: Polygon) -> str:
    """A polygon as a text."""
    if isinstance(polygon, str):
        return polygon
    shape = polygon if isinstance(polygon, dict) else getattr(polygon, "__geo_interface__", None)
    if shape is None:
        raise TypeError(f"expected a polygon of Shapely or GeoJSON, not {type(polygon).__name__}")
    return json.dumps(shape)
