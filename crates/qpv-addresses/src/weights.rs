//! Every weight and threshold of the search, with its origin.
//!
//! Scores are products and weighted means of the numbers below, from 0 to 1. Unless a constant names another origin, its
//! value was set by hand and kept where `examples/quality` answered most of the generated questions correctly (faulty,
//! abbreviated and incomplete addresses drawn from BANO; the figures are in `docs/benchmarks.md`). Only the order of two
//! readings depends on most of them: a change of one or two hundredths rarely changes an answer, and none may change
//! without running that example and `tests/search.rs` again.

/// Weights of words in the similarity of two names.
pub(crate) mod word {
    /// Articles and prepositions.
    // Often left out, seldom the only difference between two streets of a commune.
    pub(crate) const LINK: f32 = 0.1;
    /// Types of street.
    // People write `rue` for `avenue`, but a commune may have both of one name.
    pub(crate) const STREET_TYPE: f32 = 0.35;
    /// Titles (`général`, `saint`), often abbreviated or left out, but the only difference between a few streets.
    pub(crate) const TITLE: f32 = 0.5;
    /// All other words.
    // The unit of the scale.
    pub(crate) const PROPER: f32 = 1.0;
    /// Noise words (a floor, a letterbox).
    // Nearly free, so that they can be missing, yet better matched than not.
    pub(crate) const NOISE: f32 = 0.01;
    /// Share of the weight that a word of the name keeps while the question is still being typed.
    pub(crate) const NOT_YET_TYPED: f32 = 0.3;
}

/// Similarities of one word asked to one word of a name.
pub(crate) mod word_match {
    /// The word typed so far begins the other.
    // Just less than the whole word, which then comes first.
    pub(crate) const TYPED_PREFIX: f32 = 0.99;
    /// Another spelling of the same sounds.
    // Less than one wrong letter in a word of ten.
    pub(crate) const SAME_SOUND: f32 = 0.9;
    /// The beginning of a word (`chat` for `château`), three letters at least.
    pub(crate) const PREFIX: f32 = 0.8;
    /// Letters from which a beginning is taken for the word.
    // Shorter ones begin too many.
    pub(crate) const MIN_PREFIX_LETTERS: usize = 3;
    /// The beginning of a rank (`col` for `colonel`).
    pub(crate) const RANK: f32 = 0.97;
    /// One letter for a given name (`j jaures`).
    // Enough to keep the street, too little to decide between two.
    pub(crate) const INITIAL: f32 = 0.7;
    /// Letters from which a wrong letter is accepted at all.
    pub(crate) const MIN_FAULT_LETTERS: usize = 3;
    /// One wrong letter in a word of three.
    // As likely another word (`bis`, `lis`).
    pub(crate) const FAULT_IN_THREE_LETTERS: f32 = 0.6;
    /// Letters from which one wrong letter costs its share of the word.
    pub(crate) const MIN_ONE_FAULT_LETTERS: usize = 4;
    /// Letters from which a second wrong letter is accepted.
    // Shorter words two letters apart are other words.
    pub(crate) const MIN_TWO_FAULTS_LETTERS: usize = 6;
    /// Letters from which a word with two wrong ones is believed to be the one meant.
    // Of six letters, two others make `mairie` of `madrid`.
    pub(crate) const MIN_BELIEVED_TWO_FAULTS_LETTERS: usize = 10;
    /// Letters that two wrong ones cost.
    // A quarter more than twice one, since two faults rarely are.
    pub(crate) const TWO_FAULTS_LETTERS: f32 = 2.5;
    /// Letters that only one of two spellings of one sound has, at most.
    pub(crate) const MAX_SOUND_LETTERS: u32 = 4;
    /// Characters from which a phonetic key says enough.
    // Shorter ones are shared by unrelated words.
    pub(crate) const MIN_SOUND_CHARACTERS: usize = 3;
}

