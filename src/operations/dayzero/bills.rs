//! The tag `bills`: list, create, get, receive, and what bank transactions pay on them
//! (BEHAVIOUR 6).

use super::lists::{Source, listing};
use super::query::{Needle, Only, id, maybe_moment};
use super::{DayZero, api, links, wire, wording};
use crate::domain::{
    Bill, BillId, BillLifecycle, BillReceipt, Cents, Ledger, Linked, NewBill, NewLink, Order,
    TransactionId, VendorId,
};
use crate::operations::{Cx, Failure, Resource};

impl api::BillsApi for DayZero {
    fn list_bills(
        cx: &mut Cx<'_>,
        request: api::ListBillsRequest,
    ) -> Result<api::ListBillsReply, Failure> {
        let ledger = cx.ledger()?;
        let bills = ledger.bills();
        let all = bills.by_age(Order::Ascending);
        let source = match request.sort_by.as_deref() {
            Some("updated_at") => Source::sorted_by(all, |it| it.updated_at),
            Some("due_on") => Source::sorted_by(all, |it| it.due_at),
            Some("amount") => {
                // As it is answered: a draft has none yet.
                let came = |it: &Bill| it.lifecycle != BillLifecycle::Draft;
                Source::sorted_by(all, move |it| came(it).then_some(it.total))
            }
            _ => Source::ByAge(bills),
        };
        let wanted = wanted(ledger, &request);
        let slice = listing!(request).cut(&source, wanted)?;
        Ok(api::ListBillsReply::Ok(wire::bills::page(ledger, slice)?))
    }

    fn create_bill(
        cx: &mut Cx<'_>,
        request: api::CreateBillRequest,
    ) -> Result<api::CreateBillReply, Failure> {
        let (ledger, body) = (cx.ledger()?, request.body);
        let currency = wire::currency(body.currency, ledger.business().base_currency);
        let new = NewBill {
            number: number(ledger, body.bill_number),
            kind: wire::bills::kind(body.type_.as_deref())?,
            memo: body.description.unwrap_or_default(),
            due_at: maybe_moment("due_on", body.due_on.as_deref())?,
            expected_at: maybe_moment(
                "expected_paid_on_date",
                body.expected_paid_on_date.as_deref(),
            )?,
            attachments: body.s3_key.into_iter().collect(),
            ..wire::bills::blank(vendor(ledger, &body.vendor_id)?, currency)
        };
        let expected = body.expected_amount.map(Cents::new);
        let mut ids = cx.ids()?;
        let new_id = ids.v7();
        let mut ids = ids.beginning_with(new_id);
        let bill = ledger.plan_expected_bill(new, expected, &mut ids, cx.now())?;
        let ledger = cx.apply(bill.clone())?;
        Ok(api::CreateBillReply::Created(wire::bills::bill(ledger, &bill)?))
    }

    fn create_bill_received(
        cx: &mut Cx<'_>,
        request: api::CreateBillReceivedRequest,
    ) -> Result<api::CreateBillReceivedReply, Failure> {
        let (ledger, body) = (cx.ledger()?, request.body);
        let currency = wire::currency(body.currency, ledger.business().base_currency);
        let received_at = maybe_moment("received_on", body.received_on.as_deref())?;
        let new = NewBill {
            number: number(ledger, body.bill_number),
            kind: wire::bills::kind(body.type_.as_deref())?,
            memo: body.description.unwrap_or_default(),
            total: Cents::new(body.amount),
            lifecycle: BillLifecycle::Received,
            received_at: received_at.or(Some(cx.now())),
            due_at: maybe_moment("due_on", body.due_on.as_deref())?,
            attachments: body.s3_key.into_iter().collect(),
            ..wire::bills::blank(vendor(ledger, &body.vendor_id)?, currency)
        };
        let mut ids = cx.ids()?;
        let new_id = ids.v7();
        let bill = ledger.plan_bill(new, &mut ids.beginning_with(new_id), cx.now())?;
        let ledger = cx.apply(bill.clone())?;
        Ok(api::CreateBillReceivedReply::Created(wire::bills::bill(ledger, &bill)?))
    }

    fn get_bill(
        cx: &mut Cx<'_>,
        request: api::GetBillRequest,
    ) -> Result<api::GetBillReply, Failure> {
        let bill = found(cx, &request.bill_id)?;
        Ok(api::GetBillReply::Ok(wire::bills::bill(cx.ledger()?, bill)?))
    }

