"""Addresses as people write them: found when they exist, never another street when they do not.

Usage: check_addresses.py [--each N] [--seed N] [--show WHAT]. N questions of each kind, 300 by default. `--show` prints all
failures of a kind, or all answers believed of a hold-out (`streets`, `communes`, `numbers`). Needs the BANO files.

- Kinds: real addresses in each writing of address_kinds.py, asked of `/search`. A result is believed from a score of 0.7 on
  and right within 30 m. Of each kind, 98 % must be right and believed. 0.2 % at most may be wrong and believed, of all kinds
  together; of a single kind, which has too few questions for that share, one.
- Absent: usual street names in communes without such a street. In 0.2 % at most, a street of another name is believed.
- Clean: the questions of the peers' queries.py, as written, in upper case, abbreviated without postcode, with one fault.
- Hold-outs: 15 % of the streets, the communes, the numbers are left out of the import, then asked of `qpv batch` for the
  zones of both vintages. Half of the streets are asked as published, half in any writing. In 0.2 % at most, a zone other
  than `undetermined` comes from another street; such a zone is never another than that of the true position. For a number
  that is left out, no `certain` zone is another than the true one.

Where a share allows less than one failure, one is allowed. Prints the table of "How right is a score?" in docs/benchmarks.md.
"""

import argparse
import collections
import csv
import itertools
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from address_kinds import ABSENT_NAMES, KINDS, KINDS_OF_TWO_NUMBERS, LOSSY_KINDS, in_digits
from addresses_under_test import RIGHT_M, AddressFiles, SearchClient, proper_words, unaccented, words
from qpv_under_test import PERIMETERS, binary, fail_if, real_data, serving_folder

BELIEVED_SCORE = 0.7
MISSED_SHARE, WRONG_SHARE = 0.02, 0.002
CLEAN_MISSED_SHARES = {"plain": 0.002, "upper": 0.002, "abbreviated": 0.002, "typo": 0.01}
CLEAN_SEEDS, CLEAN_QUESTIONS = (1, 2, 3), 4_000
HELD_OUT_SHARE = 0.15
# Two draws of the streets make the 3,000 questions that the floor is for.
DRAWS = {"streets": 2, "communes": 2, "numbers": 1}
MAX_QUESTIONS_PER_COMMUNE, MAX_NUMBERS = 8, 4_000
SHOWN_FAILURES = 10
SCORE_RANGES = [(0.95, 1.0), (0.9, 0.95), (0.8, 0.9), (0.7, 0.8), (0.5, 0.7), (0.0, 0.5), (BELIEVED_SCORE, 1.0)]
CLEAN_ABBREVIATIONS = {
    "Avenue": "av", "Boulevard": "bd", "Place": "pl", "Allée": "all", "Impasse": "imp", "Chemin": "chem", "Saint": "st",
    "Général": "gal", "Docteur": "dr",
}  # fmt: skip


class FloorReport:
    """The floors that do not hold, and the scores of all answers, each with whether it is right."""

    def __init__(self):
        self.faults = []
        self.scores = collections.defaultdict(list)

    def check(self, what, failures, questions, allowed_share):
        """Adds a fault when more than the allowed share fails."""
        if len(failures) > max(1, int(allowed_share * questions)):
            share = len(failures) / questions
            self.add(f"{what}: {len(failures)} of {questions} ({share:.2%}), {allowed_share:.1%} allowed", failures)

    def add(self, fault, failures):
        """Adds a fault with its first failures."""
        self.faults.append("\n    ".join([fault, *failures[:SHOWN_FAILURES]]))


def described(question, result):
    answer = f"{result.label} ({result.kind}, {result.score:.2f})" if result else "nothing"
    return f"{question!r} => {answer}"


def shortened_street(address, write):
    """The street as a lossy kind writes it."""
    question = write(address, random.Random(0)) or ""
    return question.removeprefix(address.number).removesuffix(f"{address.postcode} {address.city}")


def questions_of_kind(addresses, kind, options):
    """Addresses with the question of each."""
    chance, write, asked = random.Random(f"{kind} {options.seed}"), (KINDS | LOSSY_KINDS)[kind], 0
    start = chance.randrange(len(addresses.some))
    for address in addresses.some[start:] + addresses.some[:start]:
        if asked == options.each:
            return
        if kind in LOSSY_KINDS and not addresses.is_unambiguous(address, shortened_street(address, write)):
            continue
        if question := write(address, chance):
            asked += 1
            yield address, question[:200]


