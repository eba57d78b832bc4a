//! The answers of SIG Ville's contract: its members, its codes, and those added for what it has no code for.

use std::collections::BTreeSet;

use qpv_french::{key, sentence};
use qpv_service::model::{CommuneCode, Perimeter, Vintage};
use qpv_service::{
    Candidate, CheckOutcome, CheckedPlace, Snapshot, Subject, UndeterminedReason, ZoningStanding,
    centimetres, commune_perimeters,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::DatasetRef;

/// The answer to "is it in this zoning?". The first two are SIG Ville's, the others are added here. None of those contains
/// OUI or NON, so that a client that looks for these words in them finds none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ResponseCode {
    /// Inside.
    Oui,
    /// The data does not support a single answer; a person must look.
    Indetermine,
    /// The zoning is not loaded here, or there is none of that name.
    Indisponible,
    /// Outside.
    Non,
    /// The request could not be read, or not be answered.
    Erreur,
}

/// The reason for the answer. The first is SIG Ville's, the others are added here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InfoCode {
    /// The address was found, and all that it may be agree.
    VoieTraitee,
    /// The position was answered for.
    PositionTraitee,
    /// No address was found.
    AdresseIntrouvable,
    /// The address found is too unlike the one asked.
    AdresseDifferente,
    /// Several addresses may be meant, and lie on both sides.
    AdressesMultiples,
    /// Known to its street only, which lies on both sides.
    VoiePartagee,
    /// Known to its commune only.
    CommuneSeule,
    /// A line is closer than the position is exact.
    PositionImprecise,
    /// The published position is too far from the commune to be right.
    PositionDouteuse,
    /// The data loaded does not cover the place.
    HorsCouverture,
    /// The zoning is not loaded.
    ZonageAbsent,
    /// The request is refused.
    RequeteRefusee,
}

/// The answer for one zoning.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SigVilleZoning {
    /// The zoning, as asked, in capitals.
    #[schema(example = "QP")]
    pub type_quartier: String,
    /// `OUI`, `NON`, or one of the codes added here.
    pub code_reponse: ResponseCode,
    /// The name of the neighbourhood; null unless the answer is `OUI` and all that the place may be lie in the same.
    pub nom_quartier: Option<String>,
    /// Its code, in the same cases.
    pub code_quartier: Option<String>,
    /// The reason.
    pub code_info: InfoCode,
    /// The same for people, in French.
    pub info: String,
}

/// The address found. All members are null when none was; a position asked has coordinates only.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct FoundAddress {
    /// The address in one line.
    pub label: Option<String>,
    /// Its similarity to the address asked, from 0 to 100.
    pub score: Option<f64>,
    /// Its number.
    pub num_voie: Option<String>,
    /// Its street.
    pub nom_voie: Option<String>,
    /// Its postcode.
    pub code_postal: Option<String>,
    /// Its commune.
    pub nom_commune: Option<String>,
    /// The INSEE code of the commune.
    #[schema(value_type = Option<String>)]
    pub code_insee: Option<CommuneCode>,
    /// Longitude, WGS 84 degrees.
    pub x: Option<f64>,
    /// Latitude.
    pub y: Option<f64>,
}

/// The answer to a request of this contract. The members of the first level are those of the zoning that decides: the first
/// one that is `OUI`, else the first that leaves something open, else the first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SigVilleAnswer<'a> {
    /// The zoning that decides.
    #[serde(flatten)]
    deciding: Option<SigVilleZoning>,
    /// `COMMUNE_AVEC_QUARTIER` or `COMMUNE_SANS_QUARTIER` in the zonings asked; null when the commune, or that, is not sure.
    loccom_ref: Option<&'static str>,
    /// The address found.
    adresse: FoundAddress,
    /// The answer for each zoning, in the order asked.
    reponses: Vec<SigVilleZoning>,
    /// The dataset that the answer comes from.
    dataset: DatasetRef<'a>,
    #[serde(skip)]
    snapshot: &'a Snapshot,
    #[serde(skip)]
    is_address: bool,
    #[serde(skip)]
    communes: BTreeSet<CommuneCode>,
    #[serde(skip)]
    vintages: BTreeSet<Vintage>,
}

/// A refusal, in the form of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct SigVilleError {
    /// The members that a client reads first.
    #[serde(flatten)]
    refusal: SigVilleZoning,
    /// Always empty.
    reponses: [SigVilleZoning; 0],
}

