"""The table of "What do slow clients cost the others?" in docs/benchmarks.md: half heads, trickled forms, held bodies, unread answers, long lists.

Usage: bench_slow_clients.py. Runs the fictional town with 1,024 descriptors, as a service has by default. Takes two minutes and a half.
"""

import os
import pathlib
import resource
import select
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

from qpv_under_test import binary

HALF_HEADS = 1_100
BODIES, BODY_BYTES = 100, 15 << 20
UNREAD = 5
LONG_LISTS, LONG_LIST_ROWS = 4, 3_000_000
QUESTION = b"GET /api/v1/zones?lon=-3.61&lat=46.2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def connected(address):
    connection = socket.create_connection(address, timeout=60)
    return connection


def answered(address):
    """Seconds of a question of a good client, from its connection to its answer; None when there is none in ten seconds."""
    started = time.perf_counter()
    try:
        with socket.create_connection(address, timeout=10) as connection:
            connection.sendall(QUESTION)
            return time.perf_counter() - started if connection.recv(12).startswith(b"HTTP/1.1 ") else None
    except OSError:
        return None


def form_head(length):
    return (
        "POST /api/v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
    ).encode()


def form(table):
    return b'--b\r\nContent-Disposition: form-data; name="data"; filename="a.csv"\r\n\r\n' + table + b"\r\n--b--\r\n"


def list_status(address):
    """The status of a small list of a good client."""
    content = form(b"adresse\n1 rue de la Mairie\n")
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(form_head(len(content)) + content)
        return connection.recv(12).decode()[9:]


def long_lists(address):
    content = form(b"adresse\n" + b"1 rue de la Mairie\n" * LONG_LIST_ROWS)
    connections = []
    for _ in range(LONG_LISTS):
        connection = connected(address)
        connection.sendall(form_head(len(content)) + content)
        connections.append(connection)
    time.sleep(2)
    content = form(b"adresse\n" + b"1 rue de la Mairie\n" * 600)
    waits = []
    for _ in range(5):
        begun = time.perf_counter()
        with socket.create_connection(address, timeout=300) as connection:
            connection.sendall(form_head(len(content)) + content)
            connection.recv(12)
        waits.append(time.perf_counter() - begun)
    under_way = sum(not select.select([connection], [], [], 0)[0] for connection in connections)
    print(f"{LONG_LISTS} lists of {LONG_LIST_ROWS:,} rows: one of 600 rows after {max(waits):.1f} s at most, {under_way} of them still under way")
    for connection in connections:
        connection.close()


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return {line.split()[0][:-1]: int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("Vm")}


def unlinked_mb(pid):
    """Megabytes of the files without a name that the process holds."""
    held = 0
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            if "(deleted)" in os.readlink(entry):
                held += os.stat(entry).st_size
        except OSError:
            continue
    return held / 1e6


def half_heads(address):
    opened = []
    for _ in range(HALF_HEADS):
        connection = connected(address)
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: loc")
        opened.append(connection)
    times = [answered(address) for _ in range(50)]
    lost = times.count(None)
    worst = max((seconds for seconds in times if seconds is not None), default=float("nan"))
    print(f"{HALF_HEADS} half heads: {lost} of 50 good clients unanswered, the slowest {1e3 * worst:.0f} ms")
    for connection in opened:
        connection.close()


def trickled_forms(address):
    forms = []
    for _ in range(40):
        connection = connected(address)
        connection.sendall(form_head(10_000) + form(b"adresse\n")[:-9])
        forms.append(connection)
    time.sleep(1)
    begun = time.perf_counter()
    refused = list_status(address)
    while (status := list_status(address)) != "200" and time.perf_counter() - begun < 60:
        for connection in forms:
            try:
                connection.send(b"1")
            except OSError:
                continue
        time.sleep(1)
    waited = time.perf_counter() - begun
    print(f"40 forms that trickle: a list gets {refused} at first, {status} after {waited:.0f} s")


def large_bodies(address, pid):
    head = f"POST /api/v1/zones HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {BODY_BYTES}\r\n\r\n"
    content = b'{"points": [' + b" " * (BODY_BYTES - 20)

    def send():
        try:
            with connected(address) as connection:
                connection.sendall(head.encode() + content)
                time.sleep(8)
        except OSError:
            return

    before = resident_mb(pid)["VmRSS"]
    threads = [threading.Thread(target=send) for _ in range(BODIES)]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, resident_mb(pid)["VmRSS"])
        time.sleep(0.05)
    print(f"{BODIES} bodies of 15 MB at once: resident memory from {before:.0f} to {most:.0f} MB at most")


def unread_answers(address, pid):
    table = b"adresse\n" + b"1 rue de la Mairie\n" * 300_000
    content = form(table)
    connections = []
    for _ in range(UNREAD):
        connection = connected(address)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(form_head(len(content)) + content)
        connections.append(connection)
    begun, most = time.perf_counter(), 0
    while time.perf_counter() - begun < 60:
        held = unlinked_mb(pid)
        most = max(most, held)
        if most > 20 and held < 1:
            break
        time.sleep(0.5)
    print(f"{UNREAD} unread answers: {most:.0f} MB of disk at most, all freed after {time.perf_counter() - begun:.0f} s")


with tempfile.TemporaryDirectory() as data:
    process = subprocess.Popen(
        [binary(), "serve", "--data", data, "--quiet", "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024)),
    )
    url = urllib.parse.urlparse(process.stdout.readline().strip())
    address = (url.hostname, url.port)
    # This side holds as many connections.
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    half_heads(address)
    trickled_forms(address)
    large_bodies(address, process.pid)
    unread_answers(address, process.pid)
    long_lists(address)
    stuck = connected(address)
    stuck.sendall(form_head(10_000))
    time.sleep(0.2)
    begun = time.perf_counter()
    process.terminate()
    try:
        process.wait(timeout=120)
        print(f"SIGTERM with half a body: ended after {time.perf_counter() - begun:.0f} s")
    except subprocess.TimeoutExpired:
        process.kill()
        print("SIGTERM with half a body: not ended after 120 s")