def check_kinds(addresses, search, options, report):
    print(f"{'kind':32s} asked  right, believed  not believed  wrong, not  WRONG, BELIEVED")
    all_asked, all_wrong = 0, []
    for kind in KINDS | LOSSY_KINDS:
        asked, failures = 0, {"right": [], "wrong": [], "wrong, believed": []}
        for address, question in questions_of_kind(addresses, kind, options):
            asked += 1
            result = search.first(question)
            is_right = result is not None and addresses.is_right(address, question, result.lon, result.lat)
            is_believed = result is not None and result.score >= BELIEVED_SCORE
            if result:
                report.scores["kinds"].append((result.score, is_right))
            if not (is_right and is_believed):
                outcome = "right" if is_right else "wrong, believed" if is_believed else "wrong"
                failures[outcome].append(described(question, result))
        assert asked, f"no address for the kind {kind}"
        missed, wrong = list(itertools.chain(*failures.values())), failures["wrong, believed"]
        right, doubted, unfound, harmful = (len(found) / asked for found in ([None] * (asked - len(missed)), *failures.values()))
        print(f"{kind:32s} {asked:5d}  {right:15.1%}  {doubted:12.1%}  {unfound:10.1%}  {harmful:15.1%}")
        report.check(f"{kind}, not right or not believed", missed, asked, MISSED_SHARE)
        report.check(f"{kind}, wrong and believed", wrong, asked, WRONG_SHARE)
        if kind == options.show:
            print(*missed, sep="\n")
        all_asked, all_wrong = all_asked + asked, all_wrong + [f"{kind}: {failure}" for failure in wrong]
    wrong_share = len(all_wrong) / all_asked
    print(f"all kinds: {all_asked} questions, {len(all_wrong)} wrong and believed ({wrong_share:.2%})", *all_wrong, sep="\n    ")
    report.check("all kinds, wrong and believed", all_wrong, all_asked, WRONG_SHARE)


def check_absent(addresses, search, options, report):
    chance, asked, wrong = random.Random(f"absent {options.seed}"), 0, []
    places = {address.commune: address for address in addresses.all}
    for commune, streets in sorted(addresses.streets.items()):
        if len(streets) < 40:
            continue
        for name in chance.sample(ABSENT_NAMES, 40):
            wanted = proper_words(name)
            if any(wanted <= proper_words(in_digits(street)) for street in streets):
                continue
            asked += 1
            way = chance.choice(["rue", "rue", "rue", "avenue", "place", "impasse", "boulevard"])
            question = f"{chance.randrange(1, 20)} {way} {name} {places[commune].postcode} {places[commune].city}"
            result = search.first(question)
            is_believed = result and result.score >= BELIEVED_SCORE and result.kind in ("housenumber", "street")
            if is_believed and not wanted <= proper_words(in_digits(result.street)):
                wrong.append(described(question, result))
    wrong_share = len(wrong) / asked
    print(f"absent: {asked} questions, {len(wrong)} believed on another name ({wrong_share:.2%})", *wrong, sep="\n    ")
    report.check("absent, a street of another name believed", wrong, asked, WRONG_SHARE)


def clean_typo(chance, text):
    if len(text) < 9:
        return text
    at = chance.randrange(3, len(text) - 3)
    return text[:at] + text[at + 1 :] if chance.random() < 0.5 else text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def clean_questions(addresses, seed):
    """The questions that the peers' queries.py draws."""
    chance, rows = random.Random(seed), list(addresses.all)
    chance.shuffle(rows)
    for at, address in enumerate(rows[:CLEAN_QUESTIONS]):
        kind, street = list(CLEAN_MISSED_SHARES)[at % 4], address.street
        question = f"{address.number} {street} {address.postcode} {address.city}"
        if kind == "upper":
            question = unaccented(question).upper()
        elif kind == "abbreviated":
            for long, short in CLEAN_ABBREVIATIONS.items():
                street = street.replace(long, short)
            question = f"{address.number}, {street} {address.city}"
        elif kind == "typo":
            question = f"{address.number} {clean_typo(chance, street)} {address.postcode} {address.city}"
        yield kind, address, question


