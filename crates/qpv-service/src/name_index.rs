//! Names in one text, searched by their words: tens of thousands of communes or schools in about a millisecond.

/// A line begins with a line feed and a blank, so that a blank precedes every word.
const LINE_START: &str = "\n ";
/// Letters of the longest of some words from which names are looked for that have them in any order.
const MIN_SCATTERED_LETTERS: usize = 4;

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
    /// Words of it, in another order or with others between.
    Scattered,
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
        let lines = self.lines_with(&asked);
        let mut found: Vec<_> = lines
            .map(|(number, at)| (number, self.match_at(number, at + 1, words.len())))
            .collect();
        found.sort_by_key(|(number, matched)| (*matched, *number));
        found
    }

    /// Finds the same, and where no name has the words one after the other, those that have each of them anywhere: `glacis
    /// belfort` of `les glacis du chateau belfort`.
    pub(crate) fn find_any_order(&self, words: &str) -> Vec<(usize, NameMatch)> {
        let found = self.find(words);
        let asked: Vec<String> = words.split(' ').map(|word| format!(" {word}")).collect();
        let longest = asked.iter().max_by_key(|word| word.len());
        let longest = longest.filter(|word| asked.len() > 1 && word.len() > MIN_SCATTERED_LETTERS);
        let Some(longest) = longest.filter(|_| found.is_empty()) else {
            return found;
        };
        let lines = self.lines_with(longest).filter(|(number, _)| {
            let line = &self.text[self.starts[*number]..self.end_of(*number)];
            asked.iter().all(|word| line.contains(word.as_str()))
        });
        lines
            .map(|(number, _)| (number, NameMatch::Scattered))
            .collect()
    }

    /// Walks the names whose lines have a text: the number, and the offset of the first one in the line.
    fn lines_with(&self, asked: &str) -> impl Iterator<Item = (usize, usize)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + self.text.get(from..)?.find(asked)?;
            let number = self.starts.partition_point(|start| *start <= at) - 1;
            // Once a name: the rest of its line is passed over.
            from = self.end_of(number);
            Some((number, at))
        })
    }

    /// The end of the line of a name.
    fn end_of(&self, number: usize) -> usize {
        let next = self.starts.get(number + 1).copied();
        next.unwrap_or(self.text.len())
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
    fn words_in_another_order_are_found_where_no_name_has_them_in_a_row() {
        let index = index();
        assert_eq!(
            index.find_any_order("ferry flers"),
            [(3, NameMatch::Within)]
        );
        for words in ["jules flers", "flers ecole", "ecole fle"] {
            let found = index.find_any_order(words);
            assert_eq!(found, [(3, NameMatch::Scattered)], "{words}");
        }
        for words in ["jules flers bayeux", "ules flers", "en la", "flers"] {
            let found = index.find_any_order(words);
            assert!(
                found.iter().all(|it| it.1 != NameMatch::Scattered),
                "{words}"
            );
        }
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
