//! The area of a comparison as it is written in a request or on the command line.

use geo_types::Rect;
use qpv_french::{key, sentence};
use qpv_model::{CodeError, Wgs84Point};

use super::Scope;
use crate::error_code::{CodedError, ErrorCode};

/// The area as written: at most one of these. None is the whole country.
#[derive(Debug, Default, Clone, Copy)]
pub struct ScopeTexts<'a> {
    /// INSEE codes of communes, separated by commas.
    pub insee: Option<&'a str>,
    /// SIREN number of an intercommunality.
    pub epci: Option<&'a str>,
    /// Department code.
    pub departement: Option<&'a str>,
    /// INSEE code of a region.
    pub region: Option<&'a str>,
    /// West, south, east, north in degrees on WGS 84, separated by commas.
    pub bbox: Option<&'a str>,
}

/// Why a text is no area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// More than one kind of area.
    #[error("give one of `insee`, `epci`, `departement`, `region` and `bbox`, or none for the whole country; not `{}`", .0.join("` and `"))]
    Several(Vec<&'static str>),
    /// Not the code of a commune.
    #[error("`insee`: {0}")]
    Commune(#[from] CodeError),
    /// Not nine digits.
    #[error("`epci` is a SIREN number of nine digits such as 200035814, not `{0}`")]
    Epci(String),
    /// Not the code of a department.
    #[error("`departement` is a code such as 61, 2A or 974, not `{0}`")]
    Department(String),
    /// Not two digits.
    #[error("`region` is an INSEE code of two digits such as 28 or 01, not `{0}`")]
    Region(String),
    /// Not a rectangle of degrees.
    #[error(
        "`bbox` is west,south,east,north in degrees, longitude first, such as -0.7,48.7,-0.5,48.8; not `{0}`"
    )]
    Rectangle(String),
}

impl CodedError for ScopeError {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadParameter
    }

    fn message_fr(&self) -> String {
        let (key, value) = match self {
            Self::Several(names) => (key::ERROR_SCOPE_SEVERAL, names.join(", ")),
            Self::Commune(CodeError::Commune(text) | CodeError::Qpv(text)) => {
                (key::ERROR_SCOPE_INSEE, text.clone())
            }
            Self::Epci(text) => (key::ERROR_SCOPE_EPCI, text.clone()),
            Self::Department(text) => (key::ERROR_SCOPE_DEPARTEMENT, text.clone()),
            Self::Region(text) => (key::ERROR_SCOPE_REGION, text.clone()),
            Self::Rectangle(text) => (key::ERROR_SCOPE_BBOX, text.clone()),
        };
        sentence(key, &[("value", &value)])
    }
}

impl ScopeTexts<'_> {
    /// The area.
    ///
    /// # Errors
    /// [`ScopeError`] when there are several, or one is malformed.
    pub fn scope(&self) -> Result<Scope, ScopeError> {
        let named = [
            ("insee", self.insee),
            ("epci", self.epci),
            ("departement", self.departement),
            ("region", self.region),
            ("bbox", self.bbox),
        ];
        let given: Vec<_> = named
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)))
            .collect();
        match given.as_slice() {
            [] => Ok(Scope::Country),
            [("insee", text)] => Ok(Scope::Communes(
                text.split(',').map(str::parse).collect::<Result<_, _>>()?,
            )),
            [("epci", text)] => digits(text, 9)
                .map(Scope::Epci)
                .ok_or_else(|| ScopeError::Epci((*text).to_owned())),
            [("departement", text)] => department_code(text)
                .map(Scope::Department)
                .ok_or_else(|| ScopeError::Department((*text).to_owned())),
            [("region", text)] => digits(text, 2)
                .map(Scope::Region)
                .ok_or_else(|| ScopeError::Region((*text).to_owned())),
            [(_, text)] => rectangle(text)
                .map(Scope::Rectangle)
                .ok_or_else(|| ScopeError::Rectangle((*text).to_owned())),
            several => Err(ScopeError::Several(
                several.iter().map(|(name, _)| *name).collect(),
            )),
        }
    }
}

