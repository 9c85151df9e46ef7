//! The tag `Bills`: list, create, get.

use chrono::{DateTime, Utc};

use super::query::{Paging, ids, text, words};
use super::{Thredfi, api, wire};
use crate::domain::{Bill, BillId, Error, Ids, Ledger, NewBill, Order, Page, VendorId};
use crate::operations::{Cx, Failure, Resource};

/// What a list of bills can be asked for.
const STATUSES: &[&str] = &["draft", "received", "partially_paid", "paid", "voided", "overdue"];

impl api::BillsApi for Thredfi {
    fn list_bills(
        cx: &mut Cx<'_>,
        request: api::ListBillsRequest,
    ) -> Result<api::ListBillsReply, Failure> {
        let (ledger, paging) = (cx.ledger()?, Paging::new(request.page, request.page_size));
        let bills = ledger.bills_by_receipt(Order::Descending);
        let (skip, take) = (paging.skip(), paging.take());
        let page = match filter(ledger, request, cx.now())? {
            None => Page::cut(bills, ledger.bills().len(), skip, take),
            Some(wanted) => Page::counted(bills.filter(|bill| wanted(bill)), skip, take),
        };
        Ok(api::ListBillsReply::Ok(wire::bills::page(ledger, &page, paging, cx.now())?))
    }

    fn create_bill(
        cx: &mut Cx<'_>,
        request: api::CreateBillRequest,
    ) -> Result<api::CreateBillReply, Failure> {
        let (ledger, now) = (cx.ledger()?, cx.now());
        if request.idempotency_key.is_none()
            && let Some(existing) = ledger.bills().by_external_id(&request.body.external_id)
        {
            return Ok(api::CreateBillReply::Ok(wire::bills::bill(ledger, existing, now)?));
        }
        let (base, mut ids) = (ledger.business().base_currency, cx.ids()?);
        let (new, faults) = wire::bills::new_bill(request.body, base, &mut ids, now)?;
        let bill = planned(ledger, new, faults, &mut ids, now)?;
        let ledger = cx.apply(bill.clone())?;
        Ok(api::CreateBillReply::Created(wire::bills::bill(ledger, &bill, now)?))
    }

    fn get_bill(
        cx: &mut Cx<'_>,
        request: api::GetBillRequest,
    ) -> Result<api::GetBillReply, Failure> {
        let ledger = cx.ledger()?;
        let bill = ledger.bill(BillId(request.bill_id));
        let bill = bill.ok_or(Failure::NotFound(Resource::Bill))?;
        Ok(api::GetBillReply::Ok(wire::bills::bill(ledger, bill, cx.now())?))
    }
}

/// The bill that was asked for, which is in the base currency here. What is wrong with the fields
/// is said at once, and before what the books refuse.
fn planned(
    ledger: &Ledger,
    new: NewBill,
    mut faults: Vec<crate::domain::Fault>,
    ids: &mut Ids,
    now: DateTime<Utc>,
) -> Result<Bill, Error> {
    let planned = ledger.plan_bill(new, ids, now);
    let planned = match planned {
        Err(Error::Faults(others)) => {
            faults.extend(others);
            return Err(Error::Faults(faults));
        }
        _ if !faults.is_empty() => return Err(Error::Faults(faults)),
        planned => planned?,
    };
    let base = ledger.business().base_currency;
    if planned.currency != base {
        return Err(Error::CurrencyMismatch { sent: planned.currency.code().to_owned(), base });
    }
    Ok(planned)
}

/// Whether a list shows a bill; `None` where it shows all of them.
fn filter(
    ledger: &Ledger,
    request: api::ListBillsRequest,
    now: DateTime<Utc>,
) -> Result<Option<impl Fn(&Bill) -> bool>, Failure> {
    let statuses = words("status", request.status.as_deref(), STATUSES)?;
    let vendors: Vec<_> = ids(request.vendor_id.as_deref()).map(VendorId).collect();
    let search = text(request.search).map(|text| text.to_lowercase());
    let (from, to) = (request.due_at_start, request.due_at_end);
    let all = statuses.is_empty() && vendors.is_empty() && search.is_none();
    if all && from.is_none() && to.is_none() {
        return Ok(None);
    }
    let stands = move |bill: &Bill, status: &str| {
        status == wire::bill_status(bill.status()) || status == "overdue" && bill.is_overdue(now)
    };
    let mentions = |bill: &Bill, part: &str| {
        let vendor = ledger.vendor(bill.vendor).map_or("", |vendor| &vendor.name);
        [&bill.number, &bill.vendor_number, &bill.external_id, &bill.memo, vendor]
            .into_iter()
            .any(|text| text.to_lowercase().contains(part))
    };
    Ok(Some(move |bill: &Bill| {
        (statuses.is_empty() || statuses.iter().any(|status| stands(bill, status)))
            && (vendors.is_empty() || vendors.contains(&bill.vendor))
            && from.is_none_or(|from| bill.due_at.is_some_and(|due| due >= from))
            && to.is_none_or(|to| bill.due_at.is_some_and(|due| due <= to))
            && search.as_ref().is_none_or(|part| mentions(bill, part))
    }))
}
