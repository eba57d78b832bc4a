//! The abbreviations of French addresses, and the words that are kinds of way or of place.
//!
//! They are those of the postal standard (AFNOR XP Z 10-011, annex of abbreviated street types and titles), of the land
//! register's street files (FANTOIR, TOPO), of the army, and of everyday use. Where two words share one, the more frequent
//! in names has it.

use crate::pieces::{TextPiece, is_numeric, text_at};

/// Words that stand for several others, and the number of pieces they replace.
pub(crate) type Expansion = (&'static [&'static str], usize);

/// Returns the words that the first pieces stand for; `before` is the word before them, `way` the last kind of way.
pub(crate) fn phrase(pieces: &[TextPiece], before: &str) -> Option<Expansion> {
    let texts: [&str; 4] = std::array::from_fn(|at| text_at(pieces, at));
    zone_phrase(texts)
        .or_else(|| place_phrase(texts))
        .or_else(|| person_phrase(texts, before))
        .or_else(|| road_phrase(texts, before))
        .or_else(|| post_phrase(texts))
}

/// Zones of work.
fn zone_phrase(texts: [&str; 4]) -> Option<Expansion> {
    Some(match texts {
        ["z", "a", "c", _] => (&["zac"], 3),
        ["zone", "artisanale" | "art", ..] | ["z", "a", ..] => (&["za"], 2),
        ["zone", "industrielle" | "ind", ..] | ["z", "i", ..] => (&["zi"], 2),
        ["zone", "d", "activites" | "activite" | "act", _] => (&["za"], 3),
        ["ctre" | "ctr" | "centre", "ccial" | "cial", ..] => (&["centre", "commercial"], 2),
        ["ccal", ..] => (&["centre", "commercial"], 1),
        _ => return None,
    })
}

/// Kinds of way and of place of two words.
fn place_phrase(texts: [&str; 4]) -> Option<Expansion> {
    Some(match texts {
        ["rd", "pt" | "point", ..] | ["rond", "pt", ..] => (&["rond", "point"], 2),
        ["rpt", ..] => (&["rond", "point"], 1),
        ["ld" | "lieudit", ..] => (&["lieu", "dit"], 1),
        ["gr", "rue" | "r", ..] => (&["grande", "rue"], 2),
        ["ach", ..] => (&["ancien", "chemin"], 1),
        ["hch", ..] => (&["haut", "chemin"], 1),
        ["bch", ..] => (&["bas", "chemin"], 1),
        ["pch", ..] => (&["petit", "chemin"], 1),
        ["vche" | "vch", ..] => (&["vieux", "chemin"], 1),
        ["nte", ..] => (&["nouvelle", "route"], 1),
        ["vte", ..] => (&["vieille", "route"], 1),
        ["gpl", ..] => (&["grande", "place"], 1),
        ["ptr", ..] => (&["petite", "rue"], 1),
        ["pta", ..] => (&["petite", "allee"], 1),
        ["gbd", ..] => (&["grand", "boulevard"], 1),
        ["tpl", ..] => (&["terre", "plein"], 1),
        // Without a number; with one they are roads.
        ["rn", ..] => (&["route", "nationale"], 1),
        ["rte" | "route", "nat", ..] => (&["route", "nationale"], 2),
        ["rte" | "route", "dep" | "dept", ..] => (&["route", "departementale"], 2),
        ["vc", ..] => (&["voie", "communale"], 1),
        ["cr", ..] => (&["chemin", "rural"], 1),
        ["chv", ..] => (&["chemin", "vicinal"], 1),
        _ => return None,
    })
}

const INTERIOR_FORCES: [&str; 5] = ["forces", "francaises", "de", "l", "interieur"];
const FREE_FORCES: [&str; 3] = ["forces", "francaises", "libres"];
const PARTISANS: [&str; 4] = ["francs", "tireurs", "et", "partisans"];
const NORTH_AFRICA: [&str; 3] = ["afrique", "du", "nord"];

