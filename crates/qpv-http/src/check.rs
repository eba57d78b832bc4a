//! `/api/v1/check`: the zone of an address, a position or a building, and the eligibility to a programme there.
//! `/api/v1/programmes`: the programmes that a check takes.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use qpv_service::{
    AddressQuestion, CheckRequest, EligibilityRequest, FieldSelection, HumanReview, ReviewError,
    Service, Snapshot, StatedPerson, StatedPosition, StatedValue, Subject, VintageSelector, Zone,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::addresses::{filter, is_long};
use crate::audit::AuditedResult;
use crate::building_outlines::building_outlines;
use crate::extract::{self, JsonBody};
use crate::given_coordinate::GivenCoordinate;
use crate::indicators::fields;
use crate::json::json;
use crate::problem::{ErrorResponses, Problem};
use crate::state::App;
use crate::wire::{CheckAnswer, ProgrammeList, ZoningChoice};
use crate::workers::run_maybe_blocking;

/// The corrected position of an address, as a person placed it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacedBody {
    /// Longitude, WGS 84 degrees.
    lon: GivenCoordinate,
    /// Latitude.
    lat: GivenCoordinate,
    /// The uncertainty of the position, metres. Default: 20; 5 where the houses were seen on a plan or a photograph.
    uncertainty_m: Option<f64>,
}

impl PlacedBody {
    /// Returns the position, its uncertainty stated here or beside the address.
    fn position(self, beside_m: Option<f64>) -> Result<StatedPosition, Problem> {
        // Two values may differ, and neither could rightly be ignored.
        if self.uncertainty_m.is_some() && beside_m.is_some() {
            return Err(Problem::bad_body("give `uncertainty_m` once"));
        }
        let uncertainty_m = self.uncertainty_m.or(beside_m);
        Ok(StatedPosition::from_written(
            self.lon.0,
            self.lat.0,
            uncertainty_m,
        ))
    }
}

/// The value of a fact that only people know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "a value in `declared` is true, false, a number, or a text such as a day (2024-01-31)"
)]
enum DeclaredBody {
    Bool(bool),
    Number(f64),
    Text(String),
}

impl From<DeclaredBody> for StatedValue {
    fn from(body: DeclaredBody) -> Self {
        match body {
            DeclaredBody::Bool(value) => Self::Bool(value),
            DeclaredBody::Number(number) => Self::Number(number),
            DeclaredBody::Text(text) => Self::Text(text),
        }
    }
}

/// An address, a position or a building to check, and the facts that a programme needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckBody {
    /// The address, 200 characters at most.
    q: Option<String>,
    /// Only in this postcode.
    postcode: Option<String>,
    /// Only in this commune, by INSEE code.
    citycode: Option<String>,
    /// Beside an address: its corrected position, whose zone is then the answer.
    placed: Option<PlacedBody>,
    /// Instead of an address: the longitude of a position, WGS 84 degrees.
    lon: Option<GivenCoordinate>,
    /// Its latitude.
    lat: Option<GivenCoordinate>,
    /// The uncertainty of this position, metres. Default: 0; 20 for a corrected one.
    uncertainty_m: Option<f64>,
    /// Instead of both: the outline of a building, a GeoJSON `Polygon` or `MultiPolygon`, alone or in a `Feature`; or a project of
    /// several, a `FeatureCollection` whose features with the property `annex: true` are annexes, `name` being their name.
    #[schema(value_type = Option<Object>)]
    footprint: Option<Box<serde_json::value::RawValue>>,
    /// Vintage, such as `2024`. Default: the one in force there on the day `on`.
    vintage: Option<String>,
    /// A day (`YYYY-MM-DD`). Default: today.
    on: Option<String>,
    /// Indicators of `/api/v1/indicators`, a comma between them, or `all`: their figures come with the perimeters of the
    /// answer.
    pub(crate) fields: Option<String>,
    /// A programme of `/api/v1/programmes`, for its eligibility; several with a comma between them, or `*` for all that fit the
    /// subject: persons and establishments at an address or a position, buildings for an outline.
    programme: Option<String>,
    /// The person's birth date (`YYYY-MM-DD`).
    birth_date: Option<String>,
    /// The person's school, by its identifier (UAI).
    school_id: Option<String>,
    /// The same, by its name; `aucune` for none.
    school: Option<String>,
    /// The facts that only people know, by the names that the programme gives: true or false, a number, or a day as a text. Of
    /// several programmes, one counts for all that ask a fact of that name; `programme/name` states it for one alone.
    #[serde(default)]
    declared: BTreeMap<String, DeclaredBody>,
    /// Zonings of `/api/v1/zonings`, with commas between them; all that are loaded by default.
    zonings: Option<String>,
    /// The width of a ring, 1 to 4,000 metres.
    ring: Option<f64>,
    /// The review of an answer that is undetermined: it is given back beside the answer, with the eligibility that follows
    /// from it; printed and signed in a report, and kept nowhere.
    review: Option<ReviewBody>,
}

