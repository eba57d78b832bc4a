#!/usr/bin/env python3
"""Mutations of the shipped programmes, held against their truth tables (`crates/qpv-programmes/tests/tables`).

Usage: mutate_programmes.py TESTS

TESTS is the test program of `tables` that `cargo test -p qpv-programmes --test tables --no-run` builds and names. Every mutant
of every file of `geodata/programmes` is written to a folder of its own and read by that program, so that nothing is compiled
for it. A mutant is caught when a line of its table gives another answer, or when it is refused as a programme.

Mutations: a condition left out of its list, or asked to fail; all and any exchanged; one more or one fewer of `at_least`; each
age, number, distance and duration by one, each day by one day, or left out; a code left out of its list; the day, the zoning or
the part of a place exchanged; a rule left out, or its result exchanged; the streets and doubts of a programme exchanged.
"""

import copy
import datetime
import pathlib
import subprocess
import sys
import tempfile
import tomllib

from qpv_under_test import fail_if

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTS = ("all", "any", "of")

# Mutants that no facts tell from the rule, by programme and description, with the reason.
NO_ZONE = "no condition of it takes today's zone by an address: streets and positions are no matter"
EQUIVALENT = {
    ("acre", "boundary_street axis → both_sides"): NO_ZONE,
    ("emplois-francs", "boundary_street axis → both_sides"): NO_ZONE,
    ("exonerations-qpv-2026", "boundary_street axis → both_sides"): NO_ZONE,
    ("tva-accession", "boundary_street axis → both_sides"): NO_ZONE,
    ("tva-accession", "when_uncertain undetermined → benefit_of_doubt"): NO_ZONE,
    ("exoneration-commerces", "rule 3: when: all[3]: date: until 2017-01-01 → 2016-12-31"): "rules 1 and 2 take that day's",
    ("pre-national", "rule 2: when: all[0]: age: from 17 → 16"): "rule 1 takes those of 16 under the same condition",
    ("pre-flers", "rule 3: when: all[0]: age: from 17 → 16"): "rule 1 takes those of 16 under the same condition",
    ("surloyer", "rule 6: from 2024-07-01 → 2024-06-30"): "on that day rule 2 takes them by right",
}


def days(value):
    """The days beside a day."""
    return [value + datetime.timedelta(change) for change in (-1, 1)]


def changed(table, key, *values):
    """The table with each of these values under a key."""
    for value in values:
        yield f"{key} {table[key]} → {value}", {**table, key: value}


def without(table, key):
    """The table without a key."""
    yield f"no {key} {table[key]}", {name: value for name, value in table.items() if name != key}


def shorter(table, key):
    """The table with each item of a list left out; a list is never empty, but for one that may be missing."""
    items = table[key]
    for index, item in enumerate(items):
        if len(items) > 1 or key == "communes":
            yield f"{key} without {written(item)}", {**table, key: items[:index] + items[index + 1 :]}


def bounds(table, *keys, step=1):
    """The table with each bound moved by one step, or left out when another remains."""
    for key in keys:
        if key not in table:
            continue
        if isinstance(table[key], datetime.date):
            yield from changed(table, key, *days(table[key]))
        else:
            yield from changed(table, key, table[key] - step, table[key] + step)
        yield from without(table, key)


def inner(table, key, mutants):
    """The table with each mutant of what stands under a key."""
    for what, mutant in mutants:
        yield f"{key}: {what}", {**table, key: mutant}


def conditions(condition):
    """Every mutant of a condition."""
    counts = {key: condition[key] for key in ("from", "until") if key in condition}
    bare = {key: value for key, value in condition.items() if key not in counts}
    yield f"not {written(bare)}", {"not": bare, **counts}
    yield from bounds(condition, "from", "until", "within_m")
    for key in LISTS:
        if key not in condition:
            continue
        yield from shorter(condition, key)
        for index, part in enumerate(condition[key]):
            for what, mutant in conditions(part):
                parts = [*condition[key][:index], mutant, *condition[key][index + 1 :]]
                yield f"{key}[{index}]: {what}", {**condition, key: parts}
    for key, other in (("all", "any"), ("any", "all")):
        if key in condition and len(condition[key]) > 1:
            yield f"{key} → {other}", {**counts, other: condition[key]}
    if "at_least" in condition:
        yield from changed(condition, "at_least", condition["at_least"] - 1, condition["at_least"] + 1)
    if "not" in condition:
        yield "without not", {**condition["not"], **counts}
        yield from inner(condition, "not", conditions(condition["not"]))
    for key, names in (("age", ("from", "to")), ("number", ("less_than", "at_most", "at_least", "more_than")), ("date", ("from", "until"))):
        if key in condition:
            yield from inner(condition, key, bounds(condition[key], *names))
    if "school" in condition:
        for key in ("networks", "communes"):
            if key in condition["school"]:
                yield from inner(condition, "school", shorter(condition["school"], key))
    for key in ("qpv", "commune"):
        if key in condition:
            yield from shorter(condition, key)
    if "was_qpv_on" in condition:
        yield from changed(condition, "was_qpv_on", *days(condition["was_qpv_on"]))
    if "on" in condition:
        yield from without(condition, "on")
        if isinstance(condition["on"], datetime.date):
            yield from changed(condition, "on", *days(condition["on"]))
    if "in" in condition:
        yield from changed(condition, "in", "other-zoning" if condition["in"] == "qpv" else "qpv")
    if "part" in condition:
        yield from changed(condition, "part", "any" if condition["part"] == "every" else "every")


