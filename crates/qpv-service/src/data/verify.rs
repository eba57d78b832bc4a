//! The check of stored files that imports compute (indexes, the drawn band) against the data they
//! stand beside.

use std::collections::BTreeMap;

use qpv_addresses::{AddressIndex, SearchFilter};
use qpv_engine::{ArraysError, BandDrawing, IndexError, PointIndex};
use qpv_geodata::addresses::located;
use qpv_geodata::store::{LoadedZoning, MappedFile, ZoningExtent};
use qpv_model::Address;

use super::{AddressesEntry, Error, Store, VerifyFault, VerifyReport};

/// Number of addresses that are looked for by their own words, spread over all of them.
const SOUGHT: usize = 1000;
/// Answers to its own words among which an address' street must be.
const WITHIN: usize = 10;
/// One in so many may be missed: streets are published under names such as `N°`.
const MISSED: u64 = 100;

/// [`Store::verify`], and whether the point indexes and the bands drawn are those of the perimeters they stand beside, and the addresses
/// those that the dataset says, in their communes, and found.
///
/// # Errors
/// As [`Store::verify`].
pub fn verify(store: &Store, digest: Option<&str>) -> Result<VerifyReport, Error> {
    let mut report = store.verify(digest)?;
    // Files that are damaged already say nothing of those computed from them.
    if !report.is_sound() {
        return Ok(report);
    }
    let dataset = store.open(&report.digest)?;
    for ((layer, point_index), band) in dataset
        .layers
        .iter()
        .zip(dataset.point_indexes)
        .zip(dataset.bands)
    {
        let perimeters = &layer.perimeters;
        let point_index = point_index
            .transpose()?
            .map(|it| PointIndex::from_bytes(Box::new(it), perimeters));
        let band = band
            .transpose()?
            .map(|it| BandDrawing::from_bytes(Box::new(it), perimeters));
        // Built anew and compared: the same perimeters always give the same bytes.
        let index_fault = derived_fault(point_index, |stored| {
            PointIndex::build(perimeters).is_some_and(|built| built.bytes() == stored.bytes())
        });
        let band_fault = derived_fault(band, |stored| {
            BandDrawing::build(perimeters).bytes() == stored.bytes()
        });
        for (what, fault) in [("point index", index_fault), ("band drawn", band_fault)]
            .into_iter()
            .filter_map(|(what, fault)| Some((what, fault?)))
        {
            let fault = format!("{what}: {fault}; import the files again");
            report.faults.push(VerifyFault {
                vintage: Some(layer.vintage),
                code_qp: None,
                fault,
            });
        }
    }
    for zoning in dataset.zonings {
        if let Some(fault) = zoning_fault(zoning)? {
            report.faults.push(VerifyFault {
                vintage: None,
                code_qp: None,
                fault,
            });
        }
    }
    if let (Some(entry), Some(stored)) = (&dataset.descriptor.addresses, dataset.addresses) {
        for fault in address_faults(entry, stored) {
            let fault = format!("addresses: {fault}; import their files again");
            report.faults.push(VerifyFault {
                vintage: None,
                code_qp: None,
                fault,
            });
        }
    }
    Ok(report)
}

/// Returns the fault of the point index of a zoning.
fn zoning_fault(zoning: LoadedZoning) -> Result<Option<String>, Error> {
    let ZoningExtent::Areas(layer) = zoning.extent else {
        return Ok(None);
    };
    let index = zoning
        .point_index
        .transpose()?
        .map(|it| PointIndex::from_bytes(Box::new(it), &layer.areas));
    let fault = derived_fault(index, |stored| {
        PointIndex::build(&layer.areas).is_some_and(|built| built.bytes() == stored.bytes())
    });
    Ok(fault.map(|fault| {
        let name = zoning.record.name;
        format!("zoning {name}: point index: {fault}; import its file again")
    }))
}

/// Returns the fault of a stored file that is computed from perimeters. One of another version is
/// left aside, and made again in memory: no fault.
fn derived_fault<T>(
    stored: Option<Result<T, IndexError>>,
    is_fresh: impl FnOnce(T) -> bool,
) -> Option<String> {
    match stored? {
        Err(IndexError::Arrays(ArraysError::OtherVersion)) => None,
        Err(error) => Some(error.to_string()),
        Ok(read) => (!is_fresh(read)).then(|| "it is not that of these perimeters".to_owned()),
    }
}

/// Returns the faults of an index of addresses, read from one end to the other.
fn address_faults(entry: &AddressesEntry, stored: MappedFile) -> Vec<String> {
    let index = match AddressIndex::open(Box::new(stored))
        .and_then(|index| index.check().map(|()| index))
    {
        Ok(index) => index,
        Err(fault) => return vec![fault.to_string()],
    };
    let mut counts: BTreeMap<&str, u64> = entry
        .departments
        .keys()
        .map(|department| (&**department, 0))
        .collect();
    // Counted by kind: the index of a country could have millions of the same fault.
    let (mut strayed, mut misplaced, mut lost) =
        (Alike::default(), Alike::default(), Alike::default());
    let step = index.len().div_ceil(SOUGHT).max(1);
    for (at, address) in index.addresses().enumerate() {
        match counts.get_mut(address.citycode.department()) {
            Some(count) => *count += 1,
            None => strayed.note(|| format!("{} is in no department listed", address.label())),
        }
        if let Err(fault) = located(
            address.point.lon_deg(),
            address.point.lat_deg(),
            address.citycode,
        ) {
            misplaced.note(|| format!("{}: {fault}", address.label()));
        }
        if at % step == 0 && !is_found(&index, &address) {
            lost.note(|| format!("{} is not found by its own words", address.label()));
        }
    }
    if lost.count <= (index.len().div_ceil(step) as u64 / MISSED).max(1) {
        lost = Alike::default();
    }
    let wrong = entry
        .departments
        .iter()
        .filter(|(department, part)| counts[department.as_str()] != part.addresses);
    let wrong = wrong.map(|(department, part)| {
        format!(
            "department {department} has {} of them instead of {}",
            counts[department.as_str()],
            part.addresses
        )
    });
    wrong
        .chain([strayed, misplaced, lost].iter().filter_map(Alike::told))
        .collect()
}

/// Returns true when the street of an address is among the best answers to the address. Its number
/// need not be: what follows one may be anything (`1 et3`).
fn is_found(index: &AddressIndex, address: &Address) -> bool {
    // Without the parts that only distinguish addresses of one name: the street is enough here.
    let asked = Address {
        locality: String::new(),
        old_city: String::new(),
        ..address.clone()
    };
    let found = index.search(&asked.label(), false, &SearchFilter::default(), WITHIN);
    found
        .iter()
        .any(|found| (found.citycode, &found.street) == (address.citycode, &address.street))
}

/// Faults of one kind: the first, and how many.
#[derive(Debug, Default)]
struct Alike {
    first: String,
    count: u64,
}

impl Alike {
    fn note(&mut self, fault: impl FnOnce() -> String) {
        if self.count == 0 {
            self.first = fault();
        }
        self.count += 1;
    }

    fn told(&self) -> Option<String> {
        match self.count {
            0 => None,
            1 => Some(self.first.clone()),
            count => Some(format!("{} ({} more like it)", self.first, count - 1)),
        }
    }
}