/// The review of an undetermined answer by somebody who has the evidence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewBody {
    /// The zone: `qpv`, `band_300m` or `outside`, one of those that the data leaves open.
    #[schema(example = "qpv")]
    zone: String,
    /// The evidence, 160 characters at most.
    reason: String,
    /// The function of whoever reviewed, 80 characters at most.
    by: String,
}

impl ReviewBody {
    fn review(&self) -> Result<HumanReview, ReviewError> {
        let mut zones = Zone::ALL.into_iter();
        let zone = zones.find(|zone| zone.name() == self.zone);
        let zone = zone.ok_or(ReviewError::Incomplete)?;
        HumanReview::new(zone, &self.reason, &self.by)
    }
}

/// Returns the zone of an address, a position or a building: `undetermined`, with the candidates, when the data does not
/// support a single answer. With a programme, returns the eligibility too, with every condition and its finding.
#[utoipa::path(post, path = "/api/v1/check", request_body = CheckBody, tag = "addresses",
    responses((status = 200, description = "The zone and, with a programme, the eligibility", body = CheckAnswer),
        ErrorResponses))]
pub(crate) async fn post_check(
    State(app): State<App>,
    JsonBody(body): JsonBody<CheckBody>,
) -> Result<Response, Problem> {
    let snapshot = app.service.snapshot();
    let zonings = extract::zonings(&snapshot, body.zonings.as_deref(), body.ring)?;
    let fields = fields(&snapshot, body.fields.as_deref())?;
    let request = body.into_request(&snapshot)?;
    let is_polygon = matches!(request.subject, Subject::Building(_));
    let may_wait = is_long(&snapshot) || app.service.address_service().is_some();
    let service = app.service.clone();
    // A polygon takes a core for long, hence the permit. An address may only wait for the remote geocoder.
    if is_polygon {
        app.run_heavy(move || answer(&service, &snapshot, &request, &zonings, fields.as_ref()))
            .await?
    } else {
        run_maybe_blocking(may_wait, move || {
            answer(&service, &snapshot, &request, &zonings, fields.as_ref())
        })
        .await
    }
}

/// Checks and writes the answer.
fn answer(
    service: &Service,
    snapshot: &Snapshot,
    request: &CheckRequest,
    zonings: &ZoningChoice,
    fields: Option<&FieldSelection>,
) -> Result<Response, Problem> {
    let outcome = service.check(snapshot, request)?;
    let answer = CheckAnswer::new(snapshot, &outcome)
        .with_zonings(snapshot, &outcome, zonings)
        .with_figures(snapshot, fields);
    Ok(AuditedResult::from_check(&outcome).attached_to(json(&answer)))
}

/// Lists the programmes that a check takes, with what they need and the texts that they come from.
#[utoipa::path(get, path = "/api/v1/programmes", tag = "programmes",
    responses((status = 200, description = "The programmes", body = ProgrammeList), ErrorResponses))]