/// Similarities of whole names.
pub(crate) mod name_match {
    /// Factor when both names have a number, and not the same.
    // `11 novembre` is not `12 novembre`.
    pub(crate) const OTHER_NUMBER: f32 = 0.6;
    /// Similarity from which comparing word by word is enough.
    // Comparing as one text could add two hundredths.
    pub(crate) const ENOUGH_BY_WORD: f32 = 0.96;
    /// The same letters with other spaces (`grandrue`).
    // Just less than the same words.
    pub(crate) const SAME_LETTERS: f32 = 0.98;
    /// The same with one wrong letter in nine.
    pub(crate) const ONE_FAULT: f32 = SAME_LETTERS - FAULT_LETTERS / 9.0;
    /// Letters that each wrong one costs when the whole name is compared as one text.
    pub(crate) const FAULT_LETTERS: f32 = 1.3;
    /// Letters from which names are compared as one text.
    // Shorter ones would match by chance.
    pub(crate) const MIN_LETTERS: usize = 5;
    /// Wrong letters at most in a name compared as one text.
    pub(crate) const MAX_FAULTS: usize = 2;
    /// Letters that only one of two names has, at most.
    // Each wrong letter takes one away and adds one.
    pub(crate) const MAX_DIFFERING_LETTERS: u32 = 4;
}

/// Confidence in the commune that a reading of the question names.
pub(crate) mod commune {
    /// The commune is a condition of the search.
    pub(crate) const GIVEN: f32 = 1.0;
    /// The commune's present name, where one writes it.
    pub(crate) const PRESENT_NAME: f32 = 1.0;
    /// The name of a commune that was merged into it.
    pub(crate) const FORMER_NAME: f32 = 0.97;
    /// A part of the commune's name (`charleville`), where no whole name has these words.
    // Less than any whole name, and enough to be believed with a street that is there.
    pub(crate) const PART_OF_NAME: f32 = 0.9;
    /// Loss when the name stands neither after the postcode nor at the end.
    // It may be part of the street's.
    pub(crate) const OUT_OF_PLACE: f32 = 0.02;
    /// Only the postcode says it, which no name contradicts.
    pub(crate) const POSTCODE_ONLY: f32 = 0.98;
    /// The postcode says it, and the words behind it name no commune of it.
    // Perhaps a hamlet, perhaps a wrong postcode.
    pub(crate) const POSTCODE_AND_OTHER_WORDS: f32 = 0.6;
    /// The postcode says it, and a commune that it does not have is named.
    // Farther behind the commune named than two candidates that are equally likely.
    pub(crate) const POSTCODE_OF_ANOTHER: f32 = 0.4;
    /// A commune of the postcode's department, under another postcode.
    // A digit may be wrong, or the office another.
    pub(crate) const OTHER_POSTCODE: f32 = 0.75;
    /// A commune of another department than the postcode's.
    pub(crate) const OTHER_DEPARTMENT: f32 = 0.5;
    /// No commune and no postcode is named.
    pub(crate) const UNNAMED: f32 = 0.8;
    /// The postcode is of no loaded commune.
    // With the least share of a street's score, the answer is not believed.
    pub(crate) const UNKNOWN_POSTCODE: f32 = 0.2;
    /// The postcode is loaded, and the street is looked for elsewhere.
    pub(crate) const OUTSIDE_POSTCODE: f32 = 0.0;
    /// A name that is similar, but not enough to be sure of it.
    pub(crate) const DOUBTFUL_NAME: f32 = 0.2;
    /// Similarity from which a name may be a commune's, written otherwise.
    pub(crate) const MIN_SIMILARITY: f32 = 0.68;
    /// Similarity from which, without a postcode, it is believed to be.
    // A letter in seven.
    pub(crate) const BELIEVED_SIMILARITY: f32 = 0.85;
}

