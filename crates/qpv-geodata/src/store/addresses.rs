//! The addresses of a dataset: one index, which the store keeps as it is, and what each department of it comes from.

use std::collections::BTreeMap;

use crate::Error;
use crate::addresses::AddressReport;
use crate::store::descriptor::DatasetDescriptor;
use crate::store::entries::{AddressesEntry, DepartmentEntry};
use crate::store::files::{MappedFile, map};
use crate::store::folder::Store;
use crate::store::stored::{ADDRESSES, NewFile, StoredFile};
use crate::store::verify_report::{VerifyFault, VerifyReport};

/// Addresses to be stored in place of those there are.
#[derive(Debug)]
pub struct AddressComponent<'a> {
    /// The index of them all, to be given back as it is; the store does not read it.
    pub index: &'a [u8],
    /// What each department in it comes from.
    pub departments: BTreeMap<String, DepartmentEntry>,
    /// How the last import went.
    pub report: AddressReport,
    /// The index that addresses of other departments were kept from.
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
    /// Stores these addresses in place of those of the current dataset, beside all else it holds, and makes the result
    /// current. A fictional dataset is left behind altogether. Returns the digest.
    ///
    /// # Errors
    /// [`Error::NothingToPublish`] without any address; [`Error::Overtaken`] when the current dataset's addresses are
    /// not those the new ones are based on; [`Error::Locked`], [`Error::NoRoom`], [`Error::Damaged`], [`Error::Io`].
    pub fn publish_addresses(&self, component: &AddressComponent<'_>) -> Result<String, Error> {
        let (entry, files) = component.encoded();
        if entry.addresses == 0 {
            return Err(Error::NothingToPublish);
        }
        self.replace(false, &files, |next| {
            let before = next.addresses.replace(entry).map(|entry| entry.index);
            if before == component.based_on {
                Ok(())
            } else {
                Err(Error::Overtaken)
            }
        })
    }

    /// The index of a dataset's addresses, mapped into memory. Its sum is left to verification.
    pub(super) fn load_addresses(
        &self,
        descriptor: &DatasetDescriptor,
    ) -> Result<Option<MappedFile>, Error> {
        let stored = descriptor.addresses.as_ref().map(|entry| &entry.index);
        stored
            .map(|file| map(&self.object_path(file, ADDRESSES), file.bytes))
            .transpose()
    }

    /// How the last import of a dataset's addresses went.
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
                report.faults.push(VerifyFault {
                    vintage: None,
                    code_qp: None,
                    fault: error.to_string(),
                });
            }
        }
    }
}
