"""Nothing that is asked stays: marked addresses, names, days and positions are sent to every resource, and searched for.

The resources come from /openapi.json, so that a new one cannot be forgotten. Each gets, at every level of the log, what its
description allows and what it does not: every parameter and member with a mark, wrong types, broken bodies, other kinds of
content, as a program and as a browser sends them. Requests that succeed are added for those that take personal data.

The marks must then be nowhere: not in the log, the audit log, the temporary folder, the data folder, the working folder, the metrics, the list
of processes or the headers of answers. Answers to what was asked must forbid every cache to keep them.
"""

import http.client
import io
import json
import os
import pathlib
import subprocess
import tempfile
import urllib.parse
import zipfile

from qpv_under_test import binary, fail_if

LEVELS = [None, "error", "warn", "info", "debug", "trace"]

# Words that no dataset has, and digits that no answer makes up.
NAME, STREET, SCHOOL, SUBJECT = "Zwartkopje", "Quiblefontaine", "Xylothraupe", "Vexillomane"
LON, LAT = -3.6017593, 46.2013861
LONELY_DIGITS = ["6017593", "2013861"]
# Metres of Lambert-93, for the forms that take them.
EASTING, NORTHING = 291734.93, 6583917.47
BIRTH_DATE = "2016-02-29"
MARKS = [NAME, STREET, SCHOOL, SUBJECT, *LONELY_DIGITS, "291734.93", "6583917.47", BIRTH_DATE, "29/02/2016"]
# An address that the fictional town has; its street is a mark as well when the log or a folder of ours holds it. The town's own
# files are in the program, not in the folders searched.
ADDRESS = "1 rue des Cordiers Port-Fictif"
MARKS.append("Cordiers")

