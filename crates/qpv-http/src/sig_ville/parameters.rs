//! The parameters of SIG Ville's contract, as its clients write them: in a query string, a form or JSON, in either case,
//! with or without brackets, once or several times.

use std::collections::BTreeMap;

use qpv_french::{key, sentence};
use qpv_service::model::WrittenCoordinate;
use qpv_service::{AddressQuestion, StatedPosition, Subject};
use serde_json::{Map, Value};

/// The parts of an address, in the order of an address line.
const ADDRESS_PARTS: [&str; 4] = ["num_voie", "nom_voie", "code_postal", "nom_commune"];
/// The forms of an address. They are all read alike: the parts or the lines in their order.
const ADDRESS_FORMS: [&str; 3] = ["WSA", "MIXTE", "AFNOR2"];
/// Zonings in one request: each is looked for on its own.
const MAX_ZONINGS: usize = 20;

/// The reason why parameters are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ParameterError {
    /// A parameter that must be there.
    Missing(&'static str),
    /// Not UTF-8.
    Encoding(String),
    /// Two values where one is possible.
    Repeated(String),
    /// Not a part of an address.
    AddressPart(String),
    /// Not a form of addresses.
    AddressForm(String),
    /// Not a coordinate.
    Coordinate(&'static str),
    /// More than [`MAX_ZONINGS`].
    TooManyZonings(usize),
    /// A body that is no form.
    Body,
}

impl ParameterError {
    /// The reason in French, as all texts of this contract are.
    pub(super) fn message_fr(&self) -> String {
        let (key, value) = match self {
            Self::Missing(name) => (key::SIG_VILLE_ERROR_MISSING, (*name).to_owned()),
            Self::Encoding(name) => (key::SIG_VILLE_ERROR_ENCODING, name.clone()),
            Self::Repeated(name) => (key::SIG_VILLE_ERROR_REPEATED, name.clone()),
            Self::AddressPart(name) => (key::SIG_VILLE_ERROR_ADDRESS_PART, name.clone()),
            Self::AddressForm(text) => (key::SIG_VILLE_ERROR_ADDRESS_FORM, text.clone()),
            Self::Coordinate(name) => (key::SIG_VILLE_ERROR_COORDINATE, (*name).to_owned()),
            Self::TooManyZonings(count) => (key::SIG_VILLE_ERROR_TOO_MANY, count.to_string()),
            Self::Body => (key::SIG_VILLE_ERROR_BODY, String::new()),
        };
        let most = MAX_ZONINGS.to_string();
        sentence(key, &[("value", &value), ("most", &most)])
    }
}

/// The parameters of a request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SigVilleParameters {
    /// The zonings asked, in capitals, each once and in the order asked.
    zonings: Vec<String>,
    /// The parts of the address, by name.
    parts: BTreeMap<&'static str, String>,
    /// The lines of the address.
    lines: Vec<String>,
    x: Option<String>,
    y: Option<String>,
}

