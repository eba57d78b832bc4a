#!/usr/bin/env python3
"""Signed distances on real perimeters of every territory that has some, against Karney's geodesics (pyproj.Geod).

For points around perimeters (normal, sigma 1.5 km), the line is sampled every half metre at most near its closest
stretch and the least geodesic distance taken: 5 cm allowed.
"""

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from qpv_under_test import PERIMETERS, fail_if, real_data, serving

TOLERANCE_M = 0.05
PER_TERRITORY = 100
GEOD = Geod(ellps="WGS84")


def closest_m(point, zone):
    """Least geodesic distance from a point to the line of a zone, edges straight in degrees, by ever finer samples."""
    # Repaired, a few are a polygon with a stray line, or a single point.
    areas = [part for part in shapely.get_parts(shapely.get_parts(zone)) if part.area]
    line = shapely.MultiPolygon(areas).boundary if areas else shapely.LineString(np.repeat(zone.coords, 2, axis=0))
    scale = np.array([np.cos(np.radians(point[1])), 1.0])
    coords = [np.asarray(part.coords) for part in getattr(line, "geoms", [line])]
    a, b = np.concatenate([c[:-1] for c in coords]), np.concatenate([c[1:] for c in coords])
    u, v = (a - point) * scale, (b - a) * scale
    t = np.clip(-(u * v).sum(1) / np.maximum((v * v).sum(1), 1e-30), 0, 1)
    rough = np.hypot(*(u + v * t[:, None]).T)
    best = np.inf
    for i in np.argsort(rough)[:8]:
        low, high = max(t[i] - 0.05, 0), min(t[i] + 0.05, 1)
        for _ in range(6):
            samples = np.linspace(low, high, 41)
            at = a[i] + (b[i] - a[i]) * samples[:, None]
            distances = GEOD.inv(np.full(41, point[0]), np.full(41, point[1]), at[:, 0], at[:, 1])[2]
            k, step = distances.argmin(), samples[1] - samples[0]
            best, low, high = min(best, distances[k]), max(samples[k] - step, 0), min(samples[k] + step, 1)
    return best


def main():
    zones = gpd.read_file(real_data() / PERIMETERS["2024"])
    zones["geometry"] = shapely.make_valid(zones.geometry.values)
    department = zones.insee_dep.astype(str)
    territory = department.where(department.str.match("97|98"), "metropole")
    rng = np.random.default_rng(7)
    faults, compared = [], 0
    with serving("2024") as server:
        for name, group in zones.groupby(territory):
            tree = shapely.STRtree(group.geometry.values)
            centres = np.c_[group.bounds.minx, group.bounds.maxy][rng.integers(0, len(group), PER_TERRITORY)]
            stretch = np.c_[np.cos(np.radians(centres[:, 1])), np.ones(PER_TERRITORY)]
            points = centres + rng.normal(0, 1500 / 111_320, centres.shape) / stretch
            for point, answer in zip(points, server.zones(points.tolist(), vintage="2024")):
                if "error" in answer:
                    faults.append(f"{name} {point}: {answer['error']['code']}")
                    continue
                near = group.geometry.values[tree.query(shapely.Point(point).buffer(0.06))]
                inside = [g for g in near if g.covers(shapely.Point(point))]
                if inside:
                    expected = -max(closest_m(point, g) for g in inside)
                else:
                    expected = min((closest_m(point, g) for g in near), default=np.inf)
                found = answer["distance_to_boundary_m"]
                compared += 1
                if (found is None) != (expected > 5000) or (found is not None and abs(found - expected) > TOLERANCE_M):
                    faults.append(f"{name} {point}: {found} m, Karney {expected:.3f} m")
    print(f"{compared} distances compared in {territory.nunique()} territories")
    assert territory.nunique() == 8, "Saint-Pierre-et-Miquelon has no perimeter, every other territory has"
    fail_if(faults, "distances differ")


main()
