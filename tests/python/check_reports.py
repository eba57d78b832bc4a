"""Signed reports of `qpv check --report` and `/api/v1/reports`, on the fictional town, read by other programs.

Poppler reads one page of A4 with its accents, qpdf finds no fault, the QR code of the page as rendered gives the statement, whose
signature and that of the file hold for the Ed25519 of `cryptography`. An altered byte and another key are told.
"""

import base64
import json
import pathlib
import random
import re
import subprocess
import tempfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from qpv_under_test import binary, fail_if

ADDRESSES = {
    "inside": ("1 rue des Cordiers Port-Fictif", "Dans un quartier prioritaire"),
    "street": ("rue des Cordiers Port-Fictif", "À vérifier"),
    "commune": ("Port-Fictif", "À vérifier"),
    "not found": ("qsdfghjklm wxcvbn", "À vérifier"),
}
SENTENCES = ["Compte rendu de vérification", "n'est pas une attestation réglementaire", "Demandé par", "Noémie Lœuvre, État civil"]
LONG = ["--asked-by", "Noémie Lœuvre, État civil", "--about", "Élève née en août — " + "dossier très long " * 5]


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def signed(key, content, signature):
    try:
        padded = signature + "=" * (-len(signature) % 4)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(base64.urlsafe_b64decode(padded), content)
        return True
    except InvalidSignature:
        return False


def faults_of_page(pdf, words):
    text = run("pdftotext", "-layout", pdf, "-").stdout
    flat = " ".join(text.split())
    yield from (f"pdftotext does not find « {sentence} »" for sentence in [*SENTENCES, words] if sentence not in flat)
    info = run("pdfinfo", pdf).stdout
    if not re.search(r"Pages:\s+1\n", info) or "(A4)" not in info:
        yield "not one page of A4"
    if not re.search(r"Title:\s+Compte rendu de vérification", info) or not re.search(r"Tagged:\s+yes", info):
        yield "no title, or not tagged"
    checked = run("qpdf", "--check", pdf)
    if checked.returncode != 0:
        yield f"qpdf: {checked.stderr}"


def faults_of_signatures(folder, pdf, key, verify):
    content = pdf.read_bytes()
    line = re.search(rb"\n%qpv-signature ([0-9a-f]{16}) ([\w-]{86})\n\Z", content)
    if not line or not signed(key, content[: line.start(2)], line[2].decode()):
        yield "the signature of the file does not hold"
    rendered = folder / "page"
    run("pdftoppm", "-r", "200", "-gray", "-png", "-singlefile", pdf, rendered)
    statement = run("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", f"{rendered}.png").stdout.rstrip("\n")
    body, _, signature = statement.rpartition("signature: ")
    if not signature or not signed(key, body.encode(), signature):
        yield f"the signature of the QR code does not hold: {statement!r}"
    if verify(statement) != "genuine":
        yield "the text of the QR code is not genuine to `qpv report verify`"
    if verify(statement.replace("zone: ", "zone: q", 1)) != "altered":
        yield "an altered text is not seen"


def faults_of_bytes(folder, pdf, verify, seed):
    """Some bytes all over the file, one at a time, and the file cut or longer."""
    content = pdf.read_bytes()
    rng = random.Random(seed)
    altered = folder / "altered.pdf"
    for at in rng.sample(range(len(content)), 12):
        altered.write_bytes(content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :])
        if verify(altered) == "genuine":
            yield f"byte {at} was altered and it is genuine all the same"
    for other in (content[:-1], content + b"\n", content.replace(b"%%EOF", b"%%EOG")):
        altered.write_bytes(other)
        if verify(altered) == "genuine":
            yield "a file cut or longer is genuine all the same"


def main():
    faults = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        data, other = folder / "data", folder / "other"
        key = run(binary(), "report", "key", "--data", data).stdout.strip()

        def verify(report, data=data):
            return json.loads(run(binary(), "report", "verify", "--json", "--data", data, report).stdout)["outcome"]

        for number, (name, (address, words)) in enumerate(ADDRESSES.items()):
            pdf = folder / f"{number}.pdf"
            run(binary(), "check", "--data", data, "--vintage", "2024", *LONG, "--report", pdf, address)
            found = [*faults_of_page(pdf, words), *faults_of_signatures(folder, pdf, key, verify)]
            if number == 0:
                found += faults_of_bytes(folder, pdf, verify, seed=20260301)
            if verify(pdf) != "genuine" or verify(pdf, other) != "another_key":
                found.append("it is not genuine, or another key does not say so")
            faults += [f"{name}: {fault}" for fault in found]
        print(f"{len(ADDRESSES)} reports read by poppler, qpdf, zbar and cryptography")
    fail_if(faults, "faults of reports")


main()