impl SigVilleParameters {
    /// Reads the parameters of a query string and of a body.
    pub(super) fn read(query: &str, body: &[u8]) -> Result<Self, ParameterError> {
        let mut pairs = pairs_of_form(query.as_bytes())?;
        pairs.extend(pairs_of_body(body)?);
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.take(&name.trim().to_lowercase(), value.trim())?;
        }
        match parameters.zonings.len() {
            // The address without a zoning asks what every client of this contract asks.
            0 => parameters.zonings.push("QP".to_owned()),
            1..=MAX_ZONINGS => {}
            count => return Err(ParameterError::TooManyZonings(count)),
        }
        Ok(parameters)
    }

    /// Takes one parameter. Those of other names are left out, as clients send some for other services.
    fn take(&mut self, name: &str, value: &str) -> Result<(), ParameterError> {
        if value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(ParameterError::Encoding(name.to_owned()));
        }
        // A form sends the fields that nobody filled in.
        if value.is_empty() {
            return Ok(());
        }
        // Some clients number the brackets, and some nest them: `type_quartier[][0]`.
        let (base, key) = match name.split_once('[') {
            Some((base, rest)) => (base, rest.split(']').next().unwrap_or_default()),
            None => (name, ""),
        };
        match base {
            "type_quartier" => self.take_zonings(value),
            "type_adresse" => check_address_form(value)?,
            "adresse" => self.take_address(key.trim(), value)?,
            "x" => set(&mut self.x, name, value)?,
            "y" => set(&mut self.y, name, value)?,
            _ => {}
        }
        Ok(())
    }

    fn take_zonings(&mut self, value: &str) {
        for zoning in value.split(',') {
            let zoning = zoning.trim().to_uppercase();
            if !zoning.is_empty() && !self.zonings.contains(&zoning) {
                self.zonings.push(zoning);
            }
        }
    }

    fn take_address(&mut self, key: &str, value: &str) -> Result<(), ParameterError> {
        // No key, or a number: a line, as AFNOR2 has them.
        if key.bytes().all(|byte| byte.is_ascii_digit()) {
            self.lines.push(value.to_owned());
            return Ok(());
        }
        let Some(&part) = ADDRESS_PARTS.iter().find(|part| **part == key) else {
            return Err(ParameterError::AddressPart(key.to_owned()));
        };
        // A part that is not read could change the answer, so that others are refused.
        let before = self.parts.insert(part, value.to_owned());
        match before {
            Some(before) if before != value => {
                Err(ParameterError::Repeated(format!("adresse[{part}]")))
            }
            _ => Ok(()),
        }
    }

    /// The zonings asked, in capitals.
    pub(super) fn zonings(&self) -> &[String] {
        &self.zonings
    }

    /// Returns the address asked. Its postcode is part of the text: as a filter, a wrong one would find nothing.
    pub(super) fn address(&self) -> Result<Subject, ParameterError> {
        let parts = ADDRESS_PARTS.iter().filter_map(|part| self.parts.get(part));
        let pieces: Vec<&str> = parts.chain(&self.lines).map(String::as_str).collect();
        if pieces.is_empty() {
            return Err(ParameterError::Missing("adresse"));
        }
        Ok(Subject::Address(AddressQuestion {
            text: pieces.join(" "),
            ..AddressQuestion::default()
        }))
    }

    /// Returns the position asked.
    pub(super) fn position(&self) -> Result<Subject, ParameterError> {
        let lon = coordinate("x", self.x.as_deref())?;
        let lat = coordinate("y", self.y.as_deref())?;
        Ok(Subject::Position(StatedPosition::from_written(
            lon, lat, None,
        )))
    }
}

fn check_address_form(value: &str) -> Result<(), ParameterError> {
    let is_known = ADDRESS_FORMS
        .iter()
        .any(|form| form.eq_ignore_ascii_case(value));
    is_known
        .then_some(())
        .ok_or_else(|| ParameterError::AddressForm(value.to_owned()))
}

fn coordinate(name: &'static str, text: Option<&str>) -> Result<WrittenCoordinate, ParameterError> {
    let text = text.ok_or(ParameterError::Missing(name))?;
    text.parse().map_err(|_| ParameterError::Coordinate(name))
}

fn set(place: &mut Option<String>, name: &str, value: &str) -> Result<(), ParameterError> {
    match place {
        Some(before) if before != value => Err(ParameterError::Repeated(name.to_owned())),
        _ => {
            *place = Some(value.to_owned());
            Ok(())
        }
    }
}

fn pairs_of_form(text: &[u8]) -> Result<Vec<(String, String)>, ParameterError> {
    serde_urlencoded::from_bytes(text).map_err(|_| ParameterError::Body)
}

/// Reads a body by what it is: clients send JSON as their content type with forms, and with no body at all.
fn pairs_of_body(body: &[u8]) -> Result<Vec<(String, String)>, ParameterError> {
    let body = body.trim_ascii();
    match body.first() {
        None => Ok(Vec::new()),
        Some(b'{') => {
            let members: Map<String, Value> =
                serde_json::from_slice(body).map_err(|_| ParameterError::Body)?;
            let mut pairs = Vec::new();
            for (name, value) in members {
                flatten(&name, value, &mut pairs)?;
            }
            Ok(pairs)
        }
        // The boundary of a multipart form, which has no names to read as pairs.
        Some(b'-') => Err(ParameterError::Body),
        Some(_) => pairs_of_form(body),
    }
}