impl SigVilleZoning {
    /// Returns the answer for a zoning that is not loaded.
    #[must_use]
    pub fn not_loaded(zoning: &str) -> Self {
        let info = sentence(key::SIG_VILLE_NOT_LOADED, &[("zoning", zoning)]);
        Self::open(
            zoning,
            ResponseCode::Indisponible,
            InfoCode::ZonageAbsent,
            info,
        )
    }

    /// Returns the answer for a place that the data does not cover.
    #[must_use]
    pub fn not_covered(zoning: &str) -> Self {
        Self::undetermined(zoning, UndeterminedReason::Coverage)
    }

    fn undetermined(zoning: &str, reason: UndeterminedReason) -> Self {
        Self::open(
            zoning,
            ResponseCode::Indetermine,
            reason.into(),
            reason.message_fr(),
        )
    }

    fn open(zoning: &str, code: ResponseCode, info_code: InfoCode, info: String) -> Self {
        Self {
            type_quartier: zoning.to_owned(),
            code_reponse: code,
            nom_quartier: None,
            code_quartier: None,
            code_info: info_code,
            info,
        }
    }

    fn inside(zoning: &str, info_code: InfoCode, perimeters: &[&Perimeter]) -> Self {
        // Perimeters may overlap: the members have room for one, and the sentence names all.
        let first = perimeters.first();
        let named: Vec<String> = perimeters
            .iter()
            .map(|it| format!("{} - {}", it.lib_qp, it.code_qp))
            .collect();
        let info = if named.is_empty() {
            sentence(key::SIG_VILLE_INSIDE_SEVERAL, &[("zoning", zoning)])
        } else {
            let values = [("zoning", zoning), ("qpv", &*named.join(", "))];
            sentence(key::SIG_VILLE_INSIDE, &values)
        };
        Self {
            nom_quartier: first.map(|it| it.lib_qp.clone()),
            code_quartier: first.map(|it| it.code_qp.to_string()),
            ..Self::open(zoning, ResponseCode::Oui, info_code, info)
        }
    }

    fn outside(zoning: &str, info_code: InfoCode) -> Self {
        let info = sentence(key::SIG_VILLE_OUTSIDE, &[("zoning", zoning)]);
        Self::open(zoning, ResponseCode::Non, info_code, info)
    }
}

