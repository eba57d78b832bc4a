//! Days as lists write them: `2015-03-12`, `12/03/2015`, `12 mars 2015`.

use jiff::civil::Date;
use qpv_geodata::communes::normalised;

const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

/// The day of a text: year first, or day first as in France, midnight behind it or nothing. `None` for anything else: an instant,
/// whose day depends on where one is, a day that
/// no month has, a year of two digits, which does not say its century, or a month first.
pub(super) fn read_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let words: Vec<String> = normalised(text).split(' ').map(ToOwned::to_owned).collect();
    if let [day, month, year] = words.as_slice()
        && let Some(month) = MONTHS.iter().position(|name| month == name)
    {
        let day = day.strip_suffix("er").unwrap_or(day);
        return date(year, &(month + 1).to_string(), day);
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    if !time.chars().all(|character| "0:.".contains(character)) {
        return None;
    }
    let separator = day.chars().find(|character| !character.is_ascii_digit())?;
    let parts: Vec<&str> = day.split(separator).collect();
    match (separator, parts.as_slice()) {
        ('-' | '/' | '.', [year, month, day]) if year.len() == 4 => date(year, month, day),
        ('-' | '/' | '.', [day, month, year]) => date(year, month, day),
        _ => None,
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str, most: usize| {
        let right =
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        right.then(|| text.parse::<i16>().ok()).flatten()
    };
    let (month, day) = (
        i8::try_from(digits(month, 2)?).ok()?,
        i8::try_from(digits(day, 2)?).ok()?,
    );
    Date::new(digits(year, 4).filter(|_| year.len() == 4)?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(
                read_date(text).map(|day| day.to_string()).as_deref(),
                Some("2015-03-01"),
                "{text}"
            );
        }
        assert_eq!(
            read_date("12 août 2015")
                .map(|day| day.to_string())
                .as_deref(),
            Some("2015-08-12")
        );
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
            "01/03/2015 -",
            "01/03/20155",
            "=1+1",
            "né en 2015",
            "",
            "-",
            "//",
            "1/3/-15",
        ] {
            assert_eq!(read_date(text), None, "{text}");
        }
        assert!(read_date("29/02/2016").is_some());
    }
}
