#!/usr/bin/env python3
"""The built program carries the built page: `/` and every file it names are served, and nothing comes from elsewhere."""

import re
import tempfile
import urllib.request

from qpv_under_test import fail_if, serving_folder


def main():
    with tempfile.TemporaryDirectory() as data, serving_folder(data) as server:
        with urllib.request.urlopen(server.url + "/") as answer:
            page = answer.read().decode()
        files = re.findall(r'(?:src|href)="\.?/?(assets/[^"]+)"', page)
        faults = [f"the page names no {kind}: was it built?" for kind in (".js", ".css") if not any(kind in file for file in files)]
        for file in files:
            with urllib.request.urlopen(f"{server.url}/{file}") as answer:
                if not answer.read():
                    faults.append(f"{file} is empty")
        faults += [f"the page loads {address}" for address in re.findall(r'(?:src|href)="(https?:[^"]+)"', page)]
        print(f"{len(files)} files served")
    fail_if(faults, "faults of the page")


main()
