//! The tag `transactions`: list, create, and what of a transaction is left (BEHAVIOUR 6).

use super::lists::{Source, listing};
use super::query::{Needle, listed, maybe_moment, refusal, words};
use super::wire::transactions::{categorization_method, posted_status, review_status};
use super::{DayZero, api, types, wire};
use crate::domain::{Categorization, Currency, Ids};
use crate::domain::{Cents, Order, Transaction, TransactionId};
use crate::operations::{Cx, Failure, Resource};
use chrono::{DateTime, Utc};

impl api::TransactionsApi for DayZero {
    fn list_transactions(
        cx: &mut Cx<'_>,
        request: api::ListTransactionsRequest,
    ) -> Result<api::ListTransactionsReply, Failure> {
        let ledger = cx.ledger()?;
        let wanted = wanted(&request)?;
        let transactions = ledger.transactions();
        let source = match request.sort_by.as_deref() {
            Some("datetime") => {
                Source::Sorted(ledger.transactions_by_date(Order::Ascending).collect())
            }
            Some("amount") => {
                Source::sorted_by(transactions.by_age(Order::Ascending), |it| it.amount)
            }
            _ => Source::ByAge(transactions),
        };
        let slice = listing!(request).cut(&source, wanted)?;
        Ok(api::ListTransactionsReply::Ok(wire::transactions::page(ledger, slice)))
    }

    fn create_transaction(
        cx: &mut Cx<'_>,
        request: api::CreateTransactionRequest,
    ) -> Result<api::CreateTransactionReply, Failure> {
        if request.body.amount == 0 {
            return Err(refusal("amount", "Invalid amount 0: a transaction moves money"));
        }
        let base = cx.ledger()?.business().base_currency;
        let transaction = new_transaction(request.body, base, &mut cx.ids()?, cx.now());
        let ledger = cx.apply(transaction.clone())?;
        let created = wire::transactions::transaction(ledger, &transaction);
        Ok(api::CreateTransactionReply::Created(created))
    }

    fn get_transaction_allocations(
        cx: &mut Cx<'_>,
        request: api::GetTransactionAllocationsRequest,
    ) -> Result<api::GetTransactionAllocationsReply, Failure> {
        let id = TransactionId::written(&request.transaction_id);
        let transaction =
            cx.ledger()?.transaction(&id).ok_or(Failure::NotFound(Resource::Transaction))?;
        let allocations = wire::transactions::allocations(transaction);
        Ok(api::GetTransactionAllocationsReply::Ok(allocations))
    }
}

/// Which transactions a list was asked for.
fn wanted(
    request: &api::ListTransactionsRequest,
) -> Result<impl Fn(&Transaction) -> bool + use<>, Failure> {
    let reviews =
        words("review_status", request.review_status.as_deref(), &["reviewed", "unreviewed"])?;
    let from = maybe_moment("start_date", request.start_date.as_deref())?;
    let to = maybe_moment("end_date", request.end_date.as_deref())?;
    let (from, to) = (from.map(|it| it.date_naive()), to.map(|it| it.date_naive()));
    let (ids, ledgers) = (listed(request.id.as_deref()), listed(request.ledger_id.as_deref()));
    let needle = Needle::new(request.search.as_deref());
    let inflow = request.amount_direction.as_deref().map(|direction| direction == "inflow");
    let (status, reconciled) = (request.status.clone(), request.reconciled);
    let uncategorized = request.only_uncategorized.unwrap_or(false);
    let without_counterparty = request.missing_counterparty.unwrap_or(false);
    Ok(move |it: &Transaction| {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (description, counterparty) = (text(&it.description), text(&it.counterparty));
        (ids.is_empty() || ids.contains(&it.id.0))
            && (ledgers.is_empty() || ledgers.contains(&text(&it.ledger_id)))
            && from.is_none_or(|from| it.date >= from)
            && to.is_none_or(|to| it.date <= to)
            && needle.is_in(&[&description, &counterparty])
            && inflow.is_none_or(|inflow| inflow == (it.amount > Cents::ZERO))
            && status.as_ref().is_none_or(|status| *status == posted_status(it).to_string())
            && (reviews.is_empty() || reviews.contains(&review_status(it).to_string()))
            && reconciled.is_none_or(|reconciled| reconciled == it.reconciled)
            && (!uncategorized
                || categorization_method(it) == types::CategorizationMethod::Uncategorized)
            && (!without_counterparty || counterparty.is_empty())
    })
}

/// A transaction as somebody enters it by hand; of today, and in the currency of the books, where
/// nothing else is said.
fn new_transaction(
    body: types::TransactionCreateRequest,
    base: Currency,
    ids: &mut Ids,
    now: DateTime<Utc>,
) -> Transaction {
    Transaction {
        id: TransactionId(ids.v7().to_string()),
        amount: Cents::new(body.amount),
        currency: wire::currency(body.currency, base),
        date: body.datetime.unwrap_or(now.date_naive()),
        counterparty: body.counterparty,
        description: body.description,
        ledger_id: body.source_account_id,
        kind: String::new(),
        categorization: Categorization::Pending,
        reconciled: body.reconciled.unwrap_or(false),
        allocated_to_invoices: Cents::ZERO,
        allocated_to_bills: Cents::ZERO,
        matched: Cents::ZERO,
        matched_at: None,
        created_at: now,
        updated_at: now,
    }
}
