//! `/api/v1/check`: in which zone an address, a position or a building lies, and whether somebody is eligible to a
//! programme there. `/api/v1/programmes`: those that can be asked.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use qpv_service::model::Slug;
use qpv_service::programmes::Programme;
use qpv_service::{
    AddressCheck, Case, CorrectedAddress, Footprint, Person, Place, SearchFilter, Service,
    Snapshot, VintageSelector,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::addresses::{aside, filter, is_long};
use crate::answer::json;
use crate::extract;
use crate::problem::Problem;
use crate::wire::{CheckAnswer, EligibilityAnswer, ProgrammeList};
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
    /// The address at that position; the doubt on it may also stand beside the question.
    pub(crate) fn of(
        self,
        beside_m: Option<f64>,
        (service, snapshot): (&Service, &Snapshot),
        (q, filter): (&str, &SearchFilter),
        choice: VintageSelector,
    ) -> Result<CorrectedAddress, Problem> {
        if self.uncertainty_m.is_some() && beside_m.is_some() {
            return Err(Problem::new("bad_body", "give `uncertainty_m` once"));
        }
        let check = service.check_to_place(snapshot, q, filter, choice)?;
        Ok(snapshot.place(
            check,
            (self.lon, self.lat),
            choice,
            self.uncertainty_m.or(beside_m),
        )?)
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
    let choice = extract::choice(body.vintage.as_deref(), body.on.as_deref())?;
    let subject = body.subject()?;
    let snapshot = app.service.snapshot();
    let eligibility = body.asked().read(&snapshot, choice)?;
    let long = is_long(&snapshot) || app.service.address_service().is_some();
    let heavy = matches!(subject, Subject::Building(_));
    let service = app.service.clone();
    let answer = move || {
        let looked = subject.look(&service, &snapshot, choice)?;
        Ok(looked.answer(&snapshot, eligibility, choice))
    };
    // A polygon takes long, and an address may wait for the distant service.
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

/// What is asked of.
enum Subject {
    Address {
        q: String,
        filter: SearchFilter,
    },
    Placed {
        q: String,
        filter: SearchFilter,
        at: PlacedBody,
        uncertainty_m: Option<f64>,
    },
    Position {
        place: Place,
        uncertainty_m: f64,
    },
    Building(geo_types::MultiPolygon<f64>),
}

/// What was found of it.
enum Looked {
    Address(Box<AddressCheck>),
    Placed(Box<CorrectedAddress>),
    Position {
        place: Place,
        uncertainty_m: f64,
        standing: Box<qpv_service::PointAnswer>,
    },
    Building(qpv_service::model::Vintage, Footprint),
}

impl CheckBody {
    fn subject(&self) -> Result<Subject, Problem> {
        let (within, doubt) = (
            self.postcode.is_some() || self.citycode.is_some(),
            self.uncertainty_m.is_some(),
        );
        let placed = self.placed;
        match (&self.q, self.lon, self.lat, &self.footprint) {
            (Some(q), None, None, None) if placed.is_some() || !doubt => {
                let (q, uncertainty_m) = (q.clone(), self.uncertainty_m);
                let filter = filter(
                    None,
                    self.postcode.as_deref(),
                    self.citycode.as_deref(),
                    None,
                )?;
                Ok(match placed {
                    Some(at) => Subject::Placed {
                        q,
                        filter,
                        at,
                        uncertainty_m,
                    },
                    None => Subject::Address { q, filter },
                })
            }
            _ if placed.is_some() => Err(Problem::new("bad_body", "`placed` goes with `q`")),
            (None, Some(lon), Some(lat), None) if !within => {
                let uncertainty_m = self.uncertainty_m.unwrap_or(0.0);
                Ok(Subject::Position {
                    place: Place::LonLat(lon, lat),
                    uncertainty_m,
                })
            }
            (None, None, None, Some(outline)) if !within && !doubt => Ok(Subject::Building(
                polygon_of(extract::json(outline.get().as_bytes())?)?,
            )),
            _ => Err(Problem::new(
                "bad_body",
                "give either `q`, with `postcode` and `citycode` if need be, or `lon` and `lat`, with `uncertainty_m` if need \
                be, or `footprint`",
            )),
        }
    }

    fn asked(&self) -> AskedProgramme<'_> {
        AskedProgramme {
            programme: self.programme.as_deref(),
            birth_date: self.birth_date.as_deref(),
            school: [self.school_id.as_deref(), self.school.as_deref()],
            declared: &self.declared,
        }
    }
}

/// A programme asked of a person, as a body writes it.
pub(crate) struct AskedProgramme<'a> {
    pub(crate) programme: Option<&'a str>,
    pub(crate) birth_date: Option<&'a str>,
    /// By its identifier, and by its name.
    pub(crate) school: [Option<&'a str>; 2],
    pub(crate) declared: &'a BTreeMap<String, bool>,
}

impl AskedProgramme<'_> {
    /// The programme, if any, with the person.
    pub(crate) fn read(
        &self,
        snapshot: &Snapshot,
        choice: VintageSelector,
    ) -> Result<Option<(Programme, Person)>, Problem> {
        let Some(id) = self.programme else {
            let nothing = self.birth_date.is_none()
                && self.school == [None, None]
                && self.declared.is_empty();
            let fault = || {
                Problem::new(
                    "bad_body",
                    "`birth_date`, `school_id`, `school` and `declared` need `programme`",
                )
            };
            return if nothing { Ok(None) } else { Err(fault()) };
        };
        let programme = snapshot.programme(id)?.clone();
        if matches!(choice, VintageSelector::Vintage(_)) {
            let detail = "a programme is judged on a day, with the perimeters then in force: give `on`, not `vintage`";
            return Err(Problem::new("bad_parameter", detail));
        }
        let school = match self.school {
            [Some(_), Some(_)] => {
                return Err(Problem::new(
                    "bad_body",
                    "give `school_id` or `school`, not both",
                ));
            }
            [id, name] => id.or(name),
        };
        let birth_date = self.birth_date.map(|text| {
            let fault = || format!("`birth_date` must be a date such as 2015-06-30, not `{text}`");
            Date::from_str(text).map_err(|_| Problem::new("bad_parameter", fault()))
        });
        let declared = self
            .declared
            .iter()
            .map(|(name, value)| Ok((declared(&programme, name)?, *value)));
        let person = Person {
            birth_date: birth_date.transpose()?,
            school: school.map(ToOwned::to_owned),
            declared: declared.collect::<Result<_, Problem>>()?,
        };
        person.check(choice.day())?;
        Ok(Some((programme, person)))
    }
}