# Resources without a cache to forbid: the same for all, whatever the request says.
PUBLIC = ("/tiles", "/ogc", "/docs", "/openapi.json", "/basemap", "/health", "/metrics")
BROWSER = {"accept": "text/html,application/xhtml+xml", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"}


def marked(schema, document, depth=0):
    """A value with a mark of a schema."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for alternatives in ("oneOf", "anyOf", "allOf"):
        if alternatives in schema:
            real = [one for one in schema[alternatives] if one.get("type") != "null"]
            return marked(real[0], document, depth) if real else None
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if kind in ("number", "integer"):
        return LON
    if kind == "boolean":
        return True
    if kind == "array":
        return [marked(schema.get("items", {}), document, depth + 1), LAT]
    if kind == "object" or "properties" in schema:
        members = schema.get("properties", {})
        # Deep enough for every body there is, and an end for schemas that contain themselves.
        return {} if depth > 4 else {name: marked(member, document, depth + 1) for name, member in members.items()}
    if schema.get("format") == "date" or "date" in schema.get("description", "").lower():
        return BIRTH_DATE
    return f"{NAME} {STREET}"


def form(fields, table, name=f"{NAME}.csv"):
    """A form with a table, and its kind."""
    edge = "edge-of-the-form"
    parts = [f'--{edge}\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields]
    head = f'--{edge}\r\ncontent-disposition: form-data; name="data"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + table + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


# Rows that fill more memory than the service gives to a list: the rest of it is in a file.
LARGE_ROWS = 600


def table(rows):
    """A list of people as delimited text, of 2 kB a row."""
    note = f"{SCHOOL} " * 170
    lines = ["nom,adresse,naissance,lon,lat,note"]
    lines += [f"{NAME},{ADDRESS},{BIRTH_DATE},{LON},{LAT},{note}", f"{NAME},{STREET},29/02/2016,{LAT},{LON},{note}"] * (rows // 2)
    return "\n".join(lines).encode()


def broken_book():
    """A workbook with a mark in it that cannot be read to its end."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr("[Content_Types].xml", f"<Types>{NAME}")
        book.writestr("xl/workbook.xml", f"<workbook><sheets><sheet name='{STREET}'")
    return file.getvalue()


def succeeding(report):
    """Requests that must succeed: method, path, body, kind."""
    address = {"q": ADDRESS}
    person = {"programme": "pre-national", "birth_date": BIRTH_DATE}
    ring = [[LON, LAT], [LON + 1e-4, LAT], [LON + 1e-4, LAT + 1e-4], [LON, LAT]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    for path, body in [
        ("/api/v1/check", address | person),
        ("/api/v1/check", {"lon": LON, "lat": LAT}),
        ("/api/v1/check", address | {"placed": {"lon": LON, "lat": LAT}}),
        ("/api/v1/check", {"footprint": polygon}),
        ("/api/v1/zones", {"points": [[LON, LAT]]}),
        ("/api/v1/zones", polygon),
        ("/api/v1/search", address),
        ("/api/v1/suggest", address),
        ("/api/v1/reverse", {"lon": LON, "lat": LAT}),
        ("/api/v1/reports", address | person | {"about": SUBJECT, "asked_by": NAME}),
    ]:
        yield "POST", path, json.dumps(body).encode(), "application/json"
    yield "POST", "/api/v1/reports/verify", report, "application/pdf"
    query = urllib.parse.urlencode({"q": ADDRESS})
    yield "GET", f"/search?{query}", None, None
    yield "GET", f"/reverse?lon={LON}&lat={LAT}", None, None
    yield "GET", f"/api/v1/zones?lon={LON}&lat={LAT}", None, None
    # Small ones stay in memory, large ones go to a file without a name.
    for rows in (4, LARGE_ROWS):
        people = [("columns", "adresse"), ("birth_date", "naissance"), ("programme", "pre-national")]
        yield "POST", "/api/v1/batch", *form(people, table(rows))
        yield "POST", "/search/csv", *form([("columns", "adresse")], table(rows))
        yield "POST", "/reverse/csv", *form([], table(rows))


def generic(document):
    """Requests to every operation, made of its description: method, path, body, kind. They may succeed or not."""
    for path, item in document["paths"].items():
        for method in {"get", "post", "put", "patch", "delete"} & item.keys():
            operation = item[method]
            parameters = operation.get("parameters", [])
            values = {one["name"]: marked(one.get("schema", {}), document) for one in parameters if one["in"] == "query"}
            bound = path.replace("{", "").replace("}", "")
            for one in parameters:
                if one["in"] == "path":
                    bound = bound.replace(f"/{one['name']}", f"/{NAME}-{LON}")
            queries = [values, *({name: value} for name, value in values.items())]
            # Every value as text, where a number or a day is expected.
            queries += [dict.fromkeys(values, f"{STREET} {LAT}"), {STREET: NAME}]
            for query in queries:
                yield method.upper(), f"{bound}?{urllib.parse.urlencode(query, doseq=True)}", None, None
            yield from bodies(method.upper(), bound, operation, document)
    yield "GET", f"/{STREET}/{NAME}?q={LON}", None, None
    yield "BREW", f"/api/v1/check?q={STREET}", None, None


def bodies(method, path, operation, document):
    """Requests with bodies to an operation."""
    if method == "GET":
        return
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        whole = marked(content.get("schema", {}), document)
        if kind == "application/json" and isinstance(whole, dict):
            for body in [whole, *({name: value} for name, value in whole.items()), dict.fromkeys(whole, STREET), {STREET: NAME}]:
                yield method, path, json.dumps(body).encode(), kind
        elif kind == "multipart/form-data":
            fields = [(name, f"{STREET} {LON}") for name in whole]
            for one in [fields, *([field] for field in fields), []]:
                yield method, path, *form(one, table(4))
            yield method, path, *form([], broken_book(), f"{NAME}.xlsx")
        else:
            yield method, path, urllib.parse.urlencode({"adresse[]": f"{STREET} {NAME}", STREET: LON}).encode(), kind
    # Cut in the middle, of another kind, of none.
    broken = f'{{"q": "{STREET} {NAME}", "birth_date": "{BIRTH_DATE}", "lon": {LON}'.encode()
    for kind in ("application/json", "text/plain", "application/pdf", "multipart/form-data; boundary=edge", f"text/{NAME}"):
        yield method, path, broken, kind


class Asked:
    """A server under test, what it answered, and where it may have left a trace."""

    def __init__(self, level, work):
        self.level, self.work, self.faults = level, pathlib.Path(work), []
        self.folders = [self.work / name for name in ("data", "temporary", "working", "home")]
        for folder in self.folders:
            folder.mkdir()
        data, temporary, working, home = self.folders
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(temporary)}
        if level:
            environment["RUST_LOG"] = level
        self.log = self.work / "log"
        self.audit_log = data / "audit.jsonl"
        command = [binary(), "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--audit-log", str(self.audit_log)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=working, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        # The address stands on the last line; a remark on the fictional data comes before it.
        self.host = next(line for line in self.process.stdout if line.startswith("http://")).strip().removeprefix("http://")

    def ask(self, method, path, body=None, kind=None, browser=False):
        """Sends a request and returns status and body, with its faults noted."""
        headers = {"referer": f"http://{self.host}/#/{STREET}", "user-agent": NAME, "cookie": f"name={NAME}"}
        if kind:
            headers["content-type"] = kind
        if browser:
            headers |= BROWSER | {"origin": f"http://{self.host}"}
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        where = f"{method} {path.partition('?')[0]} {answer.status}"
        # A file comes back under the name that its sender gave it.
        names = [f"{key}: {value}" for key, value in answer.getheaders() if key.lower() != "content-disposition"]
        self.faults += [f"{where}: {mark} in the headers" for mark in found_in("\n".join(names).encode())]
        is_question = method == "POST" or path.startswith(("/search", "/reverse", "/service", "/api/xy", "/api/v2", "/api/v1?"))
        if is_question and not path.startswith(PUBLIC) and answer.getheader("cache-control") != "no-store":
            self.faults.append(f"{where}: caches may keep it ({answer.getheader('cache-control')})")
        return answer.status, content

    def hang_up(self, path):
        """Sends half a list and goes away."""
        body, kind = form([("columns", "adresse")], table(LARGE_ROWS))
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.putrequest("POST", path)
        connection.putheader("content-type", kind)
        connection.putheader("content-length", str(len(body)))
        connection.endheaders()
        connection.send(body[: len(body) // 2])
        connection.close()

    def look_while_running(self):
        """Searches what can be seen of the running server."""
        status, metrics = self.ask("GET", "/metrics")
        if status == 200:
            self.faults += [f"{mark} in /metrics" for mark in found_in(metrics)]
        for process in [self.process.pid, *children(self.process.pid)]:
            for part in ("cmdline", "environ"):
                content = pathlib.Path(f"/proc/{process}/{part}").read_bytes()
                self.faults += [f"{mark} in {part} of process {process}" for mark in found_in(content)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A check that fails leaves no server behind.
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Stops the server and searches what it leaves."""
        self.process.terminate()
        if self.process.wait():
            self.faults.append(f"the server ended with {self.process.returncode}")
        log = self.log.read_bytes()
        self.faults += [f"{mark} in the log" for mark in found_in(log)]
        if self.level in ("debug", "trace") and log.count(b"/api/v1/check") < 10:
            self.faults.append("the log does not name the routes: it is not the one searched")
        if self.audit_log.read_bytes().count(b"/api/v1/check") < 10:
            self.faults.append("the audit log does not name the routes: it is not the one searched")
        for folder in self.folders:
            for path in folder.rglob("*"):
                name = str(path.relative_to(self.work))
                content = path.read_bytes() if path.is_file() else b""
                self.faults += [f"{mark} in {name}" for mark in found_in(name.encode() + content)]
        left = [path.name for path in self.folders[1].iterdir()]
        if left:
            self.faults.append(f"left in the temporary folder: {left}")
        return [f"{self.level or 'no level'}: {fault}" for fault in self.faults]


def children(process):
    """The processes that a process has started."""
    tasks = pathlib.Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def found_in(content):
    """The marks in some bytes, whatever their case, or percent-encoded."""
    folded = content.lower()
    return [mark for mark in MARKS if mark.lower().encode() in folded or urllib.parse.quote(mark).lower().encode() in folded]


def ask_all(asked, browser):
    """Asks every resource, and returns how many requests and how many addresses there were."""
    document = json.loads(asked.ask("GET", "/openapi.json")[1])
    _, report = asked.ask("POST", "/api/v1/reports", json.dumps({"q": ADDRESS, "about": SUBJECT}).encode(), "application/json")
    count, reached = 0, set()
    for method, path, body, kind in succeeding(report):
        status, _ = asked.ask(method, path, body, kind, browser)
        count += 1
        if status != 200:
            asked.faults.append(f"{method} {path}: {status}, where an answer was expected")
    for method, path, body, kind in generic(document):
        asked.ask(method, path, body, kind, browser)
        count += 1
        reached.add((method, path.partition("?")[0]))
    return count, len(reached)


def main():
    # The search itself must find what it is for.
    planted = f"{NAME.upper()} {LON} {urllib.parse.quote(STREET)}".encode()
    if len(found_in(planted)) != 3:
        fail_if(["planted marks are not found"], "faults of the check itself")
    faults, total = [], 0
    # Browsers reach the same handlers: the log as installed and the most talkative one are enough.
    runs = [(level, False) for level in LEVELS] + [(None, True), ("trace", True)]
    for level, browser in runs:
        with tempfile.TemporaryDirectory() as work, Asked(level, work) as asked:
            count, resources = ask_all(asked, browser)
            for path in ("/api/v1/batch", "/search/csv", "/reverse/csv"):
                asked.hang_up(path)
            asked.look_while_running()
            faults += asked.stop()
        total += count
    fail_if(faults[:50], "traces of what was asked")
    print(f"{total} requests to {resources} addresses at {len(LEVELS)} levels of the log left no trace")


if __name__ == "__main__":
    main()