/// Saints, ranks and those who fought.
fn person_phrase(texts: [&str; 4], before: &str) -> Option<Expansion> {
    Some(match texts {
        ["nd", ..] => (&["notre", "dame"], 1),
        ["n", "d", ..] => (&["notre", "dame"], 2),
        ["slt" | "sslt", ..] => (&["sous", "lieutenant"], 1),
        ["s" | "ss" | "sous", "lt" | "lieut", ..] => (&["sous", "lieutenant"], 2),
        ["lt" | "lieut", "col" | "cel", ..] => (&["lieutenant", "colonel"], 2),
        ["pres", next, ..] if is_president(before, next) => (&["president"], 1),
        ["ffi", ..] => (&INTERIOR_FORCES, 1),
        ["f", "f", "i", _] => (&INTERIOR_FORCES, 3),
        ["ffl", ..] => (&FREE_FORCES, 1),
        ["f", "f", "l", _] => (&FREE_FORCES, 3),
        ["ftp" | "ftpf", ..] => (&PARTISANS, 1),
        ["f", "t", "p", "f"] => (&PARTISANS, 4),
        ["f", "t", "p", _] => (&PARTISANS, 3),
        ["afn", ..] => (&NORTH_AFRICA, 1),
        ["a", "f", "n", _] => (&NORTH_AFRICA, 3),
        _ => return None,
    })
}

/// Roads without a number.
fn road_phrase(texts: [&str; 4], before: &str) -> Option<Expansion> {
    Some(match texts {
        ["rn", ..] => (&["route", "nationale"], 1),
        ["rd", ..] => (&["route", "departementale"], 1),
        ["vc", ..] => (&["voie", "communale"], 1),
        ["cr", ..] => (&["chemin", "rural"], 1),
        ["r", "n", ..] if !is_way(before) => (&["route", "nationale"], 2),
        ["v", "c", ..] if !is_way(before) => (&["voie", "communale"], 2),
        _ => return None,
    })
}

/// Returns true if `pres` is a president, and not meadows (`Rue des Prés`).
fn is_president(before: &str, next: &str) -> bool {
    matches!(
        before,
        "du" | "le" | "rue" | "avenue" | "boulevard" | "place"
    ) && !is_numeric(next)
        && !matches!(
            next,
            "" | "de" | "du" | "des" | "d" | "la" | "le" | "l" | "et"
        )
}

/// Letterboxes, whose numbers follow.
fn post_phrase(texts: [&str; 4]) -> Option<Expansion> {
    Some(match texts {
        ["b", "p", number, _] if is_number_or_sign(number) => (&["bp"], 2),
        ["c", "s", number, _] if is_number_or_sign(number) => (&["cs"], 2),
        ["t", "s", "a", number] if is_number_or_sign(number) => (&["tsa"], 3),
        _ => return None,
    })
}

fn is_number_or_sign(text: &str) -> bool {
    is_numeric(text) || matches!(text, "n" | "no" | "numero")
}

/// Returns a word without abbreviation.
pub(crate) fn written_out(word: &str) -> &str {
    street_type(word).or_else(|| title(word)).unwrap_or(word)
}

/// Returns true for a kind of way or of place, abbreviated or not.
pub(crate) fn is_way(word: &str) -> bool {
    is_street_type(written_out(word))
}

/// Returns true for a kind of way or of place in full.
pub(crate) fn is_street_type(word: &str) -> bool {
    matches!(
        word,
        "rue"
            | "avenue"
            | "boulevard"
            | "place"
            | "allee"
            | "allees"
            | "impasse"
            | "chemin"
            | "route"
            | "square"
            | "residence"
            | "lotissement"
            | "faubourg"
            | "cours"
            | "quai"
            | "passage"
            | "promenade"
            | "traverse"
            | "sentier"
            | "sente"
            | "villa"
            | "village"
            | "hameau"
            | "domaine"
            | "cite"
            | "esplanade"
            | "montee"
            | "ruelle"
            | "chaussee"
            | "quartier"
            | "voie"
            | "cour"
            | "clos"
            | "rond"
            | "point"
            | "za"
            | "zi"
            | "zac"
            | "parc"
            | "mail"
            | "venelle"
            | "galerie"
            | "lieu"
            | "dit"
            | "cote"
            | "rampe"
            | "pont"
            | "porte"
            | "immeuble"
            | "batiment"
            | "zone"
            | "via"
            | "centre"
            | "commercial"
            | "ferme"
            | "chateau"
    )
}

/// Returns true for the kinds of way that are no name by themselves, as `l'Esplanade` is.
pub(crate) fn needs_name(way: &str) -> bool {
    matches!(
        way,
        "rue"
            | "avenue"
            | "boulevard"
            | "place"
            | "allee"
            | "impasse"
            | "chemin"
            | "route"
            | "square"
            | "quai"
            | "ruelle"
    )
}

/// Returns true for a way that vehicles pass, so that the number of a road behind it names the same way.
pub(crate) fn is_thoroughfare(word: &str) -> bool {
    matches!(
        word,
        "rue"
            | "avenue"
            | "boulevard"
            | "place"
            | "allee"
            | "impasse"
            | "chemin"
            | "route"
            | "faubourg"
            | "cours"
            | "quai"
            | "voie"
            | "traverse"
            | "montee"
    )
}