/// Writes a member of JSON as a form would: `adresse[nom_voie]`, `type_quartier[]`.
fn flatten(
    name: &str,
    value: Value,
    pairs: &mut Vec<(String, String)>,
) -> Result<(), ParameterError> {
    match value {
        Value::Null => {}
        Value::String(text) => pairs.push((name.to_owned(), text)),
        // A house number or a postcode that a client did not quote.
        Value::Number(number) => pairs.push((name.to_owned(), number.to_string())),
        Value::Array(values) if !name.contains('[') => {
            for value in values {
                flatten(&format!("{name}[]"), value, pairs)?;
            }
        }
        Value::Object(members) if !name.contains('[') => {
            for (key, value) in members {
                flatten(&format!("{name}[{key}]"), value, pairs)?;
            }
        }
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => return Err(ParameterError::Body),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(query: &str, body: &str) -> Result<String, ParameterError> {
        match SigVilleParameters::read(query, body.as_bytes())?.address()? {
            Subject::Address(question) => Ok(question.text),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_is_read_however_its_clients_write_it() {
        let expected = "1 rue des Cordiers 00100 Port-Fictif";
        let parts = "adresse[num_voie]=1&adresse[nom_voie]=rue des Cordiers&adresse[code_postal]=00100&\
            adresse[nom_commune]=Port-Fictif";
        let encoded = "type_quartier%5B%5D=QP&type_adresse=wsa&adresse%5Bnum_voie%5D=1&adresse%5Bnom_voie%5D=rue+des%20Cordiers\
            &adresse%5Bcode_postal%5D=00100&ADRESSE%5BNOM_COMMUNE%5D=Port-Fictif&_=17";
        let lines =
            "type_adresse=AFNOR2&adresse[0]=1 rue des Cordiers&adresse[1]=00100 Port-Fictif";
        for query in [parts, encoded, lines] {
            assert_eq!(text(query, ""), Ok(expected.to_owned()), "{query}");
            assert_eq!(text("", query), Ok(expected.to_owned()), "{query}");
        }
        for json in [
            r#"{"type_adresse": "WSA", "adresse": {"num_voie": 1, "nom_voie": "rue des Cordiers", "code_postal": "00100",
                "nom_commune": "Port-Fictif", "cedex": null}}"#,
            r#"{"adresse": ["1 rue des Cordiers", "00100 Port-Fictif"]}"#,
            r#" {"adresse": "1 rue des Cordiers 00100 Port-Fictif"}"#,
        ] {
            assert_eq!(text("", json), Ok(expected.to_owned()), "{json}");
        }
        assert_eq!(
            text(
                "adresse[nom_voie]=1 rue des Cordiers&adresse[code_postal]=",
                ""
            ),
            Ok("1 rue des Cordiers".to_owned())
        );
    }

    #[test]
    fn zonings_are_read_each_once_in_the_order_asked() {
        for query in [
            "type_quartier[]=qp&type_quartier[]=QP_2015&type_quartier[]=ZFU",
            "type_quartier=QP,QP_2015,ZFU&type_quartier=QP",
            "type_quartier%5B%5D%5B0%5D=QP&type_quartier%5B%5D%5B1%5D=QP_2015&type_quartier%5B%5D%5B2%5D=zfu",
            "Type_Quartier[0]= QP&Type_Quartier[1]=QP_2015&Type_Quartier[2]=ZFU",
        ] {
            let read = SigVilleParameters::read(query, b"").unwrap();
            assert_eq!(read.zonings(), ["QP", "QP_2015", "ZFU"], "{query}");
        }
        assert_eq!(
            SigVilleParameters::read("x=1", b"").unwrap().zonings(),
            ["QP"]
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_its_name() {
        for (query, body, expected) in [
            (
                "adresse[cedex]=1",
                "",
                ParameterError::AddressPart("cedex".into()),
            ),
            (
                "type_adresse=AFNOR",
                "",
                ParameterError::AddressForm("AFNOR".into()),
            ),
            (
                "adresse[nom_voie]=%E9",
                "",
                ParameterError::Encoding("adresse[nom_voie]".into()),
            ),
            (
                "adresse[code_postal]=1",
                "adresse[code_postal]=2",
                ParameterError::Repeated("adresse[code_postal]".into()),
            ),
            ("", "--boundary\r\n", ParameterError::Body),
            ("", "{\"adresse\": true}", ParameterError::Body),
            ("", "{", ParameterError::Body),
            (
                "adresse[nom_voie]=+&type_quartier=QP",
                "",
                ParameterError::Missing("adresse"),
            ),
        ] {
            assert_eq!(text(query, body), Err(expected), "{query} {body}");
        }
        let many: Vec<String> = (0..21).map(|n| format!("Z{n}")).collect();
        let fault = SigVilleParameters::read(&format!("type_quartier={}", many.join(",")), b"");
        assert_eq!(fault, Err(ParameterError::TooManyZonings(21)));
    }

    fn position(query: &str) -> Result<Subject, ParameterError> {
        SigVilleParameters::read(query, b"").unwrap().position()
    }

    #[test]
    fn a_position_needs_both_coordinates() {
        assert!(position("x=-3.61&y=46,2").is_ok());
        for (query, expected) in [
            ("y=46.2", ParameterError::Missing("x")),
            ("x=-3.6&y=", ParameterError::Missing("y")),
            ("x=est&y=46.2", ParameterError::Coordinate("x")),
            ("x=1&y=nord", ParameterError::Coordinate("y")),
        ] {
            assert_eq!(position(query).unwrap_err(), expected, "{query}");
        }
    }
}
