//! The rules for entering and archiving a customer.

use chrono::{DateTime, Utc};

use super::Ledger;
use crate::domain::{Customer, CustomerId, Error, Fault, FaultKind, FaultPlace, Ids, NewCustomer};

impl Ledger {
    /// Plans the entering of a customer, who must have a name.
    ///
    /// # Errors
    /// [`Error::Faults`].
    pub fn plan_customer(
        &self,
        new: NewCustomer,
        ids: &mut Ids,
        now: DateTime<Utc>,
    ) -> Result<Customer, Error> {
        let names = [&new.name, &new.company_name, &new.individual_name];
        let Some(name) = names.into_iter().find(|name| !name.trim().is_empty()).cloned() else {
            let (place, kind) = (FaultPlace::Name, FaultKind::Required);
            return Err(Error::Faults(vec![Fault { place, kind }]));
        };
        Ok(Customer {
            id: CustomerId(ids.v4()),
            external_id: new.external_id,
            name,
            individual_name: new.individual_name,
            company_name: new.company_name,
            reference_number: new.reference_number,
            contact: new.contact,
            vat_number: new.vat_number,
            tax_exempt: new.tax_exempt,
            notes: new.notes,
            tags: new.tags,
            metadata: new.metadata,
            payment_terms_days: new.payment_terms_days,
            credit_limit: new.credit_limit,
            status: new.status,
            archived_at: None,
            created_at: now,
            updated_at: now,
        })
    }

    /// Plans the archiving of a customer. What it owes and has paid stays as it is.
    ///
    /// # Errors
    /// [`Error::State`] where it was archived before.
    pub fn plan_archiving(
        &self,
        customer: &Customer,
        now: DateTime<Utc>,
    ) -> Result<Customer, Error> {
        if customer.archived_at.is_some() {
            let (what, from, to) = ("customer", "archived", "archived");
            return Err(Error::State { what, id: customer.id.0, from, to, allowed: Vec::new() });
        }
        Ok(Customer { archived_at: Some(now), updated_at: now, ..customer.clone() })
    }
}
