"""Colours of the palette, checked by `make lint`.

Usage: colours.py. No source outside `tiles/` holds a colour of `tiles/palette.toml`, as hexadecimal digits or as numbers: it takes
the colour from there.
"""

import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["crates/*/src/**/*.rs", "web/src/**/*.ts", "web/src/**/*.tsx", "web/src/**/*.css"]
# Pure black and white, and greys, are no colours of anything: other code may need them.
GREY = re.compile(r"#(\w\w)\1\1")


def colours(table):
    """The colours of a table and of those in it."""
    for value in table.values():
        if isinstance(value, dict):
            yield from colours(value)
        elif isinstance(value, str) and value.startswith("#") and not GREY.fullmatch(value):
            yield value


def spelling(colour):
    """A pattern of the ways to write a colour."""
    numbers = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return f"{colour}|" + r"\b{}, ?{}, ?{}\b".format(*numbers)


def main():
    """Prints the colours written elsewhere, and fails when there are any."""
    palette = tomllib.loads((ROOT / "tiles/palette.toml").read_text(encoding="utf-8"))
    spelled = re.compile("|".join(spelling(colour) for colour in sorted(set(colours(palette)))), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group()} stands in tiles/palette.toml"
        for pattern in SOURCES
        for path in sorted(ROOT.glob(pattern))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in spelled.finditer(line)
    ]
    print("\n".join(found) or "colours: each stands in tiles/palette.toml only")
    sys.exit(bool(found))


main()