/// The name of something that a programme asks to be declared.
fn declared(programme: &Programme, name: &str) -> Result<Slug, Problem> {
    let known = programme.declarations();
    known
        .iter()
        .find(|(known, _)| known.as_str() == name)
        .map(|(known, _)| (*known).clone())
        .ok_or_else(|| {
            let known: Vec<&str> = known.iter().map(|(known, _)| known.as_str()).collect();
            let detail = format!(
                "`{}` asks no declaration `{name}`; it asks: {}",
                programme.id,
                known.join(", ")
            );
            Problem::new("bad_parameter", detail)
        })
}

impl Subject {
    fn look(
        self,
        service: &Service,
        snapshot: &Snapshot,
        choice: VintageSelector,
    ) -> Result<Looked, Problem> {
        Ok(match self {
            Self::Address { q, filter } => {
                Looked::Address(Box::new(service.check(snapshot, &q, &filter, choice)?))
            }
            Self::Placed {
                q,
                filter,
                at,
                uncertainty_m,
            } => Looked::Placed(Box::new(at.of(
                uncertainty_m,
                (service, snapshot),
                (&q, &filter),
                choice,
            )?)),
            Self::Position {
                place,
                uncertainty_m,
            } => {
                let standing = Box::new(snapshot.locate(place, choice, Some(uncertainty_m))?);
                Looked::Position {
                    place,
                    uncertainty_m,
                    standing,
                }
            }
            Self::Building(outline) => {
                let (vintage, footprint) = snapshot.footprint(&outline, choice)?;
                Looked::Building(vintage, footprint)
            }
        })
    }
}

impl Looked {
    fn answer(
        &self,
        snapshot: &Snapshot,
        eligibility: Option<(Programme, Person)>,
        choice: VintageSelector,
    ) -> Response {
        let profile = match self {
            Self::Address(check) => snapshot.profile_to_show(check, choice),
            _ => None,
        };
        let mut answer = match self {
            Self::Address(check) => {
                CheckAnswer::new(snapshot, check).with_profile(snapshot, profile.as_ref())
            }
            Self::Placed(placed) => CheckAnswer::placed(snapshot, placed),
            Self::Position { standing, .. } => CheckAnswer::at(snapshot, standing),
            Self::Building(vintage, footprint) => {
                CheckAnswer::of_building(snapshot, *vintage, footprint)
            }
        };
        let Some((programme, person)) = eligibility else {
            return json(&answer);
        };
        let home = match self {
            Self::Address(check) => Some(snapshot.home_of_check(check)),
            Self::Placed(placed) => Some(snapshot.home_of_placed(placed)),
            Self::Position {
                place,
                uncertainty_m,
                ..
            } => snapshot.home_at(*place, Some(*uncertainty_m)).ok(),
            Self::Building(..) => None,
        };
        let building = match self {
            Self::Building(vintage, footprint) => Some((*vintage, footprint.clone())),
            _ => None,
        };
        let case = Case {
            home: home.as_ref(),
            footprint: building.as_ref(),
            person,
        };
        let assessment = snapshot.assess(&programme, &case, choice);
        answer.eligibility = Some(EligibilityAnswer::new(&assessment));
        json(&answer)
    }
}
