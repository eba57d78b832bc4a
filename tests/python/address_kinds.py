"""The ways people write an address: each a function of an address and of chance that returns the text, or None where it does
not apply. They follow the rules of French addresses (NF Z10-011, the national address plan) and public reports of faults of
geocoders, not what the program under test knows."""

import re

from addresses_under_test import unaccented

NUMBERS_UNDER_20 = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
).split()
NAMES_OF_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
MONTHS = "Janvier|Février|Mars|Avril|Mai|Juin|Juillet|Août|Septembre|Octobre|Novembre|Décembre"
SHORT_MONTHS = {
    "janvier": ["janv.", "jan"], "février": ["févr.", "fev"], "avril": ["avr."], "juillet": ["juil.", "juill."],
    "septembre": ["sept.", "sept"], "octobre": ["oct."], "novembre": ["nov.", "nov"], "décembre": ["déc.", "dec"],
}  # fmt: skip
# NF Z10-011, annex of titles, and the everyday forms.
SHORT_TITLES = {
    "Général": ["Gal", "gal", "GAL", "Gén.", "Gal."], "Maréchal": ["Mal", "mal", "MAL"], "Docteur": ["Dr", "dr", "DR", "Dr."],
    "Président": ["Pdt", "PDT"], "Commandant": ["Cdt", "CDT"], "Capitaine": ["Cne", "CNE"], "Colonel": ["Col", "COL", "Col."],
    "Professeur": ["Pr", "PR", "Prof."], "Lieutenant": ["Lt", "LT"], "Sergent": ["Sgt"], "Adjudant": ["Adj"],
    "Chanoine": ["Chne"], "Monseigneur": ["Mgr", "MGR"],
}  # fmt: skip
SHORT_WORDS = {
    "Saint": ["St", "ST", "St."], "Sainte": ["Ste", "STE"],
    "Grande": ["Gde"], "Grand": ["Gd"], "Vieux": ["Vx"], "Notre-Dame": ["ND", "N.-D.", "N D"],
}  # fmt: skip
SHORT_WAYS = {
    "Avenue": ["av", "av.", "Ave", "AV"], "Boulevard": ["bd", "bld", "Bd.", "boul.", "BD"], "Place": ["pl", "pl.", "PL"],
    "Allée": ["all", "all.", "ALL"], "Impasse": ["imp", "imp.", "IMP"], "Chemin": ["ch", "che", "chem.", "CHE"],
    "Route": ["rte", "RTE", "rte."], "Square": ["sq", "SQ"], "Faubourg": ["fg", "fbg", "FG"], "Cours": ["crs", "CRS"],
    "Lotissement": ["lot", "lot.", "LOT"], "Résidence": ["rés", "res.", "RES"], "Passage": ["pas", "PAS"],
    "Quartier": ["qua", "QUA"], "Rue": ["r", "r.", "R"], "Ruelle": ["rle", "RLE"], "Promenade": ["prom", "PROM"],
}  # fmt: skip
SHORT_ROADS = {
    "Voie Communale": ["VC", "V.C."], "Route Nationale": ["RN", "R.N."], "Route Départementale": ["RD", "R.D."],
    "Zone Industrielle": ["ZI", "Z.I."], "Zone Artisanale": ["ZA", "Z.A."], "Zone d'Activités": ["ZA"],
}  # fmt: skip
SHORT_UNITS = {"Régiment d'Infanterie": ["RI", "R.I.", "R I"], "Division Blindée": ["DB", "D.B."]}
UNITS_IN_FULL = {r"R\.? ?I\.?": "régiment d'infanterie", r"D\.? ?B\.?": "division blindée", r"R\.? ?A\.?": "régiment d'artillerie"}
DEPARTMENTS = {
    "04": ("Alpes-de-Haute-Provence", "Provence-Alpes-Côte d'Azur"), "08": ("Ardennes", "Grand Est"), "48": ("Lozère", "Occitanie"),
    "52": ("Haute-Marne", "Grand Est"), "90": ("Territoire de Belfort", "Bourgogne-Franche-Comté"),
    "971": ("Guadeloupe", "Guadeloupe"), "973": ("Guyane", "Guyane"),
}  # fmt: skip
PERSON_NAMES = [
    "Mme Martin", "M. Dupont", "Mr et Mme Bernard", "M. et Mme Petit", "Mlle Durand", "Famille Moreau", "Madame Lefebvre",
    "Monsieur Roux",
]  # fmt: skip
CARE_OF = ["c/o ", "C/O ", "c/o. ", "chez ", "Chez ", "aux bons soins de ", "A/S ", "s/c de ", ""]
HOME_PARTS = [
    "appt 12", "apt 4", "appartement 34", "Appt n° 7", "bât B", "bat. A", "Bâtiment C2", "bâtiment D appartement 3", "escalier A",
    "esc 2", "3ème étage", "1er étage", "2e étage gauche", "RDC", "rez-de-chaussée", "porte 4", "porte droite", "entrée C",
    "entrée 3", "étage 2 porte 5", "logement 12", "hall B", "bloc 2", "tour A", "boîte aux lettres 14", "BAL 9",
]  # fmt: skip
BUILDING_NAMES = [
    "résidence les Tilleuls", "Résidence Bellevue", "rés. du Parc", "cité des Fleurs", "immeuble le Lorrain", "imm. les Cèdres",
    "lieu-dit le Moulin", "lieudit les Granges", "quartier des Résidences", "Maison des solidarités", "hameau de la Croix",
    "ZA des Prés", "zone industrielle", "ZAC du Port", "centre commercial les Arcades", "foyer Adoma", "villa les Mimosas",
    "mairie", "lotissement les Acacias", "CCAS",
]  # fmt: skip
POST_BOXES = [
    "BP 7015", "B.P. 7015", "BP n° 12", "B.P. N 7015", "BP80111", "CS 20014", "C.S. 20014", "CS20014", "TSA 30719", "TSA No30719",
    "CIDEX 304", "Cidex 12", "boîte postale 15", "case postale 7",
]  # fmt: skip


