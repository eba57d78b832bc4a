//! The addresses of a dataset: one index, which the store does not interpret, and the sources of each department.

use std::collections::BTreeMap;

use crate::addresses::AddressReport;
use crate::error::Error;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::{AddressesEntry, DepartmentEntry};
use crate::store::folder::Store;
use crate::store::mapping::{MappedFile, map};
use crate::store::stored::{ADDRESSES, NewFile, StoredFile};
use crate::store::verify_report::VerifyReport;

/// Addresses to be stored in place of the current ones.
#[derive(Debug)]
pub struct AddressComponent<'a> {
    /// The index of all addresses, which the store does not interpret.
    pub index: &'a [u8],
    /// The sources of each department.
    pub departments: BTreeMap<String, DepartmentEntry>,
    /// The report of the last import.
    pub report: AddressReport,
    /// The index that the addresses of other departments were read from.
    pub based_on: Option<StoredFile>,
}

impl<'a> AddressComponent<'a> {
    /// Returns the entry of these addresses, and the files it needs.
    pub(super) fn encoded(&self) -> (AddressesEntry, [NewFile<'a>; 2]) {
        let report = serde_json::to_vec_pretty(&self.report).expect("a report is serialisable");
        let files = [
            NewFile::new(self.index, ADDRESSES),
            NewFile::new(report, "json"),
        ];
        // The total is the sum of the departments, so that the two cannot disagree.
        let entry = AddressesEntry {
            addresses: self
                .departments
                .values()
                .map(|department| department.addresses)
                .sum(),
            departments: self.departments.clone(),
            index: files[0].file.clone(),
            report: files[1].file.clone(),
        };
        (entry, files)
    }
}

impl Store {
    /// Stores these addresses in place of those of the current dataset, keeps its other parts, and makes the result current.
    /// Nothing of a fictional dataset is kept. Returns the digest.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`] without any address; [`Error::Overtaken`] when the current dataset's addresses are
    /// not those the new ones are based on; [`Error::Locked`], [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_addresses(&self, component: &AddressComponent<'_>) -> Result<String, Error> {
        let (entry, files) = component.encoded();
        // An index without addresses would seem to cover the departments it names.
        if entry.addresses == 0 {
            return Err(Error::NothingToPublish);
        }
        self.replace(false, &files, |next| {
            // Another import may have changed the addresses since they were read: its work would be lost.
            let before = next.addresses.replace(entry).map(|entry| entry.index);
            if before == component.based_on {
                Ok(())
            } else {
                Err(Error::Overtaken)
            }
        })
    }

    /// Maps the index of a dataset's addresses into memory. Its sum is left to verification.
    pub(super) fn load_addresses(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Option<MappedFile>, Error> {
        let stored = descriptor.addresses.as_ref().map(|entry| &entry.index);
        stored
            .map(|file| map(&self.object_path(file, ADDRESSES), file.bytes))
            .transpose()
    }

    /// Reads the report of the last import of a dataset's addresses.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn address_report(&self, entry: &AddressesEntry) -> Result<AddressReport, Error> {
        self.load_json(&entry.report, "a report of addresses")
    }

    pub(super) fn verify_addresses(&self, entry: &AddressesEntry, report: &mut VerifyReport) {
        report.addresses = entry.addresses;
        for (file, extension) in entry.objects() {
            report.files += 1;
            report.bytes += file.bytes;
            if let Err(error) = self.check_objects([(file, extension)]) {
                report.add(error.to_string());
            }
        }
    }
}