def rules(rule):
    """Every mutant of a rule."""
    yield from bounds(rule, "from", "until")
    if "lasts" in rule:
        for key in rule["lasts"]:
            yield from inner(rule, "lasts", changed(rule["lasts"], key, rule["lasts"][key] - 1, rule["lasts"][key] + 1))
        yield "for ever", {key: value for key, value in rule.items() if key not in ("granted_from", "lasts")}
    if rule["result"] == "eligible":
        yield "possible", {**rule, "result": "possible", "note": "…", "decided_by": "…"}
    else:
        yield "eligible", {key: value for key, value in {**rule, "result": "eligible"}.items() if key not in ("decided_by", "quota_percent")}
    yield from inner(rule, "when", conditions(rule["when"]))


def programmes(programme):
    """Every mutant of a programme."""
    yield from inner(programme, "validity", bounds(programme["validity"], "from", "until"))
    yield from changed(programme, "boundary_street", "both_sides" if programme["boundary_street"] == "axis" else "axis")
    yield from changed(programme, "when_uncertain", "benefit_of_doubt")
    for index, rule in enumerate(programme["rules"]):
        name = f"rule {index + 1}"
        before, after = programme["rules"][:index], programme["rules"][index + 1 :]
        if before or after:
            yield f"no {name}", {**programme, "rules": before + after}
        for what, mutant in rules(rule):
            yield f"{name}: {what}", {**programme, "rules": [*before, mutant, *after]}


def named(value):
    """The names of the facts that a condition needs, among others."""
    if isinstance(value, dict):
        return set().union(*(named(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(named(part) for part in value))
    return {value} if isinstance(value, str) else set()


def written(value):
    """A value in TOML, tables within one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(part)}" for key, part in value.items()) + " }"
    return str(value)


def file_of(programme):
    """A programme's file. A fact that no condition needs any more is not asked for: the file would be refused for it alone."""
    needed = named(programme["rules"])
    asked = [fact for fact in programme.get("asked", []) if fact["id"] in needed]
    parts = {**programme, "asked": asked}
    return "\n".join(f"{key} = {written(value)}" for key, value in parts.items() if value != [])


def run(tests, folder):
    """The outcome of the tables on the programmes of a folder."""
    environment = {"QPV_PROGRAMMES_DIR": str(folder), "RUST_BACKTRACE": "0"}
    done = subprocess.run([tests], env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return "survived"
    return "refused" if "not a programme" in done.stdout + done.stderr else "caught"


def main():
    tests = pathlib.Path(sys.argv[1]).resolve()
    totals, survivors, excused = {"caught": 0, "refused": 0}, [], set()
    with tempfile.TemporaryDirectory() as work:
        path = pathlib.Path(work) / "programme.toml"
        for source in sorted((ROOT / "geodata" / "programmes").glob("*.toml")):
            programme = tomllib.loads(source.read_text(encoding="utf-8"))
            path.write_text(file_of(programme), encoding="utf-8")
            fail_if([source.name] if run(tests, work) != "survived" else [], "programmes that differ from their table as they are")
            found = {"caught": 0, "refused": 0, "survived": 0}
            for what, mutant in programmes(copy.deepcopy(programme)):
                path.write_text(file_of(mutant), encoding="utf-8")
                outcome = run(tests, work)
                case = (programme["id"], what)
                if outcome == "survived" and case in EQUIVALENT:
                    excused.add(case)
                    continue
                found[outcome] += 1
                if outcome == "survived":
                    survivors.append(f"{programme['id']}: {what}")
            print(f"{programme['id']}: {found}")
            for outcome in totals:
                totals[outcome] += found[outcome]
    print(f"{totals['caught']} caught, {totals['refused']} refused as programmes, {len(excused)} equivalent, {len(survivors)} survived")
    fail_if(sorted(set(EQUIVALENT) - excused), "equivalent mutants that are none any more")
    fail_if(survivors, "mutants that no line of a table catches")


main()
