"""The binary under test, on a data folder of its own, and where the real data is."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PERIMETERS = {
    "2015": "perimeters-2015/QP_METROPOLEOUTREMER_WGS84_EPSG4326.shp",
    "2024": "perimeters-2024/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson",
}


def real_data():
    """The folder of real data. Absent: the check is skipped, aloud, unless QPV_REAL_DATA promised it."""
    folder = pathlib.Path(os.environ.get("QPV_REAL_DATA") or ROOT.parent / "shared" / "geodata")
    if all((folder / file).exists() for file in PERIMETERS.values()):
        return folder
    if os.environ.get("QPV_REAL_DATA"):
        sys.exit(f"QPV_REAL_DATA={folder} lacks the national perimeters")
    print(f"SKIPPED: no real data at {folder}; set QPV_REAL_DATA")
    sys.exit(0)


def binary():
    """The program: checks run on the one that `make build` makes, benches on the one of `make dist`; `QPV` names another."""
    profile = "dist" if pathlib.Path(sys.argv[0]).name.startswith("bench_") else "release"
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return os.environ.get("QPV") or str(target / profile / "qpv")


class Server:
    def __init__(self, url, pid):
        self.url, self.pid = url, pid

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def zones(self, points, **members):
        """Answers for any number of [lon, lat], by requests of 100,000."""
        results = []
        for start in range(0, len(points), 100_000):
            body = {"points": points[start : start + 100_000], **members}
            results += self.post("/api/v1/zones", body)["results"]
        return results


@contextlib.contextmanager
def serving(*vintages):
    """A server over the national files of these vintages."""
    folder = real_data()
    with tempfile.TemporaryDirectory() as data:
        for vintage in vintages:
            command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage]
            subprocess.run([*command, str(folder / PERIMETERS[vintage])], check=True, stdout=subprocess.DEVNULL)
        with serving_folder(data) as server:
            yield server


@contextlib.contextmanager
def serving_folder(data):
    """A server over a data folder."""
    command = [binary(), "serve", "--data", str(data), "--quiet", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Server(process.stdout.readline().strip(), process.pid)
    finally:
        process.terminate()
        process.wait()


def fail_if(faults, what):
    """Prints the faults and ends the check accordingly."""
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(f"FAILED: {len(faults)} {what}")
