//! Names in one text, searched by their words: tens of thousands of communes or schools in about a millisecond.

/// A line begins with a line feed and a blank, so that a blank precedes every word.
const LINE_START: &str = "\n ";

/// Names by number, in the order in which they were given.
#[derive(Debug)]
pub(crate) struct NameIndex {
    /// A line for each name, and a line feed behind the last.
    text: String,
    /// The offset of each line.
    starts: Vec<usize>,
    /// The bytes of each name that suffice for it, without what was added to tell it from others.
    own_lengths: Vec<usize>,
}

/// The part of a name that words asked for are. The better comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameMatch {
    /// All of it.
    Whole,
    /// Its beginning.
    Start,
    /// Words within it.
    Within,
}

impl NameIndex {
    /// Indexes names with what may follow them: the name of a school, and that of its town. Both are given as words, folded and
    /// with one blank between them.
    pub(crate) fn new(names: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut index = Self {
            text: String::new(),
            starts: Vec::new(),
            own_lengths: Vec::new(),
        };
        for (name, addition) in names {
            index.starts.push(index.text.len());
            index.own_lengths.push(name.len());
            index.text.push_str(LINE_START);
            index.text.push_str(&name);
            if !addition.is_empty() {
                index.text.push(' ');
                index.text.push_str(&addition);
            }
        }
        index.text.push('\n');
        index
    }

    /// Finds the names that have these words one after the other, of which the last may be the beginning of a word: the best
    /// first, then in their order.
    pub(crate) fn find(&self, words: &str) -> Vec<(usize, NameMatch)> {
        // No words are in every name.
        if words.is_empty() {
            return Vec::new();
        }
        let asked = format!(" {words}");
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = self.text[from..].find(&asked) {
            let at = from + at;
            let number = self.starts.partition_point(|start| *start <= at) - 1;
            found.push((number, self.match_at(number, at + 1, words.len())));
            // Once a name: the rest of its line is passed over.
            let Some(next) = self.starts.get(number + 1) else {
                break;
            };
            from = *next;
        }
        found.sort_by_key(|(number, matched)| (*matched, *number));
        found
    }

    fn match_at(&self, number: usize, at: usize, length: usize) -> NameMatch {
        let start = self.starts[number] + LINE_START.len();
        let is_end = self.text.as_bytes()[at + length] == b'\n';
        if at > start {
            NameMatch::Within
        } else if is_end || length == self.own_lengths[number] {
            NameMatch::Whole
        } else {
            NameMatch::Start
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> NameIndex {
        let names = [
            ("saint denis", ""),
            ("bayeux", ""),
            ("saint denis en val", ""),
            ("ecole jules ferry", "flers"),
            ("la ferte mace", ""),
        ];
        NameIndex::new(names.map(|(name, more)| (name.to_owned(), more.to_owned())))
    }

    #[test]
    fn names_are_found_by_any_of_their_words_best_first() {
        let index = index();
        assert_eq!(index.find("bayeux"), [(1, NameMatch::Whole)]);
        assert_eq!(index.find("baye"), [(1, NameMatch::Start)]);
        assert_eq!(
            index.find("saint denis"),
            [(0, NameMatch::Whole), (2, NameMatch::Start)]
        );
        assert_eq!(index.find("ferte"), [(4, NameMatch::Within)]);
        // The middle of a word is no word.
        assert_eq!(index.find("ayeux"), []);
        assert_eq!(index.find(""), []);
        assert_eq!(index.find("saint denis en valle"), []);
    }

    #[test]
    fn what_follows_a_name_is_searched_and_not_needed() {
        let index = index();
        for (words, expected) in [
            ("ecole jules ferry", NameMatch::Whole),
            ("ecole jules ferry flers", NameMatch::Whole),
            ("ecole jules ferry fl", NameMatch::Start),
            ("ecole jules", NameMatch::Start),
            ("jules ferry flers", NameMatch::Within),
        ] {
            assert_eq!(index.find(words), [(3, expected)], "{words}");
        }
    }
}
