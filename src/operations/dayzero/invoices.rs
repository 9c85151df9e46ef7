//! The tag `invoices`: list, create, get, finalize, void, and the payments that bank transactions
//! bring (seed 004; BEHAVIOUR 6).

use super::lists::{Source, listing};
use super::query::{Needle, Only, id, words};
use super::{DayZero, api, links, types, wire, wording};
use crate::domain::{Cents, CustomerId, Invoice, InvoiceId, Linked, NewLink, Order, TransactionId};
use crate::operations::{Cx, Failure, Resource};
use uuid::Uuid;

/// What the number of an invoice begins with that is made here.
const PREFIX: &str = "DZ-";

/// The statuses that a filter can name.
const STATUSES: &[&str] =
    &["draft", "open", "partially_paid", "stripe_paid", "manual_paid", "void", "uncollectible"];

impl api::InvoicesApi for DayZero {
    fn get_invoices(
        cx: &mut Cx<'_>,
        request: api::GetInvoicesRequest,
    ) -> Result<api::GetInvoicesReply, Failure> {
        let ledger = cx.ledger()?;
        let statuses = words("status", request.status.as_deref(), STATUSES)?;
        let needle = Needle::new(request.search.as_deref());
        let id = Only::new(request.id.as_deref());
        let customer = Only::new(request.customer_id.as_deref());
        let invoices = ledger.invoices();
        let all = invoices.by_age(Order::Ascending);
        let source = match request.sort_by.as_deref() {
            Some("updated_at") => Source::sorted_by(all, |it| it.updated_at),
            Some("due_date") => Source::sorted_by(all, |it| it.due_at),
            Some("total") => Source::sorted_by(all, |it| it.total),
            _ => Source::ByAge(invoices),
        };
        let slice = listing!(request).cut(&source, |invoice: &Invoice| {
            id.is(invoice.id.0)
                && customer.is(invoice.customer.0)
                && (statuses.is_empty()
                    || statuses.contains(&wording::invoice_status(invoice.status()).to_string()))
                && needle.is_in(&[
                    &invoice.number,
                    &invoice.memo,
                    ledger.customer(invoice.customer).map_or("", |customer| &customer.name),
                ])
        })?;
        Ok(api::GetInvoicesReply::Ok(wire::invoices::page(ledger, slice)?))
    }

    fn create_invoice(
        cx: &mut Cx<'_>,
        request: api::CreateInvoiceRequest,
    ) -> Result<api::CreateInvoiceReply, Failure> {
        let (ledger, body) = (cx.ledger()?, request.body);
        let customer = id(&body.customer_id).map(CustomerId);
        let customer = customer
            .filter(|customer| ledger.customer(*customer).is_some())
            .ok_or(Failure::NotFound(Resource::Customer))?;
        let no_variant = |line: &types::LineItemRequest| {
            line.variant_id.as_deref().is_none_or(|variant| variant == "custom")
        };
        if !body.line_items.iter().all(no_variant) {
            return Err(Failure::NotFound(Resource::Product));
        }
        let mut ids = cx.ids()?;
        let new_id = ids.v7();
        let base = ledger.business().base_currency;
        let new = wire::invoices::new_invoice(body, customer, base, &mut ids)?;
        let draft = ledger.plan_draft(new, &mut ids.beginning_with(new_id), cx.now())?;
        let ledger = cx.apply(draft.clone())?;
        Ok(api::CreateInvoiceReply::Created(wire::invoices::invoice(ledger, &draft)?))
    }

    fn get_invoice(
        cx: &mut Cx<'_>,
        request: api::GetInvoiceRequest,
    ) -> Result<api::GetInvoiceReply, Failure> {
        let invoice = found(cx, request.invoice_id)?;
        Ok(api::GetInvoiceReply::Ok(wire::invoices::invoice(cx.ledger()?, invoice)?))
    }

    fn finalize_invoice(
        cx: &mut Cx<'_>,
        request: api::FinalizeInvoiceRequest,
    ) -> Result<api::FinalizeInvoiceReply, Failure> {
        finalize(cx, request.invoice_id).map(api::FinalizeInvoiceReply::Ok)
    }

    fn finalize_invoice_by_put(
        cx: &mut Cx<'_>,
        request: api::FinalizeInvoiceByPutRequest,
    ) -> Result<api::FinalizeInvoiceByPutReply, Failure> {
        finalize(cx, request.invoice_id).map(api::FinalizeInvoiceByPutReply::Ok)
    }

    fn void_invoice(
        cx: &mut Cx<'_>,
        request: api::VoidInvoiceRequest,
    ) -> Result<api::VoidInvoiceReply, Failure> {
        void(cx, request.invoice_id).map(api::VoidInvoiceReply::Ok)
    }

    fn void_invoice_by_post(
        cx: &mut Cx<'_>,
        request: api::VoidInvoiceByPostRequest,
    ) -> Result<api::VoidInvoiceByPostReply, Failure> {
        void(cx, request.invoice_id).map(api::VoidInvoiceByPostReply::Ok)
    }

    fn create_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::CreateInvoicePaymentRequest,
    ) -> Result<api::CreateInvoicePaymentReply, Failure> {
        let invoice = found(cx, request.invoice_id)?.id;
        let new = NewLink {
            document: Linked::Invoice(invoice),
            transaction: TransactionId::written(&request.body.transaction_id),
            amount: Cents::new(request.body.amount),
            paid_on: request.body.paid_on,
        };
        let (ledger, link) = links::add(cx, new)?;
        Ok(api::CreateInvoicePaymentReply::Created(wire::invoices::payment(ledger, &link)?))
    }

    fn list_invoice_payments(
        cx: &mut Cx<'_>,
        request: api::ListInvoicePaymentsRequest,
    ) -> Result<api::ListInvoicePaymentsReply, Failure> {
        let document = Linked::Invoice(found(cx, request.invoice_id)?.id);
        let ledger = cx.ledger()?;
        let source = links::of(ledger, document, request.sort_by.as_deref());
        let slice = listing!(request).cut(&source, |_| true)?;
        Ok(api::ListInvoicePaymentsReply::Ok(wire::invoices::payments(ledger, slice)?))
    }

    fn delete_invoice_payment(
        cx: &mut Cx<'_>,
        request: api::DeleteInvoicePaymentRequest,
    ) -> Result<api::DeleteInvoicePaymentReply, Failure> {
        let document = Linked::Invoice(found(cx, request.invoice_id)?.id);
        links::remove(cx, document, Some(request.payment_id))?;
        Ok(api::DeleteInvoicePaymentReply::Ok(wire::removed()))
    }
}

fn finalize(cx: &mut Cx<'_>, id: Uuid) -> Result<types::InvoiceResponse, Failure> {
    let invoice = cx.ledger()?.plan_finalizing(found(cx, id)?, PREFIX, cx.now())?;
    let ledger = cx.apply(invoice.clone())?;
    wire::invoices::invoice(ledger, &invoice)
}

fn void(cx: &mut Cx<'_>, id: Uuid) -> Result<types::InvoiceResponse, Failure> {
    let invoice = cx.ledger()?.plan_voiding(found(cx, id)?, cx.now())?;
    let ledger = cx.apply(invoice.clone())?;
    wire::invoices::invoice(ledger, &invoice)
}

fn found<'a>(cx: &'a Cx<'_>, id: Uuid) -> Result<&'a Invoice, Failure> {
    cx.ledger()?.invoice(InvoiceId(id)).ok_or(Failure::NotFound(Resource::Invoice))
}
