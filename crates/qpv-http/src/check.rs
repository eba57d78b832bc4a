//! `/api/v1/check`: in which zone an address, a position or a building lies, and whether somebody is eligible to a
//! programme there. `/api/v1/programmes`: those that can be asked.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use qpv_service::{
    AddressQuestion, CheckError, CheckRequest, EligibilityError, EligibilityRequest, Snapshot,
    StatedPerson, StatedPosition, Subject, VintageSelector,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::addresses::{aside, filter, is_long};
use crate::answer::json;
use crate::extract;
use crate::problem::Problem;
use crate::wire::{CheckAnswer, ProgrammeList};
use crate::zones::polygon_of;

/// Where an address truly is, as a person placed it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacedBody {
    /// Longitude, WGS 84 degrees.
    lon: f64,
    /// Latitude.
    lat: f64,
    /// How far the door may lie from there, metres. Default: 5.
    uncertainty_m: Option<f64>,
}

impl PlacedBody {
    /// Returns the position, its uncertainty stated here or beside the address.
    fn position(self, beside_m: Option<f64>) -> Result<StatedPosition, Problem> {
        if self.uncertainty_m.is_some() && beside_m.is_some() {
            return Err(Problem::new("bad_body", "give `uncertainty_m` once"));
        }
        Ok(StatedPosition {
            lon_deg: self.lon,
            lat_deg: self.lat,
            uncertainty_m: self.uncertainty_m.or(beside_m),
        })
    }
}

/// An address, a position or a building whose zone is asked, and what a programme asks besides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckBody {
    /// The address, 200 characters at most.
    q: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Beside an address: where it truly is. The zone is then that of this position.
    placed: Option<PlacedBody>,
    /// Instead of an address: the longitude of a position, WGS 84 degrees.
    lon: Option<f64>,
    /// Its latitude.
    lat: Option<f64>,
    /// The doubt on this position, metres. Default: 0; 5 for one that was placed.
    uncertainty_m: Option<f64>,
    /// Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`.
    #[schema(value_type = Option<Object>)]
    footprint: Option<Box<serde_json::value::RawValue>>,
    /// Vintage, `2015` or `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
    /// A programme of `/api/v1/programmes`, for its eligibility.
    programme: Option<String>,
    /// The person's birth date (`YYYY-MM-DD`).
    birth_date: Option<String>,
    /// The person's school, by its identifier (UAI).
    school_id: Option<String>,
    /// The same, by its name; `aucune` for none.
    school: Option<String>,
    /// What is declared, by the names that the programme gives.
    #[serde(default)]
    declared: BTreeMap<String, bool>,
}

