"""The addresses of the BANO files, and the search that is asked for them."""

import collections
import csv
import functools
import http.client
import json
import math
import random
import re
import unicodedata
import urllib.parse

RIGHT_M = 30
NUMBERS_PER_STREET = 3
# Kinds of way, articles and prepositions, which do not tell one street from another.
COMMON_WORDS = set(
    "rue avenue av boulevard bd place allee allees impasse chemin route square lotissement faubourg cours quai passage "
    "promenade ruelle montee traverse sentier voie de du des d la le les l et a au aux en sur sous".split()
)


@functools.cache
def unaccented(text):
    """The text without accents."""
    decomposed = unicodedata.normalize("NFD", text.replace("œ", "oe"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@functools.cache
def words(text):
    """The words of a name, in lower case without accents."""
    return tuple(re.findall(r"[a-z0-9]+", unaccented(text).lower()))


def proper_words(text):
    """The words that tell a street from the others."""
    return frozenset(word for word in words(text) if word not in COMMON_WORDS)


class Address:
    """A row of a BANO file."""

    def __init__(self, row):
        identifier, self.number, self.street, self.postcode, self.city, _, lat, lon = row
        self.commune = identifier[:5]
        self.department = self.commune[: 3 if self.commune.startswith("97") else 2]
        self.lat, self.lon = float(lat), float(lon)
        self.row = row
        self.key = words(self.city), words(self.street), self.number.upper()

    def written(self, number=None, street=None, postcode=None, city=None, after=""):
        """The address on one line; `after` stands between the street and the postcode."""
        number, street, city = number or self.number, street or self.street, city or self.city
        postcode = self.postcode if postcode is None else postcode
        return re.sub(" +", " ", f"{number} {street}{after} {postcode} {city}").strip()

    def distance_m(self, lon, lat):
        """The distance to a position, metres."""
        east = (lon - self.lon) * math.cos(math.radians(self.lat))
        return math.hypot(east, lat - self.lat) * 111_195


class AddressFiles:
    """All addresses of some files, and the names that their communes have."""

    def __init__(self, files):
        self.all = []
        for file in files:
            with open(file, encoding="utf-8", newline="") as text:
                self.all += [Address(row) for row in csv.reader(text) if len(row) == 8]
        self.same = collections.defaultdict(list)
        self.streets = collections.defaultdict(set)
        postcodes = collections.defaultdict(set)
        for address in self.all:
            self.same[address.key].append(address)
            self.streets[address.commune].add(address.street)
            postcodes[address.department].add(address.postcode)
        postcodes = {department: sorted(codes) for department, codes in postcodes.items()}
        for address in self.all:
            address.department_postcodes = postcodes[address.department]
        self.some = self.some_of_each_street()

    def some_of_each_street(self):
        """Up to three numbers of each street, shuffled: long streets would else be most of what is asked."""
        taken, found = collections.Counter(), []
        for address in random.Random(1).sample(self.all, len(self.all)):
            street = address.commune, address.street
            # BANO also has a few numbers such as `1.3` and `33ODER4`, which nobody would write.
            has_number = re.fullmatch(r"\d+ ?[A-Z]{0,8}", address.number)
            if has_number and taken[street] < NUMBERS_PER_STREET:
                taken[street] += 1
                found.append(address)
        return found

    def is_unambiguous(self, address, street):
        """Checks that no other street of the commune has all the proper words of a shortened name."""
        asked = {word for word in proper_words(street) if len(word) > 1}
        others = (other for other in self.streets[address.commune] if words(other) != words(address.street))
        return bool(asked) and not any(asked <= proper_words(other) for other in others)

    def is_right(self, address, question, lon, lat):
        """Checks that a position is that of the address: of any row with its number, its street and the name of its
        commune, and with its postcode when the question has it."""
        has_postcode = address.postcode in question.replace(" ", "")
        rows = [row for row in self.same[address.key] if not has_postcode or row.postcode == address.postcode]
        return any(row.distance_m(lon, lat) < RIGHT_M for row in rows)


class SearchResult:
    """The first result of a search."""

    def __init__(self, feature):
        self.lon, self.lat = feature["geometry"]["coordinates"]
        properties = feature["properties"]
        self.label, self.score, self.kind = properties["label"], properties["score"], properties["type"]
        self.street = properties.get("street") or properties["name"]


class SearchClient:
    """`/search` over one connection."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def first(self, question):
        """The first result, or None."""
        query = urllib.parse.urlencode(dict(q=question, limit=1, autocomplete=0))
        self.connection.request("GET", f"/search?{query}")
        features = json.loads(self.connection.getresponse().read()).get("features")
        return SearchResult(features[0]) if features else None
