#!/usr/bin/env python3
"""The plan of capacity in docs/scale.md: its tables are those of capacity.toml, and each measured number stands where it is said to."""

from capacity import DOCUMENTS, NUMBERS, kinds, table
from qpv_under_test import fail_if


def main():
    text = (DOCUMENTS / "scale.md").read_text()
    benchmarks = (DOCUMENTS / "benchmarks.md").read_text()
    faults = [f"not in docs/scale.md: {line}" for line in table() if line and line not in text]
    for name, number in NUMBERS["measured"].items():
        if number["row"] not in benchmarks:
            faults.append(f"{name}: docs/benchmarks.md has no {number['row']}")
        if f"{number['value']:,}" not in number["row"]:
            faults.append(f"{name}: {number['value']:,} is not in {number['row']}")
    if abs(sum(share for share, _ in kinds().values()) - 1) > 1e-9:
        faults.append("the kinds of checks are not all of them")
    fail_if(faults, "faults of the plan")
    print(f"plan: {len(table())} lines, {len(NUMBERS['measured'])} measured numbers")


main()