pub(crate) async fn list_programmes(State(app): State<App>) -> Response {
    json(&ProgrammeList::new(&app.service.snapshot()))
}

impl CheckBody {
    /// Translates the body to the request of the service.
    pub(crate) fn into_request(self, snapshot: &Snapshot) -> Result<CheckRequest, Problem> {
        let vintage = extract::choice(self.vintage.as_deref(), self.on.as_deref())?;
        let vintage = extract::known(snapshot, vintage)?;
        let subject = self.subject()?;
        let review = self.review.as_ref().map(ReviewBody::review).transpose()?;
        let eligibility = self.into_eligibility(snapshot, vintage)?;
        Ok(CheckRequest {
            subject,
            vintage,
            eligibility,
            review,
        })
    }

    fn subject(&self) -> Result<Subject, Problem> {
        if let Some(outline) = &self.footprint {
            if !self.asks_only_footprint() {
                return Err(Problem::bad_body(
                    "`footprint` goes with no address and no position",
                ));
            }
            let geojson = extract::parse_json(outline.get().as_bytes())?;
            return Ok(Subject::Building(building_outlines(geojson)?));
        }
        match (&self.q, self.placed, self.lon, self.lat) {
            (Some(text), Some(placed), None, None) => Ok(Subject::CorrectedAddress {
                address: self.address(text)?,
                position: placed.position(self.uncertainty_m)?,
            }),
            (_, Some(_), _, _) => Err(Problem::bad_body("`placed` goes with `q`")),
            (Some(text), None, None, None) if self.uncertainty_m.is_none() => {
                Ok(Subject::Address(self.address(text)?))
            }
            // A postcode limits a search, and a position is not searched for.
            (None, None, Some(lon), Some(lat)) if !self.is_limited() => Ok(Subject::Position(
                StatedPosition::from_written(lon.0, lat.0, self.uncertainty_m),
            )),
            _ => Err(Problem::bad_body(
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

    /// Returns whether a postcode or a commune limits the search.
    fn is_limited(&self) -> bool {
        self.postcode.is_some() || self.citycode.is_some()
    }

    fn asks_only_footprint(&self) -> bool {
        let has_position = self.lon.is_some() || self.lat.is_some();
        !has_position
            && self.uncertainty_m.is_none()
            && self.q.is_none()
            && self.placed.is_none()
            && !self.is_limited()
    }

    fn into_eligibility(
        self,
        snapshot: &Snapshot,
        vintage: VintageSelector,
    ) -> Result<Vec<EligibilityRequest>, Problem> {
        let has_school = self.school_id.is_some() || self.school.is_some();
        let Some(id) = self.programme else {
            // Facts without a programme are refused: ignored, they would seem to have counted.
            if self.birth_date.is_none() && !has_school && self.declared.is_empty() {
                return Ok(Vec::new());
            }
            return Err(Problem::bad_body(
                "`birth_date`, `school_id`, `school` and `declared` need `programme`",
            ));
        };
        let programmes = snapshot.programmes_of(&id, self.footprint.is_some())?;
        if self.school_id.is_some() && self.school.is_some() {
            return Err(Problem::bad_body("give `school_id` or `school`, not both"));
        }
        let person = StatedPerson {
            birth_date: self.birth_date.as_deref().map(birth_date).transpose()?,
            // The list of schools is searched for an identifier or a name alike.
            school: self.school_id.or(self.school),
            declared: self
                .declared
                .into_iter()
                .map(|(name, value)| (name, value.into()))
                .collect(),
        };
        Ok(EligibilityRequest::for_each(&programmes, &person, vintage)?)
    }
}

fn birth_date(text: &str) -> Result<Date, Problem> {
    Date::from_str(text).map_err(|_| {
        Problem::bad_parameter(format!(
            "`birth_date` must be a date such as 2015-06-30, not `{text}`"
        ))
    })
}
