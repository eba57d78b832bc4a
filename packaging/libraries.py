"""The libraries that the program and its pages contain. Those that only tests or builds use are left out."""

import json
import pathlib
import subprocess
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = "x86_64-unknown-linux-gnu"


class Library(NamedTuple):
    """A library as published: `purl` names it in every registry's own way."""

    name: str
    version: str
    licence: str
    folder: pathlib.Path
    purl: str


def cargo(*arguments):
    """The output of a Cargo command on the locked dependencies."""
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def crates():
    """Every crate that is linked into the program."""
    # The tree knows which features the program itself asks for, the metadata where the files are.
    tree = cargo("tree", "-p", "qpv", "-e", "normal", "--target", TARGET, "--prefix", "none", "--format", "{p}")
    linked = {tuple(line.split(" ")[:2]) for line in tree.splitlines()}
    metadata = json.loads(cargo("metadata", "--format-version", "1"))
    for package in metadata["packages"]:
        # Crates without a source are the project's own.
        if package["source"] and (package["name"], f"v{package['version']}") in linked:
            name, version = package["name"], package["version"]
            # Older manifests have a slash for "or".
            licence = (package["license"] or "").replace("/", " OR ")
            yield Library(name, version, licence, pathlib.Path(package["manifest_path"]).parent, f"pkg:cargo/{name}@{version}")


def npm_packages():
    """Every npm package in the pages."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        if path and not package.get("dev") and (ROOT / "web" / path).is_dir():
            name, version = path.rpartition("node_modules/")[2], package["version"]
            purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{version}"
            yield Library(name, version, package.get("license", ""), ROOT / "web" / path, purl)


def libraries():
    """All of them, in order."""
    return sorted({*crates(), *npm_packages()})
