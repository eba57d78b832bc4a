"""Measures of how the Rust of the project is laid out and written, checked by `make lint`.

Usage: measure.py [--list MEASURE]; `--list` prints where each case of a measure stands.

limits.toml holds the bound of each measure and the crates that each crate may import. A bound may only be tightened.
No module may take part in a circle of imports.

Test code is left out: folders `tests`, `benches` and `examples`, files `tests.rs`, and items under `#[cfg(test)]`.
"""

import collections
import pathlib
import re
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TEST_FOLDERS = {"tests", "benches", "examples"}

RELATIVE_OPENER = re.compile(r"(What|Whether|Where|How|Of|That|Those of|Those that)\b")
LET_CLOSURE = re.compile(r"^\s*let (?:mut )?\w+(?:: [^=]+)? = (?:move )?\|")
PUBLIC_TYPE = re.compile(r"^\s*pub(?:\([^)]*\))? (?:struct|enum|trait|type|union) (\w+)")
ONE_WORD = re.compile(r"[A-Z][a-z0-9]*$|[A-Z0-9]+$")
FUNCTION = re.compile(r"\bfn \w+(?:<.*?>)?\(", re.S)
# An argument taken apart in the signature: `(zone, doubt): (Zone, Doubt)`, `[a, b]: [bool; 2]`.
BUNDLED = re.compile(r"(?:^|,)\s*[\(\[][\w\s,&]+[\)\]]\s*:\s*&?[\(\[]", re.S)
STRING = re.compile(r'r#*".*?"#*|"(?:\\.|[^"\\])*"', re.S)


def without_tests(text):
    """The lines of a file, without items under `#[cfg(test)]`."""
    lines, kept, depth, skipping, armed = text.splitlines(), [], 0, False, False
    for line in lines:
        if line.strip().startswith("#[cfg(test)]"):
            armed = True
            continue
        if armed or skipping:
            bare = STRING.sub('""', line)
            depth += bare.count("{") - bare.count("}")
            if armed and ("{" in bare or bare.rstrip().endswith(";")):
                armed, skipping = False, depth > 0
            elif skipping and depth <= 0:
                skipping = False
            if not skipping and not armed:
                depth = 0
            continue
        kept.append(line)
    return kept


class Source:
    """A file of non-test Rust."""

    def __init__(self, path):
        self.path = path.relative_to(ROOT)
        self.crate = self.path.parts[1]
        self.lines = without_tests(path.read_text(encoding="utf-8"))
        self.code = [line for line in self.lines if line.strip() and not line.strip().startswith("//")]

    def module(self):
        """Path of the module inside its crate: `report/map` for `src/report/map.rs`."""
        inner = pathlib.Path(*self.path.parts[3:]).with_suffix("")
        return "/".join(part for part in inner.parts if part != "mod")


def sources():
    """All files of non-test Rust of the workspace."""
    found = []
    for path in sorted(ROOT.glob("crates/*/src/**/*.rs")):
        inner = path.relative_to(ROOT).parts[3:]
        if TEST_FOLDERS.isdisjoint(inner) and path.name not in {"tests.rs", "test_support.rs"}:
            found.append(Source(path))
    return found


def doc_openers(source):
    """First lines of the doc comments, each with its line number."""
    inside = False
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        is_doc = text.startswith("///") or text.startswith("//!")
        if is_doc and not inside:
            yield number, text[3:].strip()
        inside = is_doc


def relative_openers(files):
    total, found = 0, []
    for source in files:
        for number, text in doc_openers(source):
            total += 1
            if RELATIVE_OPENER.match(text):
                found.append(f"{source.path}:{number}: {text}")
    return 100 * len(found) / total, found


def let_closures(files):
    found = [
        f"{source.path}: {line.strip()}" for source in files for line in source.code if LET_CLOSURE.match(line)
    ]
    return 1000 * len(found) / sum(len(source.code) for source in files), found