/// Types of streets and of places.
fn street_type(word: &str) -> Option<&'static str> {
    street_type_before_m(word).or_else(|| street_type_from_m(word))
}

fn street_type_before_m(word: &str) -> Option<&'static str> {
    Some(match word {
        "abe" => "abbaye",
        "aer" => "aerodrome",
        "all" => "allee",
        "alls" => "allees",
        "av" | "ave" | "aven" => "avenue",
        "bast" => "bastide",
        "bat" | "bt" => "batiment",
        "bcle" => "boucle",
        "bd" | "bld" | "boul" | "blvd" | "bvd" | "boule" | "boulev" => "boulevard",
        "brg" => "bourg",
        "brtl" => "bretelle",
        "bsn" => "bassin",
        "carr" | "carref" => "carrefour",
        "cau" => "carreau",
        "ch" | "che" | "chem" | "chm" => "chemin",
        "chs" => "chaussee",
        "cht" => "chateau",
        "coro" => "coron",
        "cpg" => "camping",
        "crs" => "cours",
        "crx" => "croix",
        "ctre" | "ctr" => "centre",
        "dig" => "digue",
        "dom" => "domaine",
        "dsc" => "descente",
        "ecl" => "ecluse",
        "egl" => "eglise",
        "esp" => "esplanade",
        "espa" => "espace",
        "etng" => "etang",
        "fg" | "fbg" | "fb" | "fbourg" => "faubourg",
        "frm" => "ferme",
        "ham" => "hameau",
        "hle" => "halle",
        "imm" => "immeuble",
        "imp" => "impasse",
        "jard" => "jardin",
        "jte" => "jetee",
        "lot" | "lots" | "lotis" => "lotissement",
        _ => return None,
    })
}

fn street_type_from_m(word: &str) -> Option<&'static str> {
    Some(match word {
        "mln" => "moulin",
        "mte" => "montee",
        "mus" => "musee",
        "pas" | "pass" | "psg" | "pge" => "passage",
        "pkg" => "parking",
        "pl" | "plc" => "place",
        "ple" => "passerelle",
        "pln" => "plaine",
        "plt" => "plateau",
        "pnt" => "pointe",
        "prom" => "promenade",
        "prv" | "pvr" => "parvis",
        "ptte" => "placette",
        "qrt" | "quart" | "qua" => "quartier",
        "qu" => "quai",
        "r" => "rue",
        "rdl" => "raidillon",
        "rem" => "rempart",
        "res" | "resid" => "residence",
        "rle" => "ruelle",
        "rpe" => "rampe",
        "rtd" => "rotonde",
        "rte" => "route",
        "sen" | "sent" => "sentier",
        "sq" | "squ" => "square",
        "std" => "stade",
        "tra" | "trav" => "traverse",
        "trt" => "tertre",
        "tsse" => "terrasse",
        "vall" => "vallon",
        "ven" => "venelle",
        "vge" | "vlge" => "village",
        "vla" => "villa",
        "voi" => "voie",
        _ => return None,
    })
}

/// Titles, and adjectives that go with them.
fn title(word: &str) -> Option<&'static str> {
    rank(word)
        .or_else(|| civil_title(word))
        .or_else(|| adjective(word))
}

/// Ranks and formations of the army.
fn rank(word: &str) -> Option<&'static str> {
    Some(match word {
        "adj" | "adjt" | "adjud" => "adjudant",
        "amal" => "amiral",
        "asp" => "aspirant",
        "brig" => "brigadier",
        "btn" => "bataillon",
        "capt" | "cne" | "cpt" => "capitaine",
        "cdt" | "cmdt" | "comdt" => "commandant",
        "cel" | "cnl" => "colonel",
        "cpl" => "caporal",
        "gal" | "gen" | "gnl" | "gl" => "general",
        "lieut" | "lnt" | "lt" | "ltn" => "lieutenant",
        "mal" | "mar" | "mch" | "ml" => "marechal",
        "regt" | "rgt" => "regiment",
        "serg" | "sgt" => "sergent",
        _ => return None,
    })
}

fn civil_title(word: &str) -> Option<&'static str> {
    Some(match word {
        "ab" => "abbe",
        "arr" | "arrdt" | "ardt" => "arrondissement",
        "card" => "cardinal",
        "chan" => "chanoine",
        "chev" => "chevalier",
        "doct" | "dr" => "docteur",
        "enfts" => "enfants",
        "eveq" => "eveque",
        "frs" => "freres",
        "ing" => "ingenieur",
        "me" => "maitre",
        "mgr" => "monseigneur",
        "mlle" => "mademoiselle",
        "mme" => "madame",
        "mqs" => "marquis",
        "mqse" => "marquise",
        "mr" => "monsieur",
        "pdt" => "president",
        "pr" | "prof" => "professeur",
        "rep" | "repub" => "republique",
        "st" => "saint",
        "ste" => "sainte",
        "stes" => "saintes",
        "sts" => "saints",
        _ => return None,
    })
}