def check_clean(addresses, search, report):
    for seed in CLEAN_SEEDS:
        asked, missed = collections.Counter(), collections.defaultdict(list)
        for kind, address, question in clean_questions(addresses, seed):
            result = search.first(question)
            is_right = result is not None and address.distance_m(result.lon, result.lat) < RIGHT_M
            asked[kind] += 1
            if result:
                report.scores["clean"].append((result.score, is_right))
            if not is_right:
                missed[kind].append(described(question, result))
        shares = ", ".join(f"{kind} {1 - len(missed[kind]) / asked[kind]:.1%}" for kind in asked)
        print(f"clean, seed {seed}: {shares}")
        for kind, share in CLEAN_MISSED_SHARES.items():
            report.check(f"clean, seed {seed}, {kind}, not right", missed[kind], asked[kind], share)


def batch_answers(data, header, rows, *options):
    """The answers of `qpv batch`, in order."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answers = pathlib.Path(folder, "asked.csv"), pathlib.Path(folder, "answers.csv")
        with open(asked, "w", encoding="utf-8", newline="") as out:
            csv.writer(out, delimiter=";").writerows([header, *rows])
        command = [binary(), "batch", "--data", data, "--quiet", "--vintage", "both", *options, asked, "-o", answers]
        # 3: some rows have no answer.
        ran = subprocess.run(command, stderr=subprocess.DEVNULL)
        assert ran.returncode in (0, 3), ran
        with open(answers, encoding="utf-8", newline="") as text:
            found = list(csv.DictReader(text, delimiter=";"))
    assert len(found) == len(rows), "rows were lost"
    return found


def import_addresses(data, addresses):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "bano.csv")
        with open(file, "w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(address.row for address in addresses)
        command = [binary(), "data", "import", "--data", data, "--quiet", "--addresses", file]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class HeldOutAnswer:
    """The answer to an address that was left out, and the zones of its true position."""

    def __init__(self, address, question, answer, truth):
        self.address, self.question, self.answer, self.truth = address, question, answer, truth
        self.score, self.kind = float(answer["result_score"] or 0), answer["result_type"]
        flat = [vintage for vintage in PERIMETERS if answer[f"zone_{vintage}"] not in ("", "undetermined")]
        wrong = [vintage for vintage in flat if answer[f"zone_{vintage}"] != truth[f"zone_{vintage}"]]
        self.is_flat, self.has_wrong_zone = bool(flat), bool(wrong)
        self.is_certain_and_wrong = any(answer[f"certainty_{vintage}"] == "certain" for vintage in wrong)
        position = answer["longitude"], answer["latitude"]
        # A file may hold a street under two names: the other one then gives the same position.
        self.is_right = all(position) and address.distance_m(*map(float, position)) < RIGHT_M

    def is_its_street(self):
        """Checks that the label has the street and the commune of the address."""
        label, street, city = (words(text) for text in (self.answer["result_label"], self.address.street, self.address.city))
        has_street = any(label[at : at + len(street)] == street for at in range(len(label)))
        return has_street and label[-len(city) :] == city

    def described(self):
        zones = ", ".join(f"{self.answer[f'zone_{v}']} for {self.truth[f'zone_{v}']}" for v in PERIMETERS)
        return f"{self.question!r} => {self.answer['result_label']} ({self.kind}, {self.score:.2f}), {zones}"


def held_out_answers(data, addresses, held_out, questions):
    """The answers to questions about addresses that are left out, with the others imported."""
    gone = set(map(id, held_out))
    import_addresses(data, [address for address in addresses.all if id(address) not in gone])
    answers = batch_answers(data, ["adresse"], [[question] for _, question in questions], "--columns", "adresse")
    truths = batch_answers(data, ["lon", "lat"], [[address.lon, address.lat] for address, _ in questions])
    return [HeldOutAnswer(*question, *row) for question, *row in zip(questions, answers, truths)]


def street_key(address):
    return address.commune, words(address.street)


def commune_key(address):
    return address.commune


def number_key(address):
    return *street_key(address), address.number


def drawn_groups(addresses, key, chance):
    """The addresses of 15 % of the groups, by group."""
    groups = collections.defaultdict(list)
    for address in addresses.all:
        groups[key(address)].append(address)
    return [groups[name] for name in chance.sample(sorted(groups), int(HELD_OUT_SHARE * len(groups)))]


def any_writing(address, chance):
    """The address in any writing that names no other number."""
    kinds = [kind for kind in KINDS if kind not in KINDS_OF_TWO_NUMBERS]
    written = (KINDS[kind](address, chance) for kind in chance.sample(kinds, len(kinds)))
    return next(question for question in written if question)[:200]


def without_streets(addresses, chance, draw):
    """15 % of the streets, and a question about each."""
    drawn = drawn_groups(addresses, street_key, chance)
    asked = [chance.choice(street) for street in drawn]
    if draw % 2:
        questions = [(address, address.written()) for address in asked]
    else:
        questions = [(address, any_writing(address, chance)) for address in asked]
    return list(itertools.chain(*drawn)), questions


def without_communes(addresses, chance, _):
    """15 % of the communes, and questions about some streets of each."""
    drawn, asked = drawn_groups(addresses, commune_key, chance), []
    for commune in drawn:
        by_street = {street_key(address): address for address in chance.sample(commune, len(commune))}
        asked += list(by_street.values())[:MAX_QUESTIONS_PER_COMMUNE]
    return list(itertools.chain(*drawn)), [(address, address.written()) for address in asked]


def without_numbers(addresses, chance, _):
    """15 % of the numbers, those of streets that keep another one, and questions about some."""
    numbers = {number_key(address) for address in addresses.all}
    left = collections.Counter((commune, street) for commune, street, _ in numbers)
    drawn = []
    for number in drawn_groups(addresses, number_key, chance):
        street = street_key(number[0])
        if left[street] > 1:
            left[street] -= 1
            drawn.append(number)
    return list(itertools.chain(*drawn)), [(number[0], number[0].written()) for number in drawn[:MAX_NUMBERS]]


HOLD_OUTS = {"streets": without_streets, "communes": without_communes, "numbers": without_numbers}


def check_held_out(addresses, data, options, report):
    for what, draw_from in HOLD_OUTS.items():
        answers = []
        for draw in range(1, DRAWS[what] + 1):
            chance = random.Random(f"{what} {draw} {options.seed}")
            answers += held_out_answers(data, addresses, *draw_from(addresses, chance, draw))
        flat = [answer for answer in answers if answer.is_flat]
        # A commune that lies in one zone gives that zone to all its addresses.
        elsewhere = [answer.described() for answer in flat if not answer.is_right and answer.kind != "municipality"]
        if what == "numbers":
            report.scores[what] = [(answer.score, answer.is_its_street()) for answer in answers if answer.kind]
            wrong = [answer for answer in answers if answer.is_certain_and_wrong]
        else:
            report.scores[what] = [(answer.score, answer.is_right) for answer in answers if answer.kind]
            wrong = [answer for answer in answers if answer.has_wrong_zone]
            report.check(f"{what} left out, a zone from another street", elsewhere, len(answers), WRONG_SHARE)
        if wrong:
            report.add(f"{what} left out: {len(wrong)} zones that are not the true one", [answer.described() for answer in wrong])
        believed = [answer for answer in answers if answer.score >= BELIEVED_SCORE]
        zones = f"{len(flat)} with a zone, {sum(answer.has_wrong_zone for answer in answers)} of them wrong"
        print(f"{what} left out: {len(answers)} questions, {len(believed)} believed, {zones}")
        if what == options.show:
            print(*(answer.described() for answer in answers if answer in believed or answer.is_flat), sep="\n")


def print_calibration(scores):
    """Prints the share of right answers by range of scores: for a number that was left out, those on its street."""
    print("| score | " + " | ".join(scores) + " |")
    for low, high in SCORE_RANGES:
        cells = []
        for answers in scores.values():
            found = [is_right for score, is_right in answers if low <= score < high or score == high == 1.0]
            cells.append(f"{len(found):,}, {100 * sum(found) / len(found):.2f} %" if found else "–")
        print(f"| {low:g} to {high:g} | " + " | ".join(cells) + " |")


def options_given():
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show")
    return parser.parse_args()


def main():
    options, folder = options_given(), real_data()
    files = sorted((folder / "addresses").glob("bano-*.csv"))
    if not files:
        print(f"SKIPPED: no bano-*.csv in {folder / 'addresses'}")
        sys.exit(0)
    begun, report, addresses = time.perf_counter(), FloorReport(), AddressFiles(files)
    with tempfile.TemporaryDirectory() as data:
        for vintage, file in PERIMETERS.items():
            command = [binary(), "data", "import", "--data", data, "--quiet", "--vintage", vintage, folder / file]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        import_addresses(data, addresses.all)
        with serving_folder(data) as server:
            search = SearchClient(server.url)
            check_kinds(addresses, search, options, report)
            check_absent(addresses, search, options, report)
            check_clean(addresses, search, report)
        check_held_out(addresses, data, options, report)
    print_calibration(report.scores)
    print(f"{time.perf_counter() - begun:.0f} s")
    fail_if(report.faults, "floors that do not hold")


main()
