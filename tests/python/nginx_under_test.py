"""nginx with the shipped configurations, and replicas of the service behind it, on ports of this machine."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from qpv_under_test import ROOT, binary

CONFIGURATIONS = ROOT / "packaging" / "nginx"
NAME = "qpv.example.fr"
# Debian installs it where only administrators look.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def put(text, change, expected=1):
    """A text with some of it replaced; ends the program when the shipped file no longer has what is replaced."""
    old, new = change
    if text.count(old) != expected:
        sys.exit(f"the shipped configuration has {text.count(old)} of: {old}")
    return text.replace(old, new)


def without_tls(text, port):
    """A shipped configuration for a port of this machine: all of it but the certificate and the folder of logs."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("ssl_", "access_log", "error_log"))]
    return put("\n".join(lines), ("listen 443 ssl;", f"listen 127.0.0.1:{port};"))


def balancer(ports, port, retried=True, rated=True):
    """The shipped balancer before these replicas. `retried` leaves POST requests to be sent again, `rated` the bound of a client."""
    text = without_tls((CONFIGURATIONS / "replicas.conf").read_text(), port)
    for number, replica in enumerate(["10.0.0.11:8080", "10.0.0.12:8080", "10.0.0.13:8080"]):
        line = f"server {replica} max_fails=1 fail_timeout=5s;"
        there = number < len(ports)
        text = put(text, (line, line.replace(replica, f"127.0.0.1:{ports[number]}") if there else ""), 2)
    # Which replicas had a request, in order.
    text = put(text, ("proxy_http_version 1.1;", "proxy_http_version 1.1;\nadd_header X-Replicas $upstream_addr always;"))
    if not retried:
        text = put(text, (" non_idempotent;", ";"))
    if not rated:
        text = put(text, ("rate=200r/s", "rate=1000000r/s"))
        text = put(text, ("burst=400", "burst=1000000"))
    return text


def static_host(folder, port):
    """The shipped host of files, on a folder."""
    text = without_tls((CONFIGURATIONS / "static.conf").read_text(), port)
    return put(text, ("root /srv/qpv;", f"root {folder};"))


@contextlib.contextmanager
def nginx(*servers):
    """nginx with these configurations, as an ordinary user; it answers when the block begins."""
    if not NGINX:
        sys.exit("nginx is missing: .ci/install test installs it")
    with tempfile.TemporaryDirectory() as folder:
        temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        for number, server in enumerate(servers):
            pathlib.Path(folder, f"server-{number}.conf").write_text(server)
        main = pathlib.Path(folder, "nginx.conf")
        # As root, nginx would give its workers to a user who cannot read the temporary folders. One worker, as each has its own
        # record of the replicas that failed.
        user = "user root;" if os.geteuid() == 0 else ""
        main.write_text(
            f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;\n"
            f"events {{ worker_connections 1024; }}\n"
            f"http {{ access_log off; keepalive_requests 1000000; {temporary}\ninclude {folder}/server-*.conf; }}\n"
        )
        command = [NGINX, "-e", "stderr", "-p", folder, "-c", str(main)]
        subprocess.run([*command, "-t", "-q"], check=True)
        process = subprocess.Popen(command)
        try:
            for server in servers:
                wait_for(server.split("listen ")[1].split(";")[0], process)
            yield
        finally:
            process.terminate()
            process.wait()


def wait_for(address, process):
    """Waits until somebody listens."""
    host, port = address.split(":")
    while True:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection((host, int(port))):
            return
        if process.poll() is not None:
            sys.exit(f"a server ended with {process.returncode} before it listened at {address}")


class Replica:
    """A server on a data folder and a port of its own, which can be killed and started again."""

    def __init__(self, folder, port=None):
        self.folder, self.port = folder, port or free_port()
        self.start()

    def start(self):
        command = [binary(), "serve", "--data", str(self.folder), "--quiet", "--host", NAME, "--listen", self.address]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        # It prints its address once it answers.
        if self.address not in self.process.stdout.readline():
            sys.exit(f"no replica at {self.address}")

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def kill(self):
        """Ends it at once, as a machine that fails."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def replicas(folders):
    """Replicas on these data folders."""
    with contextlib.ExitStack() as stack:
        started = []
        for folder in folders:
            replica = Replica(folder)
            stack.callback(replica.stop)
            started.append(replica)
        yield started


def fetched(url, headers=None):
    """The status, headers and bytes of an answer, whatever it is."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()