/// Scores of candidates.
pub(crate) mod score {
    /// Score from which no other reading of the question is tried.
    pub(crate) const CERTAIN: f32 = 0.97;
    /// Score below which nothing is returned.
    // Hardly a word in three is the same.
    pub(crate) const RETURNED: f32 = 0.3;
    /// Score from which the communes named are believed, the same as that of a believed check (`docs/addresses.md`).
    pub(crate) const BELIEVED: f32 = 0.7;
    /// Factor when a word asked is not in the street's name, or the name has words that tell it from the one asked.
    // Puts the answer under [`BELIEVED`].
    pub(crate) const UNFAITHFUL: f32 = 0.7;
    /// Score at least of a street that has each word asked, where it may lack a title or a given name.
    // With another postcode it is still believed.
    pub(crate) const FAITHFUL: f32 = 0.82;
    /// Similarity from which a name is the one asked in full.
    pub(crate) const WHOLE_NAME: f32 = 0.995;
    /// Score at most of streets of which only one can be meant.
    pub(crate) const UNLIKE: f32 = 0.69;
    /// Factor when another street of the name lies in the place asked (a former commune, a *lieu-dit*).
    // Farther behind than two candidates that are equally likely.
    pub(crate) const OTHER_PLACE: f32 = 0.88;
    /// Share of a street's score that its commune cannot take away.
    // The commune's confidence weighs the rest.
    pub(crate) const STREET_SHARE: f32 = 0.6;
    /// The rest of it.
    pub(crate) const COMMUNE_SHARE: f32 = 0.4;
    /// Factor when the street lacks the number asked.
    // Less than a street that has the number and lacks a given name.
    pub(crate) const MISSING_NUMBER: f32 = 0.8;
    /// Factor when the question names more than the commune found: a number, a place.
    pub(crate) const COMMUNE_FOR_MORE: f32 = 0.6;
    /// Factor of a candidate far from the point that the question is asked near.
    pub(crate) const FAR: f64 = 0.95;
    /// Gain of a candidate at that very point.
    // It decides between equals, not between streets.
    pub(crate) const NEAR_GAIN: f64 = 0.05;
    /// Kilometres over which that gain falls to a third.
    // The width of an urban area.
    pub(crate) const NEAR_KM: f64 = 20.0;
}

/// Sizes that bound the work of one search.
pub(crate) mod bound {
    /// Words of a question that are read.
    // Addresses are shorter, and the time grows with the square of their number.
    pub(crate) const WORDS: usize = 32;
    /// Ways to read the number that are tried.
    pub(crate) const NUMBER_READINGS: usize = 3;
    /// Streets of the communes meant that are compared word by word.
    pub(crate) const STREETS: usize = 24;
    /// Names compared word by word when no commune is known.
    pub(crate) const NAMES: usize = 48;
    /// Streets of one name that are read, for each candidate wanted.
    pub(crate) const STREETS_PER_CANDIDATE: usize = 4;
    /// The same of the names after those: one may have the number asked.
    pub(crate) const STREETS_OF_FURTHER_NAME: usize = 4;
    /// Words that a commune's name is looked for in.
    // Few names are longer, and those are found by their postcode.
    pub(crate) const COMMUNE_WORDS: usize = 7;
    /// The same for a name written otherwise, which costs a comparison with every name.
    pub(crate) const SIMILAR_COMMUNE_WORDS: usize = 4;
    /// Readings by similar names that are kept.
    pub(crate) const SIMILAR_COMMUNES: usize = 8;
    /// Signature bits from which a name is compared with those of all communes.
    // Fewer are in most names.
    pub(crate) const MIN_SIGNATURE_BITS: u32 = 6;
    /// Candidates ranked at least, so that a limit of one still chooses among several.
    pub(crate) const MIN_CANDIDATES: usize = 8;
}

/// Sizes that bound the work of one look-up of names; the words of 26 million addresses decided them.
pub(crate) mod lookup {
    /// Words that an unfinished one may become.
    // One letter begins tens of thousands, which no list of candidates could show.
    pub(crate) const TYPED_WORDS: usize = 256;
    /// Names read of each of these, when they are many.
    pub(crate) const TYPED_WORD_NAMES: usize = 1_024;
    /// Words that a whole one may be the beginning of, itself among them.
    pub(crate) const BEGUN_WORDS: usize = 16;
    /// Words of names that one asked may be.
    pub(crate) const MATCHES: usize = 512;
    /// Names read for each of the two rarest words.
    // `saint` alone is in more, in order of importance.
    pub(crate) const LIST_NAMES: usize = 32_768;
    /// Names read for each further word.
    pub(crate) const FURTHER_LIST_NAMES: usize = 4_096;
    /// Names from which no list of a type of street is read.
    pub(crate) const ENOUGH_NAMES: usize = 256;
    /// Share of its weight that a word counts for in a name that may have it.
    // Less than a word it is known to have, so that those come first.
    pub(crate) const UNREAD_SHARE: f32 = 0.7;
    /// Names that are looked up in the lists that were not read.
    pub(crate) const PROBED_NAMES: usize = 1_024;
    /// Words whose lists are searched for them.
    pub(crate) const PROBED_WORDS: usize = 4;
    /// Names with the same letters that are compared.
    pub(crate) const NAMES_AS_ONE_TEXT: usize = 512;
    /// Names of communes compared with the words that may name one.
    pub(crate) const SIMILAR_ALIASES: usize = 64;
}
