"""The licences of the libraries that the program and its pages contain, with their texts, on standard output.

Usage: third_party.py. A text that several libraries share is printed once, with the names of all of them.
"""

import collections
import re

from libraries import libraries

LICENCE_FILE = re.compile(r"(?:licen[sc]e|copying|copyright|notice|unlicense)", re.I)


def licence_texts(folder):
    """The texts of the licences in a folder."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and LICENCE_FILE.match(path.name):
            yield path.read_text(encoding="utf-8", errors="replace").strip()


def main():
    """Prints the list, then the texts."""
    holders = collections.defaultdict(list)
    print("Libraries in qpv and its pages\n")
    for library in libraries():
        texts = list(licence_texts(library.folder))
        name = f"{library.name} {library.version}"
        print(f"{name}: {library.licence}{'' if texts else ' (the library ships no text of it)'}")
        for text in texts:
            holders[text].append(name)
    for text, names in sorted(holders.items(), key=lambda item: item[1]):
        print(f"\n{'=' * 80}\n{', '.join(names)}\n{'=' * 80}\n\n{text}")


main()