/// The code of a department as INSEE writes it, in capitals; `None` for what is not formed like one.
///
/// ```
/// use qpv_service::department_code;
/// assert_eq!(department_code(" 2a").as_deref(), Some("2A"));
/// assert_eq!(department_code("2015"), None);
/// ```
#[must_use]
pub fn department_code(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    let overseas = code.len() == 3 && (code.starts_with("97") || code.starts_with("98"));
    let formed = code == "2A" || code == "2B" || code.bytes().all(|byte| byte.is_ascii_digit());
    ((overseas || code.len() == 2) && formed).then_some(code)
}

fn digits(text: &str, count: usize) -> Option<String> {
    let text = text.trim();
    // Kept as text: the zero of `01` is part of the code.
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

/// A rectangle from west, south, east, north; none that crosses the antimeridian, which no territory here does.
fn rectangle(text: &str) -> Option<Rect<f64>> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|number| number.trim().parse())
        .collect::<Result<_, _>>()
        .ok()?;
    let [west, south, east, north] = numbers[..] else {
        return None;
    };
    let lower = Wgs84Point::new(west, south).ok()?;
    let upper = Wgs84Point::new(east, north).ok()?;
    (west <= east && south <= north).then(|| Rect::new(lower.coord(), upper.coord()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str, text: &str) -> Result<Scope, ScopeError> {
        let of = |known: &str| (known == name).then_some(text);
        let [insee, epci, departement, region, bbox] =
            ["insee", "epci", "departement", "region", "bbox"].map(of);
        ScopeTexts {
            insee,
            epci,
            departement,
            region,
            bbox,
        }
        .scope()
    }

    #[test]
    fn areas_are_read() {
        assert_eq!(ScopeTexts::default().scope(), Ok(Scope::Country));
        let communes = vec!["61169".parse().unwrap(), "2A004".parse().unwrap()];
        assert_eq!(
            scope("insee", "61169, 2a004".to_uppercase().as_str()),
            Ok(Scope::Communes(communes))
        );
        assert_eq!(
            scope("epci", "200035814"),
            Ok(Scope::Epci("200035814".into()))
        );
        assert_eq!(
            scope("departement", "2b"),
            Ok(Scope::Department("2B".into()))
        );
        assert_eq!(scope("region", "01"), Ok(Scope::Region("01".into())));
        let expected = Rect::new((-0.7, 48.7), (-0.5, 48.8));
        assert_eq!(
            scope("bbox", "-0.7,48.7, -0.5,48.8"),
            Ok(Scope::Rectangle(expected))
        );
    }

    #[test]
    fn what_is_no_area_is_refused() {
        for (name, text) in [
            ("insee", ""),
            ("insee", "61169,"),
            ("insee", "Flers"),
            ("epci", "Flers Agglo"),
            ("epci", "2000358140"),
            ("departement", "Orne"),
            ("region", "Normandie"),
            ("bbox", "1,2,3"),
            ("bbox", "-0.5,48.7,-0.7,48.8"),
            ("bbox", "0,48,inf,49"),
            ("bbox", "0,48,1,91"),
        ] {
            let fault = scope(name, text).unwrap_err();
            assert!(fault.to_string().contains(&format!("`{name}`")), "{fault}");
            let wrong = if name == "insee" {
                text.rsplit(',').next().unwrap()
            } else {
                text
            };
            assert!(
                fault.message_fr().contains(&format!("« {wrong} »")),
                "{}",
                fault.message_fr()
            );
        }
        let two = ScopeTexts {
            insee: Some("61169"),
            region: Some("28"),
            ..ScopeTexts::default()
        };
        let fault = two.scope().unwrap_err();
        assert_eq!(fault, ScopeError::Several(vec!["insee", "region"]));
        assert!(
            fault.to_string().ends_with("not `insee` and `region`"),
            "{fault}"
        );
        assert!(
            fault.message_fr().contains("(insee, region)"),
            "{}",
            fault.message_fr()
        );
    }
}