fn adjective(word: &str) -> Option<&'static str> {
    Some(match word {
        "anc" => "ancien",
        "gd" | "grd" => "grand",
        "gde" | "grde" => "grande",
        "gdes" => "grandes",
        "gds" => "grands",
        "ht" => "haut",
        "hte" => "haute",
        "htes" => "hautes",
        "hts" => "hauts",
        "mt" => "mont",
        "nve" => "neuve",
        "nvle" => "nouvelle",
        "pt" => "petit",
        "pte" => "petite",
        "vlle" => "vieille",
        "vx" => "vieux",
        _ => return None,
    })
}

/// Returns the words of a regiment, a division and the like, which follow a number (`91e RI`), and the number of pieces
/// that name it: several where points part its letters.
pub(crate) fn army_unit_ahead(pieces: &[TextPiece]) -> Option<Expansion> {
    if let Some(unit) = army_unit(text_at(pieces, 0)) {
        return Some((unit, 1));
    }
    let letters: String = pieces
        .iter()
        .map(|piece| piece.text)
        .take_while(|text| text.len() == 1)
        .take(4)
        .collect();
    (2..=letters.len())
        .rev()
        .find_map(|length| Some((army_unit(&letters[..length])?, length)))
}

/// Returns the words of a regiment, a division and the like from their initials.
fn army_unit(letters: &str) -> Option<&'static [&'static str]> {
    Some(match letters {
        "bca" => &["bataillon", "de", "chasseurs", "alpins"],
        "bcc" => &["bataillon", "de", "chars", "de", "combat"],
        "bcp" => &["bataillon", "de", "chasseurs", "a", "pied"],
        "bim" => &["bataillon", "d", "infanterie", "de", "marine"],
        "db" => &["division", "blindee"],
        "dfl" => &["division", "francaise", "libre"],
        "di" => &["division", "d", "infanterie"],
        "dia" => &["division", "d", "infanterie", "algerienne"],
        "dic" => &["division", "d", "infanterie", "coloniale"],
        "dim" => &["division", "d", "infanterie", "marocaine"],
        "dmm" => &["division", "marocaine", "de", "montagne"],
        "gtm" => &["groupement", "de", "tabors", "marocains"],
        "ra" => &["regiment", "d", "artillerie"],
        "rac" => &["regiment", "d", "artillerie", "coloniale"],
        "rca" => &["regiment", "de", "chasseurs", "d", "afrique"],
        "rcc" => &["regiment", "de", "chars", "de", "combat"],
        "rcp" => &["regiment", "de", "chasseurs", "parachutistes"],
        "rdp" => &["regiment", "de", "dragons", "parachutistes"],
        "rei" => &["regiment", "etranger", "d", "infanterie"],
        "rep" => &["regiment", "etranger", "de", "parachutistes"],
        "rg" => &["regiment", "du", "genie"],
        "rh" => &["regiment", "de", "hussards"],
        "ri" => &["regiment", "d", "infanterie"],
        "ria" => &["regiment", "d", "infanterie", "alpine"],
        "ric" => &["regiment", "d", "infanterie", "coloniale"],
        "rima" => &["regiment", "d", "infanterie", "de", "marine"],
        "rit" => &["regiment", "d", "infanterie", "territoriale"],
        "rmt" => &["regiment", "de", "marche", "du", "tchad"],
        "rpima" => &[
            "regiment",
            "parachutiste",
            "d",
            "infanterie",
            "de",
            "marine",
        ],
        "rta" => &["regiment", "de", "tirailleurs", "algeriens"],
        "rtm" => &["regiment", "de", "tirailleurs", "marocains"],
        "rts" => &["regiment", "de", "tirailleurs", "senegalais"],
        "rtt" => &["regiment", "de", "tirailleurs", "tunisiens"],
        "rz" => &["regiment", "de", "zouaves"],
        _ => return None,
    })
}

/// Returns an arm without abbreviation, behind `régiment d'` and `division d'`.
pub(crate) fn army_arm(word: &str) -> Option<&'static str> {
    Some(match word {
        "inf" => "infanterie",
        "art" => "artillerie",
        _ => return None,
    })
}