def cardinal(number):
    """A number from 0 to 99 in words."""
    if number < 20:
        return NUMBERS_UNDER_20[number]
    ten = 60 if 60 <= number < 80 else 80 if number >= 80 else number // 10 * 10
    rest = number - ten
    if rest == 0:
        return NAMES_OF_TENS[ten] + ("s" if ten == 80 else "")
    return NAMES_OF_TENS[ten] + (" et " if rest in (1, 11) and ten != 80 else "-") + NUMBERS_UNDER_20[rest]


def ordinal(number, feminine=False):
    """A rank from 1 to 99 in words."""
    if number == 1:
        return "première" if feminine else "premier"
    text = cardinal(number).removesuffix("s") if number == 80 else cardinal(number)
    if text.endswith("cinq"):
        return text + "uième"
    if text.endswith("neuf"):
        return text[:-1] + "vième"
    return text.removesuffix("e") + "ième"


def year(number):
    """A year in words, as on plates."""
    hundreds, rest = divmod(number - 1000, 100)
    return f"mil {cardinal(hundreds)} cent" + (f" {cardinal(rest)}" if rest else "")


def roman(number):
    """A number under 40 in Roman figures."""
    text = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        text, number = text + sign * (number // value), number % value
    return text


NUMBERS_IN_DIGITS = {cardinal(n): str(n) for n in range(1, 32)} | {"premier": "1er"}
NUMBER_WORDS = "|".join(sorted(NUMBERS_IN_DIGITS, key=len, reverse=True))
RANK_PATTERN = r"\b(\d{1,2}) ?(?:er|re|ère|ieme|eme|ème|e)\b"


def in_digits(name):
    """The name with its numbers in digits."""
    return re.sub(rf"\b({NUMBER_WORDS})\b", lambda match: NUMBERS_IN_DIGITS[match[1].lower()], name, flags=re.I)


def changed(pattern, replace, flags=0):
    """Replaces a pattern in the street; `replace` takes the match and chance."""

    def write(address, chance):
        street, count = re.subn(pattern, lambda match: replace(match, chance), address.street, flags=flags)
        return address.written(street=street) if count and street != address.street else None

    return write


def table(names, start=r"\b", flags=0):
    """Writes the names of a table in one of their other forms."""
    pattern = rf"{start}({'|'.join(map(re.escape, names))})\b"
    return changed(pattern, lambda match, chance: chance.choice(names[match[1]]), flags)


def after(endings):
    """Puts something behind the street."""
    return lambda address, chance: address.written(after=chance.choice([", ", " ", " - "]) + chance.choice(endings))


def before(beginnings):
    """Puts something in front."""
    return lambda address, chance: chance.choice(beginnings) + chance.choice([" ", ", "]) + address.written()


def either(*ways):
    """Chooses one of some ways."""
    return lambda address, chance: chance.choice(ways)(address, chance)


def text(*forms):
    """Puts the parts of an address into one of some forms."""

    def write(address, chance):
        return chance.choice(forms).format(
            n=address.number, s=address.street, p=address.postcode, c=address.city, C=address.city.upper(), d=address.department,
            P=f"{address.postcode[:2]} {address.postcode[2:]}", i=address.commune,
            D=DEPARTMENTS[address.department][0], R=DEPARTMENTS[address.department][1],
        )  # fmt: skip

    return write


def care_of(address, chance):
    person = chance.choice(CARE_OF) + chance.choice(PERSON_NAMES)
    return chance.choice([f"{person} {address.written()}", f"{person}, {address.written()}", address.written(after=f", {person},")])


def envelope(address, chance):
    """All lines of an envelope, in upper case."""
    lines = [chance.choice(PERSON_NAMES), chance.choice(HOME_PARTS), chance.choice(BUILDING_NAMES)]
    lines += [f"{address.number} {address.street}", chance.choice(POST_BOXES), f"{address.postcode} {address.city}", "FRANCE"]
    return unaccented(chance.choice([", ", "\n", " "]).join(lines)).upper()


def is_feminine(match):
    return re.match(r" (Armée|Division|D\.?[BF]|DI)", match.string[match.end() :]) is not None


def rank_in_words(match, chance):
    return ordinal(int(match[1]), is_feminine(match))


def rank_otherwise(match, chance):
    number = match[1]
    if number == "1":
        return chance.choice(["1re", "1ère", "1ere", "1 ère"] if is_feminine(match) else ["1er", "1 er", "1ER"])
    return number + chance.choice(["e", "ème", "eme", "è", " ème", "EME", "ième"])


def rank_in_roman(match, chance):
    number = int(match[1])
    ending = ("re" if is_feminine(match) else "er") if number == 1 else chance.choice(["e", "ème", ""])
    return roman(number) + ending if number < 40 else match[0]


def day_in_words(match, chance):
    return ordinal(1) if match[1] == "1" else cardinal(int(match[1]))


def year_in_words(match, chance):
    return year(int(match[0])).replace("mil ", chance.choice(["mil ", "mille "]))


def short_month(match, chance):
    return chance.choice(SHORT_MONTHS.get(match[1].lower(), [match[1].lower()]))


def road(match, chance):
    """A road by number, in another spelling of the same class."""
    letter, number = unaccented(match[1])[0].upper(), match[2]
    if match[0].startswith(("Chemin", "CHE")):
        return chance.choice(["CD", "CD ", "C.D. ", "CD n° ", "chemin départemental "]) + number
    word = {"N": "nationale", "D": "départementale", "V": "vicinale"}[letter]
    short = [f"R{letter}", f"R{letter} ", f"R.{letter}. ", f"R{letter} n° ", letter]
    sign = chance.choice([*short, f"route {word} ", f"route {word} n°", f"rte {word} "])
    return sign + number


def regiment(match, chance):
    rank = re.match(r"\d+", match[1])[0] + chance.choice(["e", "ème", "eme", ""])
    return f"{rank} {chance.choice(SHORT_UNITS[match[2]])}"


def regiment_in_full(match, chance):
    return next(full for pattern, full in UNITS_IN_FULL.items() if re.fullmatch(pattern, match[0], re.I))


def ranged(address, chance):
    """The numbers of a whole building, the published one first."""
    if not address.number.isdigit():
        return None
    last = int(address.number) + 2
    sign = chance.choice([" à ", "/", "-", " - ", " et ", " & ", " au ", "à"])
    return address.written(number=f"{address.number}{sign}{last}")


def suffix_otherwise(address, chance):
    found = re.fullmatch(r"(\d+) ?([A-Z]+)", address.number)
    if not found:
        return None
    suffix = chance.choice([found[2].lower(), found[2], found[2].title()])
    return address.written(number=found[1] + chance.choice([" ", "", "-"]) + suffix)


def far_postcode(address, chance):
    others = [postcode for postcode in address.department_postcodes if postcode != address.postcode]
    return address.written(postcode=chance.choice(others))


def cedex(address, chance):
    special = address.postcode[:3] + str(chance.randrange(10, 99))
    ending = chance.choice([" Cedex", " CEDEX", " cedex 9", " CEDEX 09", " Cédex"])
    return address.written(postcode=chance.choice([special, special, address.postcode]), city=address.city + ending)


def short_city(address, chance):
    city = re.sub(r"\bSaint-", chance.choice(["St-", "St ", "ST "]), address.city)
    city = re.sub(r"\bSainte-", chance.choice(["Ste-", "Ste "]), city)
    city = re.sub(r"-sur-", chance.choice([" s/ ", "-s/-", " s/", " sur "]), city)
    city = re.sub(r"^(Le|La|Les) ", chance.choice([r"\1-", ""]), city)
    return address.written(city=city) if city != address.city else None


def typed_wrong(name, chance):
    """One fault of a keyboard in a word of five letters or more: a letter lost, doubled, exchanged or another."""
    long = [match for match in re.finditer(r"[^\W\d_]{5,}", name)]
    if not long:
        return None
    word = chance.choice(long)
    at = chance.randrange(word.start() + 1, word.end() - 1)
    a, b = name[at], name[at + 1]
    return name[:at] + chance.choice([b, a + a + b, b + a, chance.choice("aeioulnrst") + b]) + name[at + 2 :]


def fault_in_street(address, chance):
    way, _, name = address.street.partition(" ")
    wrong = typed_wrong(name, chance)
    return address.written(street=f"{way} {wrong}") if wrong and wrong != name else None


def fault_in_city(address, chance):
    wrong = typed_wrong(address.city, chance)
    return address.written(city=wrong) if wrong and wrong != address.city else None


FIRST_NAME_PATTERN = r"^(Rue|Avenue|Boulevard|Place|Impasse|Allée|Square) ([A-ZÉ])[a-zéèïë]+ ([A-ZÉ][A-Za-zéèïëç]{4,})$"
PERSON_TITLES = "|".join(SHORT_TITLES)
UNIT_PATTERN = r"\b(R\.? ?I\b\.?|D\.? ?B\b\.?|R\.? ?A\b\.?)(?=$| )"

KINDS = {
    "as published": lambda a, r: a.written(),
    "upper case": lambda a, r: unaccented(a.written()).upper(),
    "lower case": lambda a, r: unaccented(a.written()).lower().replace("-", " ").replace("'", " "),
    "comma after the number": text("{n}, {s}, {p} {c}", "{n}, {s} {p} {c}", "{n} , {s} , {p} , {c}"),
    "n° before the number": text(
        "n° {n} {s} {p} {c}", "N°{n} {s} {p} {c}", "no {n} {s} {p} {c}", "n°{n}, {s}, {p} {c}", "numéro {n} {s} {p} {c}",
    ),
    "number behind the street": text("{s} {n} {p} {c}", "{s}, {n}, {p} {c}", "{s} n° {n}, {p} {c}", "{s} n°{n} {p} {c}"),
    "other separators": text(
        "{n} {s} - {p} {c}", "{n} {s} ; {p} ; {c}", "{n} {s}\n{p} {c}", "{n} {s} / {p} {c}", "{n} {s}, {p}, {c}", "{n} {s} ({p} {c})",
    ),
    "words before": text(
        "au {n} {s} {p} {c}", "adresse : {n} {s} {p} {c}", "domicilié au {n} {s} {p} {c}", "demeurant {n} {s} {p} {c}",
    ),
    "suffix spaced or glued": suffix_otherwise,
    "range of numbers": ranged,
    "commune first": text("{p} {c}, {n} {s}", "{p} {c} {n} {s}", "{p} {c} - {n} {s}", "{p} {C}, {n}, {s}"),
    "commune first, no postcode": text("{c}, {n} {s}", "{c} {n} {s}", "{c} - {n} {s}", "{C}, {n}, {s}"),
    "commune first, number last": text("{p} {c}, {s} {n}", "{p} {c}, {s}, {n}", "{c}, {s} n° {n}"),
    "commune before the postcode": text("{n} {s} {c} {p}", "{n} {s}, {c}, {p}", "{n} {s}, {c} ({p})"),
    "no postcode": text("{n} {s} {c}", "{n} {s}, {c}", "{n} {s} à {c}", "{n} {s} {C}"),
    "ville de": text(
        "{n} {s} {p} Ville de {c}", "{n} {s}, ville de {c}", "{n} {s} {p} commune de {c}", "{n} {s} {p} VILLE DE {C}",
    ),
    "country behind": text(
        "{n} {s} {p} {c}, France", "{n} {s} {p} {C} FRANCE", "{n} {s} {p} {c} (France)", "{n} {s}, {p} {c} - France", "{n} {s} {p} {c} FR",
    ),
    "department behind": text(
        "{n} {s} {p} {c}, {D}", "{n} {s} {p} {c} - {D}", "{n} {s}, {c}, {D}", "{n} {s} {p} {c} {d}", "{n} {s} {p} {c}, {d}",
    ),
    "department in brackets": text("{n} {s} {p} {c} ({d})", "{n} {s}, {c} ({d})", "{n} {s} {p} {c} ({D})"),
    "region behind": text("{n} {s} {p} {c}, {R}", "{n} {s}, {p} {c}, {R}, France", "{n} {s} {p} {c}, {D}, {R}, France"),
    "postcode in two": text("{n} {s} {P} {c}", "{n} {s}, {P} {c}", "{n} {s} {P} {C}"),
    "postcode with F": text(
        "{n} {s} F-{p} {c}", "{n} {s}, F-{p} {C}", "{n} {s} FR-{p} {c}", "{n} {s} F {p} {c}", "{n} {s} F{p} {c}",
    ),
    "postcode glued": text("{n} {s}{p} {c}", "{n} {s} {p}{c}", "{n} {s},{p},{c}"),
    "postcode of a neighbour": far_postcode,
    "code of the commune": text("{n} {s} {i} {c}", "{n} {s}, {i} {c}"),
    "cedex": cedex,
    "short commune": short_city,
    "fault in the commune": fault_in_city,
    "fault in the street": fault_in_street,
    "care of": care_of,
    "home in front": before(HOME_PARTS),
    "home behind the street": after(HOME_PARTS),
    "building in front": before(BUILDING_NAMES),
    "building behind the street": after(BUILDING_NAMES),
    "home and building": lambda a, r: f"{r.choice(HOME_PARTS)}, {r.choice(BUILDING_NAMES)}, {a.written()}",
    "brackets": lambda a, r: a.written(after=f" ({r.choice(HOME_PARTS + BUILDING_NAMES + ['chez ' + p for p in PERSON_NAMES])})"),
    "envelope": envelope,
    "post box": either(after(POST_BOXES), before(POST_BOXES)),
    "rank in words": changed(RANK_PATTERN, rank_in_words),
    "rank otherwise": changed(RANK_PATTERN, rank_otherwise),
    "rank in Roman figures": changed(RANK_PATTERN, rank_in_roman),
    "number in Roman figures": changed(
        r"\b([1-3]?\d)(?= (?:Corps|Régiment))|(?<=Henri )(4)|(?<=Albert )(1)$",
        lambda m, r: roman(int(m[0])),
    ),
    "Roman figure in digits": changed(
        r"\b(IV|II|III)$",
        lambda m, r: {"II": "2", "III": "3", "IV": "4"}[m[1]],
    ),
    "day in words": changed(rf"\b(\d{{1,2}})(?:er)?(?= (?:{MONTHS})\b)", day_in_words),
    "day in digits": changed(rf"\b({NUMBER_WORDS})(?= (?:{MONTHS})\b)", lambda m, r: NUMBERS_IN_DIGITS[m[1].lower()], re.I),
    "year in words": changed(r"\b1[789]\d\d\b", year_in_words),
    # Of the two wars and what followed: later ones are more often the number of a house.
    "year of two figures": changed(rf"(?<= )({MONTHS}) 19(1[4-9]|[3-6]\d)\b", lambda m, r: f"{m[1]} {m[2]}"),
    "day and year in words": changed(
        rf"\b(\d{{1,2}}) ({MONTHS}) (1[789]\d\d)\b",
        lambda m, r: f"{day_in_words(m, r)} {m[2].lower()} {year(int(m[3]))}",
    ),
    "month abbreviated": changed(rf"(?<=\d )({MONTHS})\b", short_month),
    "small number in words": changed(r"(?<= des )([2-9])(?= )", lambda m, r: cardinal(int(m[0]))),
    "small number in digits": changed(
        r"(?<= des )(Deux|Trois|Quatre|Cinq|Six|Sept)(?= )",
        lambda m, r: NUMBERS_IN_DIGITS[m[1].lower()],
    ),
    "road by number": changed(r"\b(?:Route|Chemin|Voie) (Nationale|D[ée]partementale?|Vicinale?) (?:N[°o] ?)?(\d+)", road),
    "kind of road or zone short": table(SHORT_ROADS),
    "road with a letter": changed(r"^([ND]) (\d+)", road),
    "regiment abbreviated": changed(r"\b(\d+ ?(?:e|ème|Eme)?) (Régiment d'Infanterie|Division Blindée)", regiment),
    "regiment in full": changed(UNIT_PATTERN, regiment_in_full, re.I),
    "title short": table(SHORT_TITLES | SHORT_WORDS),
    "kind of way short": table(SHORT_WAYS, "^"),
    "no apostrophes": changed(r"(\b[LDld])['’]", lambda m, r: m[1] + " "),
    "apostrophe glued": changed(r"(\b[LDld])['’]", lambda m, r: m[1]),
    "hyphens changed": changed(r"(?<=\w)-(?=\w)", lambda m, r: " "),
}  # fmt: skip

# Two numbers are two addresses: the second may be right where the first is not known.
KINDS_OF_TWO_NUMBERS = {"range of numbers"}

# Ways that leave words of the street out: asked only where no other street of the commune has the words that are left.
LOSSY_KINDS = {
    "title left out": changed(rf"\b(?:du |de la |de l')?(?:{PERSON_TITLES}) ", lambda m, r: ""),
    "first name left out": changed(FIRST_NAME_PATTERN, lambda m, r: f"{m[1]} {m[3]}"),
    "initial of the first name": changed(FIRST_NAME_PATTERN, lambda m, r: f"{m[1]} {m[2]}{r.choice(['. ', ' ', '.'])}{m[3]}"),
    "articles left out": changed(r"(?<=\w) (?:de la|de l'|du|des|de|d') ?(?=\w)", lambda m, r: " "),
    "year left out": changed(rf"(?<=\d )({MONTHS}) 1[89]\d\d$", lambda m, r: m[1]),
}

ABSENT_NAMES = """Jean Moulin|Victor Hugo|Jean Jaurès|Gambetta|Pasteur|Jules Ferry|de la République|de la Gare|du Moulin|des Écoles|
de la Mairie|du Stade|de la Fontaine|Pierre Curie|Émile Zola|Anatole France|Léon Blum|Jean Mermoz|Jacques Prévert|Jean Macé|
Paul Bert|Albert Camus|Marcel Pagnol|Pierre Brossolette|Gabriel Péri|Paul Éluard|Claude Debussy|Maurice Ravel|Georges Bizet|
Paul Cézanne|Claude Monet|des Lilas|des Roses|des Tilleuls|des Acacias|des Peupliers|des Cerisiers|des Vignes|du Château|
du Lavoir|du Vieux Pont|de l'Ancienne Gare|du Petit Moulin|du Général de Gaulle|du Général Leclerc|du Maréchal Foch|
du Docteur Roux|Saint-Jean|Saint-Martin|Notre-Dame|de Verdun|de Strasbourg|de Paris|de Lyon|de Metz|Jean Giono|
François Mitterrand|Georges Pompidou|Robert Schuman|Jean Monnet|Nelson Mandela|Simone Veil|Rosa Parks|Louise Michel|
de la Poste|du Marché|des Jardins|du Bois|des Champs|de la Paix|de la Liberté|du 8 Mai 1945|du 11 Novembre|du 19 Mars 1962|
du 4 Septembre|de la 2e Division Blindée|du 14 Juillet|des Marronniers|des Platanes|des Érables|des Bleuets|des Mésanges|
des Hirondelles|des Prés|du Ruisseau|de la Source|du Puits|de la Forge|du Four|de la Chapelle|du Presbytère|du Cimetière|
Molière|Racine|Voltaire|Diderot|Lamartine|Ronsard|Rabelais|Descartes|Mozart|Berlioz|Renoir|Van Gogh|Picasso|Marie Curie|
Louis Aragon|Arthur Rimbaud|Charles Péguy|Saint-Exupéry|Guynemer|Clemenceau|Aristide Briand|Jean-Paul Sartre|Olympe de Gouges|
Joséphine Baker|Aimé Césaire|Toussaint Louverture|Schœlcher|de Belfort|de Nancy|de Reims|de Colmar|d'Alsace|de Lorraine|
de Bourgogne|de Champagne""".replace("\n", "").split("|")
