"""A dataset that is open: what `qpv._qpv` answers, with the areas and columns that Python names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qpv import _qpv
from qpv._shapes import geojson_texts

if TYPE_CHECKING:
    from qpv._qpv import Day, Names, Table, TableLike, Vintage
    from qpv._shapes import Polygons


def _area(
    insee: Names | None,
    epci: str | None,
    departement: str | None,
    region: str | None,
    bbox: str | Sequence[float] | None,
) -> dict[str, str | None]:
    """An area by the names of the API; a box may be four numbers."""
    if bbox is not None and not isinstance(bbox, str):
        bbox = ",".join(str(side) for side in bbox)
    if insee is not None and not isinstance(insee, str):
        insee = ",".join(insee)
    return {"insee": insee, "epci": epci, "departement": departement, "region": region, "bbox": bbox}


class Dataset(_qpv.Dataset):
    """A dataset that is open, and stays the same whatever its folder gets. Made by `qpv.open`."""

    def programmes(
        self,
        people: TableLike,
        programme: Names,
        *,
        on: Day | None = None,
        columns: Names | None = None,
        birth_date: str | None = None,
        sex: str | None = None,
        school: str | None = None,
        check_date: str | None = None,
        declarations: Mapping[str, str] | None = None,
        fields: Names | None = None,
        default_postcode: str | None = None,
        default_citycode: str | None = None,
        columns_out: Names | None = None,
    ) -> Table:
        """Eligibility of the people of a table to programmes, as `qpv batch --programme`."""
        named = {
            "columns": columns,
            "birth_date": birth_date,
            "sex": sex,
            "school": school,
            "check_date": check_date,
            "declarations": list((declarations or {}).items()),
        }
        return self.ask_programmes(
            people,
            programme,
            named,
            on=on,
            fields=fields,
            default_postcode=default_postcode,
            default_citycode=default_citycode,
            columns_out=columns_out,
        )

    def compare(
        self,
        *,
        from_vintage: Vintage | None = None,
        to_vintage: Vintage | None = None,
        insee: Names | None = None,
        epci: str | None = None,
        departement: str | None = None,
        region: str | None = None,
        bbox: str | Sequence[float] | None = None,
        table: str = "changes",
    ) -> Table:
        """The perimeters of an area in two vintages, as `qpv compare -o FILE.parquet`; of the country without an area."""
        return self.compare_area(_area(insee, epci, departement, region, bbox), from_vintage, to_vintage, table)

    def perimeters(
        self,
        *,
        vintage: Vintage | None = None,
        insee: str | None = None,
        departement: str | None = None,
        epci: str | None = None,
        q: str | None = None,
    ) -> Table:
        """The perimeters themselves, as `/api/v1/perimeters?format=parquet`."""
        return self.list_perimeters(vintage, insee, departement, epci, q)

    def share(
        self,
        polygons: Polygons | None = None,
        *,
        insee: Names | None = None,
        epci: str | None = None,
        departement: str | None = None,
        region: str | None = None,
        bbox: str | Sequence[float] | None = None,
        vintage: Vintage | None = None,
    ) -> Table:
        """How much of each polygon, or of an area, lies in perimeters, in their band and outside, as `qpv share`."""
        area = _area(insee, epci, departement, region, bbox)
        if polygons is None:
            return self.share_areas([], area, vintage)
        if any(value is not None for value in area.values()):
            raise ValueError("give polygons or an area, not both")
        return self.share_areas(geojson_texts(polygons), None, vintage)
