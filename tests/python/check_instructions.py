"""Counts the instructions of the engine's hot paths under callgrind, and compares them with the bounds below.

Times are noisy and instruction counts are not: two runs of the same program differ by less than 0.1 %. The bounds are
the counts of the day they were written, on x86-64 with the compiler of that day, plus a tenth. A count above its bound
is a regression, or a cost accepted on purpose: then write the new bound here, and why in the commit.
"""

import os
import pathlib
import platform
import re
import subprocess
import sys

from qpv_under_test import ROOT

# Instructions a point.
BOUNDS = {"membership": 110, "full": 810}
POINTS = 20_000
ROUNDS = (1, 3)


def build():
    """The program that asks the questions; see crates/qpv-engine/examples/instructions.rs."""
    # The profile that is published: calls between crates are inlined by link-time optimisation in it alone.
    command = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "qpv-engine", "--example", "instructions"]
    subprocess.run(command, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return target / "release" / "examples" / "instructions"


def counted(program, job, rounds):
    """Instructions of a whole run."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), job, str(rounds)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if not found:
        sys.exit(f"callgrind gave no count:\n{run.stderr}")
    return int(found[1])


if platform.machine() != "x86_64":
    print("SKIPPED: the bounds are those of x86-64")
    sys.exit(0)
program = build()
over = []
for job, bound in BOUNDS.items():
    few, many = (counted(program, job, rounds) for rounds in ROUNDS)
    cost = (many - few) / (ROUNDS[1] - ROUNDS[0]) / POINTS
    print(f"{job}: {cost:.0f} instructions a point, {bound} allowed")
    if cost > bound:
        over.append(job)
if over:
    sys.exit(f"FAILED: more instructions than allowed for {', '.join(over)}")
