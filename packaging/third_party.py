"""The licences of the libraries that the program and its pages contain, with their texts, on standard output.

Usage: third_party.py. A text that several libraries share is printed once, with the names of all of them. Libraries that only
tests or builds use are left out.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LICENCE_FILE = re.compile(r"(?:licen[sc]e|copying|copyright|notice|unlicense)", re.I)
TARGET = "x86_64-unknown-linux-gnu"


def cargo(*arguments):
    """The output of a Cargo command on the locked dependencies."""
    command = ["cargo", *arguments, "--locked"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def crates():
    """Name, version, licence and folder of every crate that is linked into the program."""
    # The tree knows which features the program itself asks for, the metadata where the files are.
    tree = cargo("tree", "-p", "qpv", "-e", "normal", "--target", TARGET, "--prefix", "none", "--format", "{p}")
    linked = {tuple(line.split(" ")[:2]) for line in tree.splitlines()}
    metadata = json.loads(cargo("metadata", "--format-version", "1"))
    for package in metadata["packages"]:
        # Crates without a source are the project's own.
        if package["source"] and (package["name"], f"v{package['version']}") in linked:
            folder = pathlib.Path(package["manifest_path"]).parent
            yield package["name"], package["version"], package["license"] or "", folder


def npm_packages():
    """The same of every npm package in the pages."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        if path and not package.get("dev") and (ROOT / "web" / path).is_dir():
            yield path.rpartition("node_modules/")[2], package["version"], package.get("license", ""), ROOT / "web" / path


def licence_texts(folder):
    """The texts of the licences in a folder."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and LICENCE_FILE.match(path.name):
            yield path.read_text(encoding="utf-8", errors="replace").strip()


def main():
    """Prints the list, then the texts."""
    libraries = sorted({*crates(), *npm_packages()})
    holders = collections.defaultdict(list)
    print("Libraries in qpv and its pages\n")
    for name, version, licence, folder in libraries:
        texts = list(licence_texts(folder))
        print(f"{name} {version}: {licence}{'' if texts else ' (the library ships no text of it)'}")
        for text in texts:
            holders[text].append(f"{name} {version}")
    for text, names in sorted(holders.items(), key=lambda item: item[1]):
        print(f"\n{'=' * 80}\n{', '.join(names)}\n{'=' * 80}\n\n{text}")
    if len(libraries) < 100:
        sys.exit("third_party: the libraries of the program are missing")


main()