/// In which zone an address, a position or a building lies: `undetermined`, with the candidates, whenever something speaks
/// against a flat answer. With a programme, whether it takes the person, with every condition and what was found.
#[utoipa::path(post, path = "/api/v1/check", request_body = CheckBody, tag = "addresses",
    responses((status = 200, body = CheckAnswer), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn post_check(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    let body: CheckBody = extract::json(&body)?;
    let snapshot = app.service.snapshot();
    let request = body.into_request(&snapshot)?;
    let long = is_long(&snapshot) || app.service.address_service().is_some();
    let heavy = matches!(request.subject, Subject::Building(_));
    let service = app.service.clone();
    let answer = move || {
        let outcome = service.check(&snapshot, &request)?;
        Ok(json(&CheckAnswer::new(&snapshot, &outcome)))
    };
    // A polygon takes long, and an address may wait for the remote geocoder.
    if heavy {
        app.heavy(answer).await?
    } else {
        aside(long, answer).await
    }
}

/// The programmes that can be asked, with what they need and the texts they come from.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes", responses((status = 200, body = ProgrammeList)))]
pub(crate) async fn list_programmes(State(app): State<App>) -> Response {
    json(&ProgrammeList::new(&app.service.snapshot()))
}

impl CheckBody {
    /// Translates the body to the request of the service.
    pub(crate) fn into_request(self, snapshot: &Snapshot) -> Result<CheckRequest, Problem> {
        let vintage = extract::choice(self.vintage.as_deref(), self.on.as_deref())?;
        let subject = self.subject()?;
        let eligibility = self.into_eligibility(snapshot, vintage)?;
        Ok(CheckRequest {
            subject,
            vintage,
            eligibility,
        })
    }

    fn subject(&self) -> Result<Subject, Problem> {
        if let Some(outline) = &self.footprint {
            if !self.asks_only_footprint() {
                return Err(Problem::new(
                    "bad_body",
                    "`footprint` goes with no address and no position",
                ));
            }
            let outline = polygon_of(extract::json(outline.get().as_bytes())?)?;
            return Ok(Subject::Building(outline));
        }
        match (&self.q, self.placed, self.lon, self.lat) {
            (Some(text), Some(placed), None, None) => Ok(Subject::CorrectedAddress {
                address: self.address(text)?,
                position: placed.position(self.uncertainty_m)?,
            }),
            (_, Some(_), _, _) => Err(Problem::new("bad_body", "`placed` goes with `q`")),
            (Some(text), None, None, None) if self.uncertainty_m.is_none() => {
                Ok(Subject::Address(self.address(text)?))
            }
            (None, None, Some(lon_deg), Some(lat_deg)) if !self.is_limited() => {
                Ok(Subject::Position(StatedPosition {
                    lon_deg,
                    lat_deg,
                    uncertainty_m: self.uncertainty_m,
                }))
            }
            _ => Err(Problem::new(
                "bad_body",
                "give either `q`, with `postcode` and `citycode` if need be, or `lon` and `lat`, with `uncertainty_m` if need \
                be, or `footprint`",
            )),
        }
    }

    fn address(&self, text: &str) -> Result<AddressQuestion, Problem> {
        let (postcode, citycode) = (self.postcode.as_deref(), self.citycode.as_deref());
        Ok(AddressQuestion {
            text: text.to_owned(),
            filter: filter(None, postcode, citycode, None)?,
        })
    }

    /// Whether a postcode or a commune limits the search.
    fn is_limited(&self) -> bool {
        self.postcode.is_some() || self.citycode.is_some()
    }

    fn asks_only_footprint(&self) -> bool {
        let no_position = [self.lon, self.lat, self.uncertainty_m] == [None; 3];
        no_position && self.q.is_none() && self.placed.is_none() && !self.is_limited()
    }

    fn into_eligibility(
        self,
        snapshot: &Snapshot,
        vintage: VintageSelector,
    ) -> Result<Option<EligibilityRequest>, Problem> {
        let has_school = self.school_id.is_some() || self.school.is_some();
        let Some(id) = self.programme else {
            if self.birth_date.is_none() && !has_school && self.declared.is_empty() {
                return Ok(None);
            }
            return Err(Problem::new(
                "bad_body",
                "`birth_date`, `school_id`, `school` and `declared` need `programme`",
            ));
        };
        let programme = snapshot.programme(&id)?;
        if self.school_id.is_some() && self.school.is_some() {
            return Err(Problem::new(
                "bad_body",
                "give `school_id` or `school`, not both",
            ));
        }
        let person = StatedPerson {
            birth_date: self.birth_date.as_deref().map(birth_date).transpose()?,
            school: self.school_id.or(self.school),
            declared: self.declared,
        };
        Ok(Some(EligibilityRequest::new(programme, person, vintage)?))
    }
}

fn birth_date(text: &str) -> Result<Date, Problem> {
    Date::from_str(text).map_err(|_| {
        Problem::new(
            "bad_parameter",
            format!("`birth_date` must be a date such as 2015-06-30, not `{text}`"),
        )
    })
}

impl From<CheckError> for Problem {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Address(error) => error.into(),
            CheckError::Query(error) => error.into(),
        }
    }
}

impl From<EligibilityError> for Problem {
    fn from(error: EligibilityError) -> Self {
        match error {
            EligibilityError::Person(error) => error.into(),
            EligibilityError::DayNeeded | EligibilityError::UnknownDeclaration { .. } => {
                Self::new("bad_parameter", error.to_string())
            }
        }
    }
}
