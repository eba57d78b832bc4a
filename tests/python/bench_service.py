"""The table of "How long do imports and starts take?" in docs/benchmarks.md: import, start to first answer, memory, a whole `qpv locate`.

Usage: bench_service.py [RUNS]. Prints the median and the extremes of each. Needs the real data, and no other load.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from qpv_under_test import PERIMETERS, binary, real_data, serving_folder

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 20


def imported(data, vintage):
    """Seconds of an import, and the peak of its resident memory in MB."""
    command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage]
    started = time.perf_counter()
    process = subprocess.Popen([*command, str(real_data() / PERIMETERS[vintage])], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"the import of {vintage} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def started(data):
    """Seconds from the start of a server to its first answer, and its resident memory in MB after it."""
    begun = time.perf_counter()
    with serving_folder(data) as server:
        server.get("/api/v1/zones?lon=-0.57&lat=48.75")
        seconds = time.perf_counter() - begun
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return seconds, int(resident.split()[1]) / 1024


def located(data):
    """Seconds of one whole `qpv locate`."""
    begun = time.perf_counter()
    command = [binary(), "locate", "--data", data, "--quiet", "--", "-0.57", "48.75"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def say(what, values, unit):
    print(f"{what:45s} {statistics.median(values):8.1f} {unit} ({min(values):.1f} to {max(values):.1f})")


with tempfile.TemporaryDirectory() as data:
    imports = [(imported(data, "2015"), imported(data, "2024")) for _ in range(RUNS)]
    say("import of both vintages", [1e3 * (old[0] + new[0]) for old, new in imports], "ms")
    say("peak memory, 2015", [old[1] for old, _ in imports], "MB")
    say("peak memory, 2024", [new[1] for _, new in imports], "MB")
    starts = [started(data) for _ in range(RUNS)]
    say("start of `qpv serve` to its first answer", [1e3 * seconds for seconds, _ in starts], "ms")
    say("resident after it, both vintages", [resident for _, resident in starts], "MB")
    say("`qpv locate`, whole process", [1e3 * located(data) for _ in range(RUNS)], "ms")
    size = sum(file.stat().st_size for file in pathlib.Path(data).rglob("*") if file.is_file())
    print(f"dataset on disk {size / 1e6:.1f} MB")