    fn mark_bill_received(
        cx: &mut Cx<'_>,
        request: api::MarkBillReceivedRequest,
    ) -> Result<api::MarkBillReceivedReply, Failure> {
        let (bill, body) = (found(cx, &request.bill_id)?, request.body);
        let received_at = maybe_moment("received_on", body.received_on.as_deref())?;
        maybe_moment("journal_entry_date", body.journal_entry_date.as_deref())?;
        let receipt = BillReceipt {
            total: Cents::new(body.amount),
            received_at: received_at.unwrap_or(cx.now()),
            due_at: maybe_moment("due_on", body.due_on.as_deref())?,
            attachment: body.s3_key,
        };
        let bill = cx.ledger()?.plan_receipt(bill, receipt, cx.now())?;
        let ledger = cx.apply(bill.clone())?;
        Ok(api::MarkBillReceivedReply::Ok(wire::bills::bill(ledger, &bill)?))
    }

    fn list_bill_payments(
        cx: &mut Cx<'_>,
        request: api::ListBillPaymentsRequest,
    ) -> Result<api::ListBillPaymentsReply, Failure> {
        let document = Linked::Bill(found(cx, &request.bill_id)?.id);
        let ledger = cx.ledger()?;
        let source = links::of(ledger, document, request.sort_by.as_deref());
        let slice = listing!(request).cut(&source, |_| true)?;
        Ok(api::ListBillPaymentsReply::Ok(wire::bills::payments(ledger, slice)?))
    }

    fn create_bill_payment(
        cx: &mut Cx<'_>,
        request: api::CreateBillPaymentRequest,
    ) -> Result<api::CreateBillPaymentReply, Failure> {
        let bill = found(cx, &request.bill_id)?.id;
        let new = NewLink {
            document: Linked::Bill(bill),
            transaction: TransactionId::written(&request.body.transaction_id),
            amount: Cents::new(request.body.amount),
            paid_on: request.body.paid_on,
        };
        let (ledger, link) = links::add(cx, new)?;
        Ok(api::CreateBillPaymentReply::Created(wire::bills::payment(ledger, &link)?))
    }

    fn delete_bill_payment(
        cx: &mut Cx<'_>,
        request: api::DeleteBillPaymentRequest,
    ) -> Result<api::DeleteBillPaymentReply, Failure> {
        let document = Linked::Bill(found(cx, &request.bill_id)?.id);
        links::remove(cx, document, id(&request.payment_id))?;
        Ok(api::DeleteBillPaymentReply::Ok(wire::removed()))
    }
}

/// Which bills a list was asked for.
fn wanted<'a>(
    ledger: &'a Ledger,
    request: &api::ListBillsRequest,
) -> impl Fn(&Bill) -> bool + use<'a> {
    let of = Only::new(request.vendor_id.as_deref());
    let status = request.status.clone();
    let vendor = Needle::new(request.vendor_search.as_deref());
    let needle = Needle::new(request.search.as_deref());
    let number = Needle::new(request.bill_number.as_deref());
    let (from, to) = (request.due_date_from, request.due_date_to);
    move |bill| {
        let name = ledger.vendor(bill.vendor).map_or("", |vendor| &vendor.name);
        let due = bill.due_at.map(|due| due.date_naive());
        of.is(bill.vendor.0)
            && status
                .as_ref()
                .is_none_or(|status| *status == wording::bill_status(bill.status()).to_string())
            && vendor.is_in(&[name])
            && needle.is_in(&[&bill.number, &bill.memo, name])
            && number.is_in(&[&bill.number])
            && from.is_none_or(|from| due.is_some_and(|due| due >= from))
            && to.is_none_or(|to| due.is_some_and(|due| due <= to))
    }
}

/// The number that was sent, or else the next.
fn number(ledger: &Ledger, sent: Option<String>) -> String {
    let sent = sent.filter(|number| !number.is_empty());
    let taken = |number: &String| ledger.bills().iter().any(|bill| bill.number == *number);
    let next = || {
        let numbers = (ledger.bills().len() + 1..).map(|count| format!("B-{count:04}"));
        numbers.into_iter().find(|number| !taken(number)).unwrap_or_default()
    };
    sent.unwrap_or_else(next)
}

fn vendor(ledger: &Ledger, sent: &str) -> Result<VendorId, Failure> {
    id(sent)
        .map(VendorId)
        .filter(|vendor| ledger.vendor(*vendor).is_some())
        .ok_or(Failure::NotFound(Resource::Vendor))
}

fn found<'a>(cx: &'a Cx<'_>, sent: &str) -> Result<&'a Bill, Failure> {
    let ledger = cx.ledger()?;
    id(sent).and_then(|id| ledger.bill(BillId(id))).ok_or(Failure::NotFound(Resource::Bill))
}
