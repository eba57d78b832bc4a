"""/openapi.json as programs read it: valid OpenAPI 3.1, and clients made from it by a stock generator work.

The document is validated by openapi-spec-validator. openapi-python-client generates a Python package from it; the package
must compile, and its functions must read real answers of the sample town into their typed models.
"""

import compileall
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile

from openapi_spec_validator import OpenAPIV31SpecValidator

from qpv_under_test import fail_if, serving_folder

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

# Media types that the generator does not know: all of them are bytes to it.
GENERATOR_CONFIG = {
    "project_name_override": "qpv_client",
    "package_name_override": "qpv_client",
    "post_hooks": [],
    "content_type_overrides": {
        "application/geo+json": "application/json",
        "application/pdf": "application/octet-stream",
        "application/vnd.mapbox-vector-tile": "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "application/octet-stream",
        "text/csv": "application/octet-stream",
    },
}


def operations(document):
    """Method, path and description of every operation."""
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item[method]


def document_faults(document):
    """What makes the document invalid, or useless to a reader."""
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield f"invalid: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
    names = [operation["operationId"] for _, _, operation in operations(document)]
    yield from (f"operationId {name} is not unique" for name in sorted({n for n in names if names.count(n) > 1}))
    for method, path, operation in operations(document):
        if not operation.get("summary"):
            yield f"{method} {path} has no summary"
        for status, response in operation["responses"].items():
            if not response.get("description", "").strip():
                yield f"{method} {path} {status} has no description"


def generated(document, folder):
    """The faults of generating a client, which lands in the folder as the package qpv_client."""
    source, config = folder / "openapi.json", folder / "config.json"
    source.write_text(json.dumps(document))
    config.write_text(json.dumps(GENERATOR_CONFIG))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
    command += ["--path", source, "--config", config, "--output-path", folder / "qpv_client"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        yield f"openapi-python-client: {done.stdout}{done.stderr}"
    elif not compileall.compile_dir(folder / "qpv_client", quiet=1):
        yield "the generated client does not compile"


def call(client, tag, function, **arguments):
    """Calls a function of the generated client and returns the model it made of the answer."""
    module = importlib.import_module(f"qpv_client.api.{tag}.{function}")
    return module.sync(client=client, **arguments)


def client_faults(server):
    """What the generated client reads otherwise than the raw answers say."""
    package, models = importlib.import_module("qpv_client"), importlib.import_module("qpv_client.models")
    client = package.Client(base_url=server.url, raise_on_unexpected_status=True)
    ready = call(client, "service", "ready")
    if not ready.dataset.fictional:
        yield "ready: the sample is not fictional"
    listed = server.get("/api/v1/perimeters?vintage=2024")
    perimeters = call(client, "perimeters", "list_perimeters", vintage="2024")
    if [feature.id for feature in perimeters.features] != [feature["id"] for feature in listed["features"]]:
        yield "perimeters: other features than in the raw answer"
    first = listed["features"][0]
    perimeter = call(client, "perimeters", "get_perimeter", code=first["id"])
    if perimeter.properties.lib_qp != first["properties"]["lib_qp"]:
        yield "perimeter: another name than in the raw answer"
    lon, lat = first["geometry"]["coordinates"][0][0][0]
    zone = call(client, "zones", "get_zone", lon=lon, lat=lat, vintage="2024")
    if zone.zone.value != "qpv" or zone.vintage != "2024":
        yield f"zones: {zone}"
    points = models.PointsBody(points=[[lon, lat]], vintage="2024")
    located = call(client, "zones", "post_zones", body=points)
    if located.results[0].zone.value != "qpv":
        yield f"zones of a list: {located}"
    problem = call(client, "zones", "get_zone", lon=2.35, lat=48.85)
    if getattr(problem, "code", None) != "outside_coverage":
        yield f"a problem is read as {problem}"


def main():
    with tempfile.TemporaryDirectory() as data, serving_folder(data) as server, tempfile.TemporaryDirectory() as work:
        document = server.get("/openapi.json")
        faults = list(document_faults(document))
        faults += generated(document, pathlib.Path(work))
        fail_if(faults, "faults of /openapi.json")
        sys.path.insert(0, work)
        fail_if(list(client_faults(server)), "faults of the generated client")
        print(f"{len(list(operations(document)))} operations: valid, and a generated client reads their answers")


if __name__ == "__main__":
    main()
