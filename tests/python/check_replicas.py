#!/usr/bin/env python3
"""Three replicas behind nginx, by the shipped configurations: one is killed under load, then another dataset is rolled out.

The datasets come by `qpv data fetch` from a host of files, which serves PMTiles and perimeters too. Needs nginx and nothing else:
the datasets are one square, so that each answer is known: one code on the first dataset, another on the second.
"""

import concurrent.futures
import contextlib
import gzip
import http.client
import json
import pathlib
import re
import subprocess
import tempfile
import threading
import time

from pmtiles.reader import Reader, all_tiles

from nginx_under_test import NAME, balancer, fetched, free_port, nginx, replicas, static_host
from qpv_under_test import binary, fail_if, serving_folder

CLIENTS = 8
# Answers that are waited for before and after each event.
ANSWERS = 400
# Enough points for some milliseconds of work, so that a replica always has requests under way.
POINTS = 1000
INSIDE = [-0.57, 48.75]
DIGEST = re.compile(rb'"digest":"([0-9a-f]{64})"')
CODE = re.compile(rb'"code_qp":"(\w+)"')


def square(code):
    """Official perimeters of 2024: one square with this code."""
    ring = [[-0.575, 48.745], [-0.565, 48.745], [-0.565, 48.755], [-0.575, 48.755], [-0.575, 48.745]]
    properties = {"code_qp": code, "lib_qp": "Saint Michel", "insee_com": "61169", "lib_com": "Flers"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def qpv(data, *args):
    """What a command of the program prints as JSON."""
    command = [binary(), *args, "--data", str(data), "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def imported(data, code):
    """The digest of the dataset of a square with this code."""
    file = data / "square.geojson"
    file.write_text(square(code))
    qpv(data, "data", "import", "--vintage", "2024", str(file))
    return qpv(data, "data", "status")["current"]["digest"]


class Load:
    """Clients that ask one after another until the end: a GET of a point and a POST of many, in turn."""

    def __init__(self, port, codes):
        self.port, self.codes, self.faults = port, codes, []
        self.answers, self.by_digest, self.failed, self.retried = 0, dict.fromkeys(codes, 0), [], 0
        self.changed, self.ended = threading.Condition(), False

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(CLIENTS)
        self.clients = [self.pool.submit(self.ask) for _ in range(CLIENTS)]
        return self

    def __exit__(self, *_):
        self.ended = True
        for client in self.clients:
            client.result()
        self.pool.shutdown()

    def ask(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": NAME, "content-type": "application/json"}
        point = ("GET", f"/api/v1/zones?lon={INSIDE[0]}&lat={INSIDE[1]}&vintage=2024", None)
        many = ("POST", "/api/v1/zones", json.dumps({"points": [INSIDE] * POINTS, "vintage": "2024"}))
        while not self.ended:
            for method, path, body in [point, many]:
                started = time.monotonic()
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
                # Several, with commas between them, when the request was sent again.
                tried = answer.headers["X-Replicas"] or ""
                with self.changed:
                    self.note(method, started, answer.status, tried.split(", "), content)
                    self.changed.notify_all()
        connection.close()

    def note(self, method, started, status, tried, content):
        self.answers += 1
        self.retried += len(tried) > 1
        if status != 200:
            self.failed.append((method, started, status, tried))
            return
        # Read as text: parsing thousands of answers would take the time that the replicas should be kept busy.
        digest = DIGEST.search(content)[1].decode()
        codes, count = set(CODE.findall(content)), content.count(b'"qpv":[{"code_qp"')
        self.by_digest[digest] += 1
        if codes != {self.codes[digest]} or count != (1 if method == "GET" else POINTS):
            self.faults.append(f"{count} answers with {codes} of dataset {digest}")

    def wait_for(self, is_reached):
        """Waits until something of the load is reached."""
        with self.changed:
            if not self.changed.wait_for(is_reached, timeout=30):
                raise SystemExit("FAILED: the load stands still")

    def wait_for_more(self):
        goal = self.answers + ANSWERS
        self.wait_for(lambda: self.answers >= goal)


def check_killed(servers, codes, retried, faults):
    """Kills a replica in the middle of a load. POST requests under way at it fail if they are not retried, nothing else does."""
    port, victim = free_port(), servers[1]
    ports = [server.port for server in servers]
    with nginx(balancer(ports, port, retried, rated=False)), Load(port, codes) as load:
        load.wait_for_more()
        victim.kill()
        dead = time.monotonic()
        load.wait_for_more()
        victim.start()
        load.wait_for_more()
    faults += sorted(set(load.faults))
    what = "retried" if retried else "retried when nothing is lost"
    print(f"killed, {what}: {load.answers} answers, {len(load.failed)} failed, {load.retried} sent again")
    if retried and load.failed:
        faults.append(f"{len(load.failed)} requests failed though they are retried: {load.failed[:3]}")
    for method, started, status, tried in load.failed:
        # A client has one request under way at a time; after the kill nothing is sent to the victim that could get lost.
        if method == "GET" or status != 502 or started > dead or tried[-1] != victim.address:
            faults.append(f"{method} failed with {status} at {tried}, begun {started - dead:.3f} s after the kill")
    if len(load.failed) > CLIENTS:
        faults.append(f"{len(load.failed)} requests failed, of {CLIENTS} that can be under way")


def check_rollout(servers, codes, url, digest, faults):
    """Another dataset comes to one replica after another under load: no request fails, and each answer is of one dataset."""
    port = free_port()
    before = next(known for known in codes if known != digest)
    with nginx(balancer([server.port for server in servers], port, rated=False)), Load(port, codes) as load:
        load.wait_for_more()
        for server in servers:
            told = qpv(server.folder, "data", "fetch", "--from", url, digest)
            if (told["outcome"], told["digest"]) != ("fetched", digest):
                faults.append(f"fetched: {told}")
            # The operator's own question: which dataset does it answer from?
            while json.loads(fetched(f"http://{server.address}/ready")[2])["dataset"]["digest"] != digest:
                load.wait_for_more()
        old = load.by_digest[before]
        # What was under way has ended with as many answers as there are clients.
        load.wait_for_more()
        settled = load.by_digest[before]
        load.wait_for_more()
    print(f"rolled out: {load.answers} answers, {len(load.failed)} failed, {load.by_digest[before]} of the dataset before")
    faults += sorted(set(load.faults)) + [f"failed in the roll-out: {failure}" for failure in load.failed[:3]]
    if settled - old > CLIENTS or load.by_digest[before] != settled or not load.by_digest[digest]:
        faults.append(f"after the roll-out, answers of the dataset before: {old}, {settled}, {load.by_digest[before]}")
    said = {json.dumps(qpv(server.folder, "data", "status")["current"]) for server in servers}
    if len(said) != 1:
        faults.append("the replicas' descriptions of one dataset differ")


def check_static(root, port, faults):
    """Files of a static host: parts of an archive by an independent reader, perimeters as the service gives them."""
    url = f"http://127.0.0.1:{port}"
    maps, data = root / "maps", root / "data"
    maps.mkdir()
    qpv(data, "tiles", "build", "-o", str(maps / "qpv.pmtiles"))
    with serving_folder(data) as server:
        _, _, perimeters = fetched(server.url + "/api/v1/perimeters?vintage=2024")
    (maps / "perimeters.geojson").write_bytes(perimeters)
    archive = (maps / "qpv.pmtiles").read_bytes()
    requests = []

    def part(offset, length):
        status, headers, content = fetched(f"{url}/maps/qpv.pmtiles", {"Range": f"bytes={offset}-{offset + length - 1}"})
        requests.append((status, headers["Content-Range"], headers["Access-Control-Allow-Origin"]))
        return content

    tiles = dict(all_tiles(lambda offset, length: archive[offset : offset + length]))
    read = {tile: Reader(part).get(*tile) for tile in tiles}
    if read != tiles or not any(b"qpv-2024" in gzip.decompress(tile) for tile in tiles.values()):
        faults.append(f"{len(tiles)} tiles of the archive are not those of the static host")
    wrong = [seen for seen in requests if seen[0] != 206 or not seen[1].endswith(f"/{len(archive)}") or seen[2] != "*"]
    faults += [f"parts of an archive: {seen}" for seen in wrong[:1]]
    status, headers, content = fetched(f"{url}/maps/perimeters.geojson", {"Accept-Encoding": "gzip"})
    if (status, headers["Content-Type"], content) != (200, "application/geo+json", perimeters):
        faults.append(f"perimeters: {status}, {headers['Content-Type']}, {len(content)} bytes")
    if fetched(f"{url}/maps/perimeters.geojson", {"If-None-Match": headers["ETag"]})[0] != 304:
        faults.append("perimeters that did not change are sent again")
    # Keys lie in the data folder of a service, and lists of people's own files may: nothing but datasets is given out.
    (data / "api-keys").mkdir()
    (data / "api-keys" / "keys.json").write_text("{}")
    for path in ["data/api-keys/keys.json", "data/keys/report.ed25519", "data/square.geojson", "data/", "data/objects/"]:
        if fetched(f"{url}/{path}")[0] != 404:
            faults.append(f"the static host gives out {path}")


def main():
    faults = []
    with contextlib.ExitStack() as stack:
        root = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = root / "data"
        data.mkdir()
        first, second = imported(data, "QN06103M"), imported(data, "QN06104M")
        codes = {first: b"QN06103M", second: b"QN06104M"}
        static_port = free_port()
        stack.enter_context(nginx(static_host(root, static_port)))
        url = f"http://127.0.0.1:{static_port}/data"
        check_static(root, static_port, faults)
        folders = [root / f"replica-{number}" for number in range(3)]
        # From the host of files, and from the folder itself.
        for folder, source in zip(folders, [url, url, str(data)], strict=True):
            qpv(folder, "data", "fetch", "--from", source, first)
        servers = stack.enter_context(replicas(folders))
        check_killed(servers, codes, False, faults)
        check_killed(servers, codes, True, faults)
        check_rollout(servers, codes, url, second, faults)
    fail_if(faults, "faults of replicas")


main()
