//! What invoices and bills have in common: bank transactions pay them.

use uuid::Uuid;

use super::lists::Source;
use crate::domain::{Ledger, LinkId, Linked, LinkedPayment, NewLink};
use crate::operations::{Cx, Failure, Resource};

/// Pays out of a transaction.
pub(super) fn add<'a>(
    cx: &'a mut Cx<'_>,
    new: NewLink,
) -> Result<(&'a Ledger, LinkedPayment), Failure> {
    let link = cx.ledger()?.plan_link(new, &mut cx.ids()?, cx.now())?;
    Ok((cx.apply(link.clone())?, link))
}

/// What was paid on a document, in the order that was asked for.
pub(super) fn of<'a>(
    ledger: &'a Ledger,
    document: Linked,
    sort_by: Option<&str>,
) -> Source<'a, LinkedPayment> {
    let links = ledger.links_of(document).filter_map(|link| ledger.links().shared(&link.id));
    match sort_by {
        Some("paid_on") => Source::sorted_by(links, |it| it.paid_on),
        Some("amount") => Source::sorted_by(links, |it| it.amount),
        _ => Source::sorted_by(links, |it| it.created_at),
    }
}

/// Takes a payment back off the document that it pays.
///
/// # Errors
/// [`Resource::Payment`] where the document has no such payment.
pub(super) fn remove(
    cx: &mut Cx<'_>,
    document: Linked,
    payment: Option<Uuid>,
) -> Result<(), Failure> {
    let ledger = cx.ledger()?;
    let link = payment
        .and_then(|id| ledger.links().get(&LinkId(id)))
        .filter(|link| link.document == document)
        .ok_or(Failure::NotFound(Resource::Payment))?;
    let change = ledger.plan_unlink(link, cx.now());
    cx.apply(change).map(drop)
}