impl<'a> SigVilleAnswer<'a> {
    /// Creates an answer without any zoning yet.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, subject: &Subject) -> Self {
        let adresse = match subject {
            Subject::Position(position) => FoundAddress {
                x: Some(position.lon_deg),
                y: Some(position.lat_deg),
                ..FoundAddress::default()
            },
            _ => FoundAddress::default(),
        };
        Self {
            deciding: None,
            loccom_ref: None,
            adresse,
            reponses: Vec::new(),
            dataset: DatasetRef::new(snapshot),
            snapshot,
            is_address: matches!(subject, Subject::Address(_)),
            communes: BTreeSet::new(),
            vintages: BTreeSet::new(),
        }
    }

    /// Adds the answer for a zoning.
    pub fn add(&mut self, answer: SigVilleZoning) {
        self.reponses.push(answer);
    }

    /// Adds the answer of a zoning that was imported, for a place that was checked.
    pub fn add_zoning(&mut self, zoning: &str, name: &str, outcome: &CheckOutcome<'_>) {
        self.take_address(&outcome.place);
        let (place, found) = (&outcome.place, self.found_code());
        let day = outcome.request.vintage.day();
        let answer = place.zoning_answer(self.snapshot, name, day);
        self.add(
            match answer.as_ref().map(|answer| (answer.standing, answer)) {
                Some((ZoningStanding::Inside, answer)) => SigVilleZoning {
                    nom_quartier: answer.areas().next().map(ToOwned::to_owned),
                    ..SigVilleZoning::inside(zoning, found, &[])
                },
                Some((ZoningStanding::Outside, _)) => SigVilleZoning::outside(zoning, found),
                // What it was on another day says nothing of today.
                Some((ZoningStanding::NotInForce, _)) => SigVilleZoning::not_loaded(zoning),
                Some((ZoningStanding::Undetermined, _)) | None => {
                    let reason = place.undetermined_reason();
                    SigVilleZoning::undetermined(
                        zoning,
                        reason.unwrap_or(UndeterminedReason::Position),
                    )
                }
            },
        );
    }

    /// Adds the answer that a check gives for a zoning.
    pub fn add_outcome(&mut self, zoning: &str, outcome: &CheckOutcome<'_>) {
        let place = &outcome.place;
        self.take_address(place);
        let found = self.found_code();
        self.add(
            match place.is_inside(self.snapshot, outcome.request.vintage) {
                Some(true) => {
                    SigVilleZoning::inside(zoning, found, &place.perimeters(self.snapshot))
                }
                Some(false) => SigVilleZoning::outside(zoning, found),
                // Told apart from a doubt, for an import mends it.
                None if place.lacks_perimeters() => SigVilleZoning::not_loaded(zoning),
                None => {
                    let reason = place.undetermined_reason();
                    SigVilleZoning::undetermined(
                        zoning,
                        reason.unwrap_or(UndeterminedReason::Position),
                    )
                }
            },
        );
        self.vintages.extend(place.vintage());
    }

    /// Takes the address found: the same for every zoning, as the addresses are.
    fn take_address(&mut self, place: &CheckedPlace) {
        if let CheckedPlace::Address(check) = place {
            let candidates = check.candidates.iter().map(|checked| &checked.candidate);
            self.communes = candidates.clone().map(|it| it.citycode).collect();
            self.adresse = candidates
                .clone()
                .next()
                .map(FoundAddress::new)
                .unwrap_or_default();
        }
    }

    fn found_code(&self) -> InfoCode {
        if self.is_address {
            InfoCode::VoieTraitee
        } else {
            InfoCode::PositionTraitee
        }
    }

    /// Returns the answer with the members of the first level.
    #[must_use]
    pub fn finished(mut self) -> Self {
        self.loccom_ref = self.commune_code();
        // The first of equals, as the list is in the order asked.
        let deciding = self.reponses.iter().min_by_key(|it| it.code_reponse);
        self.deciding = deciding.cloned();
        self
    }

    /// Returns whether the commune has a neighbourhood in the vintages that answered, by SIG Ville's code.
    fn commune_code(&self) -> Option<&'static str> {
        let mut communes = self.communes.iter();
        let only = communes.next().filter(|_| communes.next().is_none())?;
        // A code that no table knows says nothing of a commune.
        let commune = commune_perimeters(self.snapshot, *only).ok()?;
        let mut listed = self.vintages.iter().filter_map(|it| commune.qpv.get(it));
        if listed.any(|perimeters| !perimeters.is_empty()) {
            return Some("COMMUNE_AVEC_QUARTIER");
        }
        // An empty list says so only where all perimeters are loaded and matched to their communes.
        let is_sure = !self.vintages.is_empty()
            && self.vintages.is_subset(&commune.complete)
            && commune.unmatched.is_empty();
        is_sure.then_some("COMMUNE_SANS_QUARTIER")
    }
}

impl FoundAddress {
    fn new(candidate: &Candidate) -> Self {
        Self {
            label: Some(candidate.label()),
            score: Some(centimetres(candidate.score * 100.0)),
            num_voie: candidate.housenumber.clone(),
            nom_voie: known_text(&candidate.street),
            code_postal: known_text(&candidate.postcode),
            nom_commune: known_text(&candidate.city),
            code_insee: Some(candidate.citycode),
            x: Some(candidate.point.lon_deg()),
            y: Some(candidate.point.lat_deg()),
        }
    }
}

fn known_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl SigVilleError {
    /// Creates the refusal with this explanation, in French.
    #[must_use]
    pub fn new(info: String) -> Self {
        let (code, info_code) = (ResponseCode::Erreur, InfoCode::RequeteRefusee);
        Self {
            refusal: SigVilleZoning::open("", code, info_code, info),
            reponses: [],
        }
    }
}

impl From<UndeterminedReason> for InfoCode {
    fn from(reason: UndeterminedReason) -> Self {
        match reason {
            UndeterminedReason::NotFound
            | UndeterminedReason::NotLoaded(_)
            | UndeterminedReason::NamesakesNotLoaded => Self::AdresseIntrouvable,
            UndeterminedReason::Unlike => Self::AdresseDifferente,
            UndeterminedReason::Candidates | UndeterminedReason::PlaceNotNamed => {
                Self::AdressesMultiples
            }
            UndeterminedReason::Street => Self::VoiePartagee,
            UndeterminedReason::Commune => Self::CommuneSeule,
            UndeterminedReason::Position => Self::PositionImprecise,
            UndeterminedReason::DoubtfulPosition => Self::PositionDouteuse,
            UndeterminedReason::Coverage | UndeterminedReason::NotInForce { .. } => {
                Self::HorsCouverture
            }
        }
    }
}
