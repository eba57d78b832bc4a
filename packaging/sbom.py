"""The libraries of the program and of its pages in CycloneDX 1.5, on standard output.

Usage: sbom.py VERSION. The same commit gives the same bytes: there is no serial number and no time in it.
"""

import json
import sys

from libraries import libraries


def component(library):
    """A library as CycloneDX describes it."""
    licences = [{"expression": library.licence}] if library.licence else []
    return {
        "type": "library",
        "bom-ref": library.purl,
        "name": library.name,
        "version": library.version,
        "purl": library.purl,
        "licenses": licences,
    }


def main():
    """Prints the document."""
    program = f"pkg:generic/qpv@{sys.argv[1]}"
    found = libraries()
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": program,
                "name": "qpv",
                "version": sys.argv[1],
                "licenses": [{"license": {"id": "EUPL-1.2"}}],
            }
        },
        "components": [component(library) for library in found],
        "dependencies": [{"ref": program, "dependsOn": [library.purl for library in found]}],
    }
    json.dump(document, sys.stdout, indent=1)


main()
