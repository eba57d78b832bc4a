//! Days and times as a French reader writes them, and days as lists write them: `2015-03-12`, `12/03/2015`, `12 mars 2015`.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};

use crate::catalogue::{key, sentence};
use crate::fold::{fold_name, fold_text};

/// The months as they are written, January first.
static MONTHS: LazyLock<Vec<&str>> =
    LazyLock::new(|| key::DATE_MONTHS.template().split(' ').collect());

/// The months folded, as a query or a list has them once folded.
static FOLDED_MONTHS: LazyLock<Vec<String>> =
    LazyLock::new(|| MONTHS.iter().map(|name| fold_text(name)).collect());

/// The days of the week folded, Monday first.
const FOLDED_WEEKDAYS: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];

/// Returns true for the folded name of a month.
///
/// ```
/// use qpv_french::dates::is_month;
/// assert!(is_month("aout") && !is_month("août") && !is_month("brumaire"));
/// ```
#[must_use]
pub fn is_month(folded_word: &str) -> bool {
    FOLDED_MONTHS.iter().any(|name| name == folded_word)
}

/// Returns a day in digits: `21/11/2026`.
///
/// ```
/// assert_eq!(qpv_french::dates::day_in_digits(jiff::civil::date(2026, 3, 1)), "01/03/2026");
/// ```
#[must_use]
pub fn day_in_digits(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// Returns a day in words: `1er juin 2024`.
#[must_use]
pub fn day_in_words(day: Date) -> String {
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    let number = if day.day() == 1 {
        sentence(key::DATE_FIRST, &[])
    } else {
        day.day().to_string()
    };
    format!("{number} {month} {}", day.year())
}

/// Returns a day and its time in words: `21 novembre 2026 à 23 h 05`.
#[must_use]
pub fn time_in_words(at: DateTime) -> String {
    let day = day_in_words(at.date());
    let (hour, minute) = (at.hour().to_string(), format!("{:02}", at.minute()));
    let values = [("day", &*day), ("hour", &hour), ("minute", &minute)];
    sentence(key::DATE_TIME, &values)
}

/// Returns an age in whole years: `1 an`, `12 ans`.
///
/// ```
/// assert_eq!(qpv_french::dates::age_in_words(1), "1 an");
/// ```
#[must_use]
pub fn age_in_words(years: i16) -> String {
    // Below two, the singular.
    let key = if years < 2 {
        key::AGE_ONE
    } else {
        key::AGE_OTHER
    };
    sentence(key, &[("count", &years.to_string())])
}

/// Reads a day, year first or day first as in France, followed by a time or by nothing: `12/03/2015`, `12 03 2015`, `12032015`,
/// `20150312`, `12 mars 2015`, `12 déc. 2015`, also behind « né le », the name of a day or the apostrophe by which
/// spreadsheets mark a text.
///
/// `None` for a day that no month has, for a month first, for a year of two digits, which does not say its century
/// ([`has_two_digit_year`]), and for an instant, because its day depends on the time zone: one with a zone, and one of 22 or
/// 23 h, which may be midnight in another.
///
/// ```
/// use qpv_french::dates::read_day;
/// assert_eq!(read_day("1er mars 2015"), Some(jiff::civil::date(2015, 3, 1)));
/// assert_eq!(read_day("03/31/2015"), None);
/// ```
#[must_use]
pub fn read_day(text: &str) -> Option<Date> {
    let text = without_words(text.trim());
    let folded = fold_name(text);
    if let [day, month, year] = folded.split(' ').collect::<Vec<_>>().as_slice()
        && let Some(month) = month_of(month)
    {
        // The first of a month is an ordinal in French.
        let day = day.strip_suffix("er").unwrap_or(day);
        return date(year, &month.to_string(), day);
    }
    if let Some(day) = in_eight_digits(text) {
        return Some(day);
    }
    let spaced: Vec<&str> = text.split_whitespace().collect();
    match spaced.as_slice() {
        [day, month, year] if day.len() <= 2 && year.len() == 4 => {
            return date(year, month, day);
        }
        // `12 / 03 / 2015`.
        [day, "/" | "-" | ".", month, "/" | "-" | ".", year] if spaced[1] == spaced[3] => {
            return date(year, month, day);
        }
        _ => {}
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    if !is_time_of_day(time) {
        return None;
    }
    // One separator for the whole day: `12/03-2015` is none.
    let separator = day.chars().find(|character| !character.is_ascii_digit())?;
    let parts: Vec<&str> = day.split(separator).collect();
    match (separator, parts.as_slice()) {
        ('-' | '/' | '.', [year, month, day]) if year.len() == 4 => date(year, month, day),
        ('-' | '/' | '.', [day, month, year]) => date(year, month, day),
        _ => None,
    }
}

/// Returns whether a text is the number that spreadsheets store for a day of this century or the last, as a column shows it that
/// has lost its format: `42064` for 1 March 2015. It is not read: workbooks count from 1900 or from 1904, which no text says.
///
/// ```
/// use qpv_french::dates::is_day_number;
/// assert!(is_day_number("42064"));
/// assert!(!is_day_number("2015"));
/// ```
#[must_use]
pub fn is_day_number(text: &str) -> bool {
    // From 18 May 1927; fewer digits may be a year.
    let is_number = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number && ("10000"..="60000").contains(&text)
}

/// Returns whether a text is a day in digits but for its year, which has two digits: `12/03/15`.
///
/// ```
/// use qpv_french::dates::has_two_digit_year;
/// assert!(has_two_digit_year("12/03/15") && has_two_digit_year("12-3-15"));
/// assert!(!has_two_digit_year("12/03/2015") && !has_two_digit_year("45/03/15"));
/// ```
#[must_use]
pub fn has_two_digit_year(text: &str) -> bool {
    let text = without_words(text.trim());
    let Some((before, year)) = text.rsplit_once(['/', '-', '.', ' ']) else {
        return false;
    };
    // Any century has it, but for 29 February.
    year.len() == 2
        && digits(year, 2).is_some()
        && read_day(&format!("{}20{year}", &text[..=before.len()])).is_some()
}

/// The part of a day that comes first in digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstPart {
    /// The day, as in France.
    Day,
    /// The month, as in America.
    Month,
    /// Either may be meant: `05/06/2020`.
    Either,
}

/// Returns which part comes first in a day in digits, with its year last; `None` for other texts, and for a day that is the
/// same either way.
///
/// ```
/// use qpv_french::dates::{FirstPart, first_part};
/// assert_eq!(first_part("22/5/2020"), Some(FirstPart::Day));
/// assert_eq!(first_part("5/22/2020"), Some(FirstPart::Month));
/// assert_eq!(first_part("5/6/2020"), Some(FirstPart::Either));
/// assert_eq!(first_part("5/5/2020"), None);
/// ```
#[must_use]
pub fn first_part(text: &str) -> Option<FirstPart> {
    let text = without_words(text.trim());
    let day = text.split(' ').next().unwrap_or_default();
    let mut parts = day.split(['/', '-', '.']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let day_first = date(year, second, first);
    let month_first = date(year, first, second);
    match (day_first, month_first) {
        (Some(one), Some(other)) if one == other => None,
        (Some(_), Some(_)) => Some(FirstPart::Either),
        (Some(_), None) => Some(FirstPart::Day),
        (None, Some(_)) => Some(FirstPart::Month),
        (None, None) => None,
    }
}

/// Returns whether what stands behind a day is a time that cannot be midnight of the next day: `08:30`, `14h05`, `0:00:00.000`.
fn is_time_of_day(time: &str) -> bool {
    let time = time.trim().trim_start_matches("à ").to_ascii_lowercase();
    if time.is_empty() {
        return true;
    }
    let mut parts = time.split([':', 'h', '.']).map(str::trim);
    let hours = parts.next().and_then(|hours| digits(hours, 2));
    let are_numbers = parts.all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    are_numbers && hours.is_some_and(|hours| hours < 22)
}

/// Returns a text without the words that stand before a day, and without a full stop behind it.
fn without_words(text: &str) -> &str {
    let text = text
        .strip_prefix(['\'', '’', '`'])
        .unwrap_or(text)
        .trim_start();
    let text = text.strip_suffix('.').unwrap_or(text).trim_end();
    let Some(first) = text.find(|character: char| character.is_ascii_digit()) else {
        return text;
    };
    let (words, day) = text.split_at(first);
    let is_known = matches!(
        fold_name(words).as_str(),
        "le" | "ne le" | "nee le" | "ne e le"
    ) || is_name_of_day(&fold_name(words));
    if is_known { day } else { text }
}

/// Returns whether a folded text is the name of a day of the week, or the beginning of one: `lundi`, `le lun`.
fn is_name_of_day(words: &str) -> bool {
    let name = words.strip_prefix("le ").unwrap_or(words);
    name.len() >= 3 && FOLDED_WEEKDAYS.iter().any(|day| day.starts_with(name))
}

/// Returns the number of a month by its folded name, or by the beginning of it that says which it is: `janv`, `sept`.
fn month_of(name: &str) -> Option<usize> {
    const SHORTEST: usize = 3;
    let is_so = |month: &&String| month.starts_with(name) && name.len() >= SHORTEST;
    let mut found = FOLDED_MONTHS
        .iter()
        .enumerate()
        .filter(|(_, month)| is_so(month));
    let (place, _) = found.next()?;
    // `jui` may be two.
    found.next().is_none().then_some(place + 1)
}

/// Returns the day of eight digits, year first or day first: no day of these centuries reads as both.
fn in_eight_digits(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_near = |day: &Date| (1900..=2100).contains(&day.year());
    let year_first = date(&text[..4], &text[4..6], &text[6..]);
    let day_first = date(&text[4..], &text[2..4], &text[..2]);
    year_first.filter(is_near).or(day_first.filter(is_near))
}

/// Returns the day of three texts of digits; the year has four.
fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = digits(year, 4).filter(|_| year.len() == 4)?;
    let month = i8::try_from(digits(month, 2)?).ok()?;
    let day = i8::try_from(digits(day, 2)?).ok()?;
    Date::new(year, month, day).ok()
}

/// Returns the number of a text that is nothing but 1 to `max_digits` digits, without a sign.
fn digits(text: &str, max_digits: usize) -> Option<i16> {
    let is_number =
        (1..=max_digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as civil_date;

    use super::*;

    #[test]
    fn days_and_times_are_french() {
        assert_eq!(
            time_in_words(civil_date(2026, 11, 21).at(23, 5, 3, 0)),
            "21 novembre 2026 à 23 h 05"
        );
        assert_eq!(
            time_in_words(civil_date(2026, 8, 1).at(0, 0, 0, 0)),
            "1er août 2026 à 0 h 00"
        );
    }

    #[test]
    fn french_and_iso_days_are_read() {
        for text in [
            "2015-03-01",
            "01/03/2015",
            "1/3/2015",
            "01-03-2015",
            "01.03.2015",
            " 2015/03/01 ",
            "2015-03-01 00:00:00",
            "2015-03-01T00:00:00.000",
            "1er mars 2015",
            "1 MARS 2015",
            "01 03 2015",
            "1 3 2015",
            "01 / 03 / 2015",
            "01032015",
            "20150301",
            "01/03/2015.",
            "né le 01/03/2015",
            "Née le 1er mars 2015",
            "Né(e) le : 01.03.2015",
            "le 01-03-2015",
            "dimanche 1er mars 2015",
            "Dim. 01/03/2015",
            "le dimanche 1 mars 2015",
            "'01/03/2015",
            "01/03/2015 08:30",
            "01/03/2015 à 14h05",
            "2015-03-01 12:00:00.000",
        ] {
            assert_eq!(
                read_day(text).map(|day| day.to_string()).as_deref(),
                Some("2015-03-01"),
                "{text}"
            );
        }
        for (text, day) in [
            ("12 août 2015", "2015-08-12"),
            ("12 aou. 2015", "2015-08-12"),
            ("3 sept. 2015", "2015-09-03"),
            ("3 févr 2015", "2015-02-03"),
            ("3 juil. 2015", "2015-07-03"),
            ("20102012", "2012-10-20"),
            ("19121920", "1920-12-19"),
        ] {
            let read = read_day(text).map(|day| day.to_string());
            assert_eq!(read.as_deref(), Some(day), "{text}");
        }
    }

    #[test]
    fn no_day_of_eight_digits_has_two_meanings() {
        let mut day = civil_date(1900, 1, 1);
        while day.year() <= 2100 {
            let (year, month, number) = (day.year(), day.month(), day.day());
            for text in [
                format!("{year:04}{month:02}{number:02}"),
                format!("{number:02}{month:02}{year:04}"),
            ] {
                assert_eq!(read_day(&text), Some(day), "{text}");
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for text in [
            "31/02/2015",
            "29/02/2015",
            "12/31/2015",
            "00/01/2015",
            "01/03/15",
            "2015",
            "42064",
            "01/03",
            "mars 2015",
            "1 brumaire 2015",
            "01/03/2015 matin",
            "2015-03-01T22:30:00Z",
            "2015-03-01T12:30:00Z",
            "2015-03-01 22:00:00",
            "2015-03-01 23:00:00+01:00",
            "di 01/03/2015",
            "01/03/2015 -",
            "01/03/20155",
            "3 jui 2015",
            "3 ma 2015",
            "32012015",
            "01 03 15",
            "01 / 03 - 2015",
            "2015 03 01 12",
            "inscrit le 01/03/2015",
            "12345678",
            "=1+1",
            "né en 2015",
            "",
            "-",
            "//",
            "1/3/-15",
        ] {
            assert_eq!(read_day(text), None, "{text}");
        }
        assert!(read_day("29/02/2016").is_some());
    }
}
