"""Links and paths of the documents, checked by `make lint`.

Usage: documents.py. Every relative link of the Markdown files leads to a file, and to a heading of it. Every path of the
repository between backticks exists. Every test that docs/security.md names exists. Every limit in the table of
docs/service.md is the one of its constant. In ARCHITECTURE.md, a path may also be relative: to the crate that its section is named
after, to `crates/`, or to `web/src` in the section on the pages.
"""

import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("crates/", "docs/", "geodata/", "packaging/", "tests/", "tiles/", "web/")
LINK = re.compile(r'\]\(([^)\s]+)\)|(?:href|src)="([^"]+)"')
CODE = re.compile(r"`([^`]+)`")
# Paths are told from other code by their ending: `Service::check`, `qpv data import` and `/api/v1/zones` have none of these.
# A name of a test is a sentence: three words at least.
TEST_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+){2,}")
TEST = re.compile(r"#\[(?:tokio::)?test(?:\([^)]*\))?\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn (\w+)")
RELATIVE_PATH = re.compile(r"[\w./-]+(?:\.(?:rs|ts|tsx|json|geojson|toml|svg)|/)")


def documents():
    """The Markdown files that the project writes."""
    patterns = ["*.md", "docs/**/*.md", "geodata/**/*.md", "tiles/**/*.md"]
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def lines(path):
    """The numbered lines of a file outside its blocks of code."""
    in_code = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield number, line


def anchor(heading):
    """The anchor that GitHub and other forges give a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(path):
    """The anchors of a document."""
    return {anchor(line.lstrip("#")) for _, line in lines(path) if line.startswith("#")}


def link_fault(path, target):
    """The fault of a link, or nothing."""
    if re.match(r"[a-z]+:", target):
        return None
    file, _, fragment = target.partition("#")
    linked = (path.parent / file).resolve() if file else path
    if not linked.exists():
        return f"the link {target} leads nowhere"
    if fragment and linked.suffix == ".md" and fragment not in anchors(linked):
        return f"no heading for the link {target}"
    return None


@functools.cache
def tests():
    """The names of all tests in Rust."""
    sources = [*ROOT.glob("crates/*/src/**/*.rs"), *ROOT.glob("crates/*/tests/**/*.rs"), *ROOT.glob("tests/e2e/**/*.rs")]
    return {name for source in sources for name in TEST.findall(source.read_text(encoding="utf-8"))}


def test_fault(path, name):
    """The fault of code that names a test, or nothing."""
    if path.name == "security.md" and TEST_NAME.fullmatch(name) and name not in tests():
        return f"there is no test {name}"
    return None


def candidates(path, section, name):
    """The places where a path named in a document may be."""
    yield ROOT / name
    if path.name == "ARCHITECTURE.md":
        yield ROOT / "crates" / name
        if section.startswith("qpv"):
            yield ROOT / "crates" / section / name
            yield ROOT / "crates" / section / "src" / name
        if section == "web/":
            yield ROOT / "web/src" / name


def path_fault(path, section, name):
    """The fault of code that names a path, or nothing."""
    rooted = name.startswith(FOLDERS)
    relative = path.name == "ARCHITECTURE.md" and RELATIVE_PATH.fullmatch(name) and not name.startswith("/")
    # A pattern or a placeholder names no single file.
    if not (rooted or relative) or re.search(r"[*{…\s]|[A-Z]{4}", name):
        return None
    if any(place.exists() for place in candidates(path, section, name)):
        return None
    return f"there is no {name}"


# `const NAME: Type = VALUE;`, or the member of a structure `name: VALUE,`.
CONSTANT = r"(?:const {0}: [^=;]+= |^ +{0}: )([^;\n]+?)[;,]\n"
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
WORDS = {"the cores": "cores", "twice the cores": "2 * cores"}


def constant(source, name):
    """The value of a constant: a number (times in seconds), or the text of what the system decides; None without one."""
    found = re.search(CONSTANT.format(name), source, re.MULTILINE)
    if not found:
        return None
    value = re.sub(r"Duration::from_secs\((\d+)\)", r"\1", found[1]).replace("_", "")
    # By another constant, which may be in another file of the crate.
    factor = re.fullmatch(r"(\d+) \* ([A-Z]+)", value)
    if factor and "QUOTEDBYTES" in factor[2]:
        return int(factor[1]) * constant((ROOT / "crates/qpv-delimited/src/records.rs").read_text(encoding="utf-8"), "MAX_QUOTED_BYTES")
    shift = re.fullmatch(r"(\d+)(?: << (\d+))?", value)
    return int(shift[1]) << int(shift[2] or 0) if shift else value


def limit_fault(line):
    """The fault of a row of the table of limits, or nothing."""
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    names = CODE.findall(cells[-1])
    if len(names) != 2:
        return None if cells[-1].startswith("of the library") else "the limit has no constant"
    stated, number = cells[1], re.match(r"([\d,]+)(?: ([KMG]iB))?", cells[1])
    value = int(number[1].replace(",", "")) * UNITS.get(number[2], 1) if number else WORDS.get(stated)
    known = constant((ROOT / names[0]).read_text(encoding="utf-8"), names[1])
    return None if value is not None and value == known else f"{cells[0]}: {stated} is not the {known} of {names[1]}"


def faults(path):
    """The faults of a document, each with its line."""
    section = ""
    for number, line in lines(path):
        if line.startswith("## "):
            section = line[3:].strip()
        # Under the head of the table and its rule.
        is_limit = path.name == "service.md" and section == "Limits" and line.startswith("| ") and "`" in line
        if is_limit or "of the library" in line and path.name == "service.md":
            yield number, limit_fault(line)
        for markdown, html in LINK.findall(line):
            yield number, link_fault(path, markdown or html)
        for name in CODE.findall(line):
            yield number, path_fault(path, section, name)
            yield number, test_fault(path, name)


def main():
    """Prints the faults of all documents, and fails when there are any."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {fault}"
        for path in documents()
        for number, fault in faults(path)
        if fault
    ]
    print("\n".join(found) or "documents: every link and path leads somewhere")
    sys.exit(bool(found))


main()