def signatures(text):
    """The text between the brackets of each function's parameters."""
    for match in FUNCTION.finditer(text):
        depth, start = 1, match.end()
        end = start
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield match.group(0), text[start : end - 1]


def bundled_arguments(files):
    total, found = 0, []
    for source in files:
        for name, parameters in signatures("\n".join(source.code)):
            total += 1
            # Wrapped in an extractor of axum, the tuple is the framework's own form: `Path((z, x, y))`.
            if BUNDLED.search(parameters):
                found.append(f"{source.path}: {name}{' '.join(parameters.split())})")
    return 1000 * len(found) / total, found


def one_word_types(files):
    total, found = 0, []
    for source in files:
        for line in source.code:
            if match := PUBLIC_TYPE.match(line):
                total += 1
                if ONE_WORD.match(match[1]):
                    found.append(f"{source.path}: {match[1]}")
    return 100 * len(found) / total, found


def inline_comments(files):
    found = [
        f"{source.path}: {line.strip()}"
        for source in files
        for line in source.lines
        if re.match(r"\s*//(?![/!])", line)
    ]
    return 100 * len(found) / sum(len(source.code) for source in files), found


def largest_crate(files):
    sizes = collections.Counter()
    for source in files:
        sizes[source.crate] += len(source.code)
    total = sum(sizes.values())
    return 100 * max(sizes.values()) / total, [
        f"{crate}: {size} lines, {100 * size / total:.1f} %" for crate, size in sizes.most_common()
    ]


def reexport_imports(files):
    found = [line for modules in modules_by_crate(files).values() for line in modules.reexports]
    return len(found), found


def modules_by_crate(files):
    by_crate = collections.defaultdict(list)
    for source in files:
        by_crate[source.crate].append(source)
    return {crate: Modules(inner) for crate, inner in by_crate.items()}


MEASURES = {
    "relative_openers": (relative_openers, "% of doc comments open with What, Whether, Where, How, Of, That"),
    "let_closures": (let_closures, "`let` closures per 1,000 lines of code"),
    "bundled_arguments": (bundled_arguments, "functions per 1,000 that take apart a bundled argument"),
    "one_word_types": (one_word_types, "% of public types named by one word"),
    "inline_comments": (inline_comments, "inline comments per 100 lines of code"),
    "largest_crate": (largest_crate, "% of the Rust in the largest crate"),
    "reexport_imports": (reexport_imports, "imports through the re-exports of the own crate"),
}


def crate_edges(allowed):
    """Faults of the dependencies between crates: undeclared edges, and declared ones that are gone."""
    for manifest in sorted(ROOT.glob("crates/*/Cargo.toml")):
        crate = manifest.parent.name
        declared = tomllib.loads(manifest.read_text())
        edges = {name for name in declared.get("dependencies", {}) if name.startswith("qpv")}
        if crate not in allowed:
            yield f"{crate} is not in limits.toml"
            continue
        for name in sorted(edges - set(allowed[crate])):
            yield f"{crate} imports {name}, which limits.toml does not allow"
        for name in sorted(set(allowed[crate]) - edges):
            yield f"limits.toml lets {crate} import {name}, which it does not: delete the entry"


def use_paths(text):
    """Paths that a file names from the root of its crate or from its parents, lists taken apart."""
    for match in re.finditer(r"\b(?:pub(?:\([^)]*\))? )?use ([^;]+);", text):
        yield from flattened("".join(match[1].split()))
    for match in re.finditer(r"\b((?:crate|self|super)(?:::\w+)+)", re.sub(r"\buse [^;]+;", "", text)):
        yield match[1].split("::")


def flattened(tree, prefix=()):
    """The paths of a tree of imports: `a::{b,c::d}` gives `a::b` and `a::c::d`."""
    head, brace, rest = tree.partition("{")
    steps = [*prefix, *(step for step in head.split("::") if step)]
    if not brace:
        yield [re.split(r"as(?=[A-Z_])", step)[0] for step in steps]
        return
    depth, piece = 0, ""
    for letter in rest[:-1] + ",":
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            if piece:
                yield from flattened(piece, steps)
            piece = ""
        else:
            piece += letter


