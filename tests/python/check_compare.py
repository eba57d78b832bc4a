#!/usr/bin/env python3
"""What became of every perimeter of 2015: groups, classes and areas, against GEOS in the territory's legal projection."""

import collections
import time

import geopandas as gpd
import shapely

from qpv_under_test import PERIMETERS, fail_if, real_data, serving

LEGAL_EPSG = {"971": 5490, "972": 5490, "978": 5490, "973": 2972, "974": 2975, "976": 4471, "975": 4467, "987": 3297}
# Published beside the data, computed there with GEOS 3.13: 2015, 2024, shared hectares, class.
QUOTED = [
    ("QP061003", "QN06103M", 9.35, "extended"), ("QP061004", "QN06104M", 30.27, "extended"),
    ("QP061001", "QN06101M", 17.46, "extended"), ("QP061002", "QN06102M", 38.36, "extended"),
    ("QP015001", "QN01501M", 13.85, "extended"), ("QP063003", "QN06302I", 95.73, "reduced"),
]


def outlines(file, code):
    """By code, the part of each outline that has an area, in the legal projection; and its territory."""
    frame = gpd.read_file(file, encoding="cp1252" if file.suffix == ".shp" else None)
    frame["geometry"] = shapely.make_valid(frame.geometry.values)
    found = {}
    for epsg, group in frame.groupby(frame[code].str[2:5].map(LEGAL_EPSG).fillna(2154)):
        for name, outline in zip(group[code], group.to_crs(int(epsg)).geometry):
            parts = [part for part in shapely.get_parts(outline) if part.geom_type.endswith("Polygon")]
            territory = name[2:5] if name[2:5] in LEGAL_EPSG else "metropole"
            found[name] = (shapely.union_all(parts), territory)
    return found


def tolerance(outline):
    return min(max(0.02 * outline.area, 5 * outline.length), 0.5 * outline.area)


def links(old, new):
    """Pairs that share more than the tolerance of either."""
    for territory in {territory for _, territory in old.values()}:
        codes = [[code for code, (_, where) in side.items() if where == territory] for side in (old, new)]
        outlines = [[side[code][0] for code in known] for side, known in zip((old, new), codes)]
        tree = shapely.STRtree(outlines[1])
        for one, other in zip(*tree.query(outlines[0], predicate="intersects")):
            a, b = outlines[0][one], outlines[1][other]
            if a.intersection(b).area > min(tolerance(a), tolerance(b)):
                yield codes[0][one], codes[1][other]


def groups(old, new):
    """Codes that belong together."""
    head = {code: code for code in [*old, *new]}

    def first(code):
        while head[code] != code:
            code = head[code]
        return code

    for one, other in links(old, new):
        head[first(one)] = first(other)
    found = collections.defaultdict(set)
    for code in head:
        found[first(code)].add(code)
    return {frozenset(group) for group in found.values()}


def class_of(old, new, shared):
    """The class by the published rules; outlines of each side, and the area both have in common."""
    if not old or not new:
        return "gone" if old else "new"
    if len(old) > 1 or len(new) > 1:
        return "merged" if len(new) == 1 else "split" if len(old) == 1 else "regrouped"
    (old,), (new,) = old, new
    lost, gained = old.area - shared, new.area - shared
    if lost < 0.001 * old.area and gained < 0.001 * new.area:
        return "identical"
    little_lost, little_gained = lost <= tolerance(old), gained <= tolerance(new)
    if little_lost and little_gained:
        return "adjusted"
    extended = not little_gained and (little_lost or lost <= 0.05 * old.area)
    reduced = not little_lost and (little_gained or gained <= 0.05 * new.area)
    return "shifted" if extended == reduced else "extended" if extended else "reduced"


def measured(codes, side):
    return shapely.union_all([side[code][0] for code in codes])


def main():
    folder = real_data()
    with serving("2015", "2024") as server:
        start = time.perf_counter()
        answer = server.get("/api/v1/compare?from=2015&to=2024")
        print(f"the whole country in {time.perf_counter() - start:.2f} s, the answer read")
        back = server.get("/api/v1/compare?from=2024&to=2015")
    old = outlines(folder / PERIMETERS["2015"], "CODE_QP")
    new = outlines(folder / PERIMETERS["2024"], "code_qp")
    faults, worst = [], 0.0
    pointlike = {code for code, (outline, _) in [*old.items(), *new.items()] if outline.area == 0}
    told = set()
    for change in answer["changes"]:
        before, after = ([perimeter["code_qp"] for perimeter in change[side]] for side in ("from", "to"))
        told.add(frozenset(before + after))
        name = f"{before} -> {after}"
        one, other = measured(before, old), measured(after, new)
        shared = one.intersection(other).area
        expected = {"shared_ha": shared, "gained_ha": other.difference(one).area, "lost_ha": one.difference(other).area}
        for measure, area in expected.items():
            off = abs(change[measure] - area / 1e4)
            worst = max(worst, off)
            if off > max(0.001 * area / 1e4, 0.02):
                faults.append(f"{name}: {measure} {change[measure]}, GEOS {area / 1e4:.4f}")
        overlap = shared / one.union(other).area
        if abs(change["overlap"] - overlap) > 0.001:
            faults.append(f"{name}: overlap {change['overlap']}, GEOS {overlap:.4f}")
        if change["moved_m"] is not None and abs(change["moved_m"] - one.centroid.distance(other.centroid)) > 0.5:
            faults.append(f"{name}: moved {change['moved_m']} m, GEOS {one.centroid.distance(other.centroid):.1f} m")
        klass = class_of([old[code][0] for code in before], [new[code][0] for code in after], shared)
        if klass != change["class"]:
            faults.append(f"{name}: {change['class']}, by the rules {klass}")
    undetermined = set()
    for group in answer["undetermined"]:
        codes = {perimeter["code_qp"] for side in ("from", "to") for perimeter in group[side]}
        undetermined |= codes
        if group["reason"] != "without_area" or not codes & pointlike:
            faults.append(f"{sorted(codes)}: undetermined, {group['reason']}")
    expected = {group for group in groups(old, new) if not group & undetermined}
    faults += [f"{sorted(group)}: a group by GEOS only" for group in expected - told]
    faults += [f"{sorted(group)}: no group by GEOS" for group in told - expected]
    by_codes = {(change["from"][0]["code_qp"] if change["from"] else "", change["to"][0]["code_qp"] if change["to"] else ""):
                change for change in answer["changes"]}
    for one, other, shared_ha, klass in QUOTED:
        change = by_codes.get((one, other))
        if not change or change["class"] != klass or abs(change["shared_ha"] - shared_ha) > 0.01:
            faults.append(f"{one} -> {other}: {change}, published {shared_ha} ha shared, {klass}")
    sides = lambda answer, one, other: {  # noqa: E731
        (frozenset(p["code_qp"] for p in change[one]), frozenset(p["code_qp"] for p in change[other]), change["shared_ha"])
        for change in answer["changes"]
    }
    if sides(answer, "from", "to") != sides(back, "to", "from"):
        faults.append("the way back finds other groups")
    counts = collections.Counter((change["class"], where) for change in answer["changes"]
                                 for where in {(change["from"] or change["to"])[0]["code_qp"][2:5] in LEGAL_EPSG})
    print("metropolitan France:", {klass: count for (klass, overseas), count in sorted(counts.items()) if not overseas})
    print("overseas:", {klass: count for (klass, overseas), count in sorted(counts.items()) if overseas})
    print(f"{len(answer['changes'])} changes compared, {len(undetermined)} perimeters undetermined, at most {worst:.5f} ha off")
    fail_if(faults, "changes differ")


main()
