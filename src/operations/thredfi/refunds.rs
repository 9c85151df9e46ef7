//! The tag `Refunds`: list, create, get.

use super::query::{self, Paging};
use super::{Thredfi, api, wire};
use crate::domain::{CustomerId, InvoiceId, Ledger, Order, Page, Refund, RefundId, RefundStatus};
use crate::operations::{Cx, Failure, Resource};

impl api::RefundsApi for Thredfi {
    fn list_refunds(
        cx: &mut Cx<'_>,
        request: api::ListRefundsRequest,
    ) -> Result<api::ListRefundsReply, Failure> {
        let ledger = cx.ledger()?;
        let paging = Paging::new(request.page, request.page_size);
        let (skip, take) = (paging.skip(), paging.take());
        let all = ledger.refunds().by_age(Order::Descending);
        let page = match Filter::new(request) {
            None => Page::cut(all, ledger.refunds().len(), skip, take),
            Some(filter) => Page::counted(all.filter(|refund| filter.wants(refund)), skip, take),
        };
        Ok(api::ListRefundsReply::Ok(wire::refunds::page(ledger, &page, paging)?))
    }

    fn create_refund(
        cx: &mut Cx<'_>,
        request: api::CreateRefundRequest,
    ) -> Result<api::CreateRefundReply, Failure> {
        let ledger = cx.ledger()?;
        if request.idempotency_key.is_none()
            && let Some(external_id) = &request.body.external_id
            && let Some(existing) = ledger.refunds().by_external_id(external_id)
        {
            return Ok(api::CreateRefundReply::Ok(wire::refunds::refund(ledger, existing)?));
        }
        let new = wire::refunds::new_refund(request.body)?;
        let (id, change) = ledger.plan_refund(new, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(change)?;
        let created = wire::refunds::refund(ledger, found(ledger, id.0)?)?;
        Ok(api::CreateRefundReply::Created(created))
    }

    fn get_refund(
        cx: &mut Cx<'_>,
        request: api::GetRefundRequest,
    ) -> Result<api::GetRefundReply, Failure> {
        let ledger = cx.ledger()?;
        let refund = found(ledger, request.refund_id)?;
        Ok(api::GetRefundReply::Ok(wire::refunds::refund(ledger, refund)?))
    }
}

/// The refund that a path names.
pub(super) fn found(ledger: &Ledger, id: uuid::Uuid) -> Result<&Refund, Failure> {
    ledger.refund(RefundId(id)).ok_or(Failure::NotFound(Resource::Refund))
}

/// Which refunds a list shows.
#[derive(Default, PartialEq, Eq)]
struct Filter {
    customers: Vec<CustomerId>,
    invoice: Option<InvoiceId>,
    external_id: Option<String>,
    status: Option<RefundStatus>,
}

impl Filter {
    /// What the query asks for; `None` where it asks for all. The check has passed: the status is
    /// one of the document's.
    fn new(query: api::ListRefundsRequest) -> Option<Self> {
        let filter = Self {
            customers: query::ids(query.customer_id.as_deref()).map(CustomerId).collect(),
            invoice: query.invoice_id.map(InvoiceId),
            external_id: query::text(query.external_id),
            status: query.status.and_then(|word| word.parse().ok()),
        };
        Some(filter).filter(|filter| *filter != Self::default())
    }

    fn wants(&self, refund: &Refund) -> bool {
        (self.customers.is_empty() || self.customers.contains(&refund.customer))
            && self.invoice.is_none_or(|invoice| refund.invoice == invoice)
            && self.external_id.as_ref().is_none_or(|id| refund.external_id == *id)
            && self.status.is_none_or(|status| refund.status() == status)
    }
}
