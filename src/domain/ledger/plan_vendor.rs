//! The rules for writing down a vendor.

use chrono::{DateTime, Utc};

use super::Ledger;
use crate::domain::{
    Contact, Error, Fault, FaultKind, FaultPlace, Ids, Vendor, VendorId, VendorStatus,
};

/// A vendor that somebody asks to have written down. Fields mean what they mean in [`Vendor`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of Vendor")]
pub struct NewVendor {
    pub external_id: String,
    pub individual_name: String,
    pub company_name: String,
    pub contact: Contact,
    pub memo: String,
    pub tags: Vec<String>,
}

impl Ledger {
    /// Plans the writing down of a vendor, who has a name.
    ///
    /// # Errors
    /// [`Error::Faults`].
    pub fn plan_vendor(
        &self,
        new: NewVendor,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Vendor, Error> {
        let names = [&new.company_name, &new.individual_name];
        let name = names.into_iter().find(|name| !name.trim().is_empty()).cloned();
        let Some(name) = name else {
            let (place, kind) = (FaultPlace::Name, FaultKind::Required);
            return Err(Error::Faults(vec![Fault { place, kind }]));
        };
        Ok(Vendor {
            id: VendorId(ids.v4()),
            external_id: new.external_id,
            name,
            individual_name: new.individual_name,
            company_name: new.company_name,
            contact: new.contact,
            memo: new.memo,
            tags: new.tags,
            status: VendorStatus::Active,
            created_at: now,
            updated_at: now,
        })
    }
}