class Modules:
    """The modules of a crate, and which of them import which."""

    def __init__(self, files):
        self.files = {tuple(source.module().split("/")): source for source in files}
        self.roots = {("lib",), ("main",)}
        self.tops = {path[0] for path in self.files if path not in self.roots}
        # Names that a module's file brings into its own scope: paths through it lead to where the name is defined.
        self.names = {path: {} for path in self.files}
        for path, source in self.files.items():
            for steps in use_paths("\n".join(source.code)):
                if target := self.target(path, steps, follow=False):
                    self.names[path][steps[-1]] = target
        self.edges = collections.defaultdict(set)
        self.reexports = []
        for path, source in self.files.items():
            for steps in use_paths("\n".join(source.code)):
                target = self.target(path, steps)
                if target and target != path and path not in self.roots:
                    self.edges[path].add(target)
                if steps[0] == "crate" and len(steps) > 1 and path not in self.roots and steps[1] not in self.tops:
                    self.reexports.append(f"{source.path}: {'::'.join(steps)}")

    def target(self, path, steps, follow=True):
        """The module that a path leads to from the file of the module `path`."""
        here = () if path in self.roots else path
        steps = list(steps)
        if steps[0] == "crate":
            here, steps = (), steps[1:]
        elif steps[0] in {"self", "super"}:
            while steps and steps[0] in {"self", "super"}:
                here = here[:-1] if steps[0] == "super" else here
                steps = steps[1:]
        elif (*here, steps[0]) not in self.files:
            return None
        while steps and (*here, steps[0]) in self.files:
            here, steps = (*here, steps[0]), steps[1:]
        if follow and steps:
            own = here or next((root for root in self.roots if root in self.files), ())
            return self.names.get(own, {}).get(steps[0], here or None)
        return here or None

    def circles(self):
        """Each set of modules of one folder that reach one another, what stands below them included."""
        folders = {path[:depth] for path in self.files for depth in range(len(path))}
        for folder in sorted(folders):
            level = collections.defaultdict(set)
            for path, targets in self.edges.items():
                for target in targets:
                    inside = path[: len(folder)] == folder == target[: len(folder)]
                    if inside and len(path) > len(folder) < len(target):
                        start, end = path[len(folder)], target[len(folder)]
                        if start != end:
                            level[start].add(end)
            if together := circle(level):
                yield "/".join(folder), sorted(together)


def circle(edges):
    """A largest set of modules that reach one another, empty without one."""
    reach = {}
    for start in edges:
        seen, stack = set(), [start]
        while stack:
            for following in edges.get(stack.pop(), ()):
                if following not in seen:
                    seen.add(following)
                    stack.append(following)
        reach[start] = seen
    best = set()
    for start, seen in reach.items():
        together = {other for other in seen if start in reach.get(other, ())}
        if len(together) > len(best):
            best = together
    return best


def main():
    limits = tomllib.loads((HERE / "limits.toml").read_text())
    files = sources()
    if len(sys.argv) == 3 and sys.argv[1] == "--list":
        value, found = MEASURES[sys.argv[2]][0](files)
        print("\n".join(found))
        print(f"{value:.2f} {MEASURES[sys.argv[2]][1]}")
        return
    faults = []
    for name, (measure, words) in MEASURES.items():
        value, _ = measure(files)
        bound = limits["bounds"][name]
        worse = value < bound["at_least"] if "at_least" in bound else value > bound["at_most"]
        print(f"{name}: {value:.2f} {words}; allowed: {bound}")
        if worse:
            faults.append(f"{name} is {value:.2f}, allowed: {bound} (measure.py --list {name} shows the cases)")
    faults += crate_edges(limits["crates"])
    for crate, modules in modules_by_crate(files).items():
        for folder, together in modules.circles():
            faults.append(f"{crate}/{folder}: {', '.join(together)} import one another in a circle")
    if faults:
        sys.exit("\n".join(["FAILED:", *faults]))


main()
