//! The tag `Bank Transactions`: list, and match with payments or part from them.

use std::sync::Arc;

use super::query::{Paging, text};
use super::{Thredfi, api, wire};
use crate::domain::{
    Categorization, Cents, Currency, Ledger, Order, Page, Transaction, TransactionId,
};
use crate::operations::{Cx, Failure, Resource};

impl api::BankTransactionsApi for Thredfi {
    fn list_bank_transactions(
        cx: &mut Cx<'_>,
        request: api::ListBankTransactionsRequest,
    ) -> Result<api::ListBankTransactionsReply, Failure> {
        let (ledger, paging) = (cx.ledger()?, Paging::new(request.page, request.page_size));
        let all = ordered(ledger, request.ordering.as_deref());
        let (skip, take) = (paging.skip(), paging.take());
        let page = if filters(&request) {
            let wanted = filter(request);
            Page::counted(all.filter(|it| wanted(it)), skip, take)
        } else {
            Page::cut(all, ledger.transactions().len(), skip, take)
        };
        Ok(api::ListBankTransactionsReply::Ok(wire::bank::page(ledger, &page, paging)?))
    }

    fn match_bank_transaction_payment(
        cx: &mut Cx<'_>,
        request: api::MatchBankTransactionPaymentRequest,
    ) -> Result<api::MatchBankTransactionPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let transaction = found(ledger, request.transaction_id)?;
        let new = wire::bank::new_match(request.body.unwrap_or_default())?;
        let (matched, change) = ledger.plan_match(transaction, new, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(change)?;
        let answer = wire::bank::matched(ledger, &matched)?;
        Ok(api::MatchBankTransactionPaymentReply::Ok(answer))
    }

    fn unmatch_bank_transaction_payment(
        cx: &mut Cx<'_>,
        request: api::UnmatchBankTransactionPaymentRequest,
    ) -> Result<api::UnmatchBankTransactionPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let transaction = found(ledger, request.transaction_id)?;
        let which = wire::bank::which(&request.body.unwrap_or_default());
        let matched = ledger.match_meant(transaction, which)?.clone();
        let change = ledger.plan_unmatch(&matched, cx.now())?;
        let ledger = cx.apply(change)?;
        let answer = wire::bank::unmatched(ledger, &matched)?;
        Ok(api::UnmatchBankTransactionPaymentReply::Ok(answer))
    }

    fn match_bank_transaction_bill_payment(
        cx: &mut Cx<'_>,
        request: api::MatchBankTransactionBillPaymentRequest,
    ) -> Result<api::MatchBankTransactionBillPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let transaction = found(ledger, request.transaction_id)?;
        let new = wire::bank::new_bill_match(&transaction.id, request.body.unwrap_or_default())?;
        let (matched, change) =
            ledger.plan_bill_match(transaction, new, &mut cx.ids()?, cx.now())?;
        let ledger = cx.apply(change)?;
        let answer = wire::bank::bill_matched(ledger, &matched)?;
        Ok(api::MatchBankTransactionBillPaymentReply::Ok(answer))
    }

    fn unmatch_bank_transaction_bill_payment(
        cx: &mut Cx<'_>,
        request: api::UnmatchBankTransactionBillPaymentRequest,
    ) -> Result<api::UnmatchBankTransactionBillPaymentReply, Failure> {
        let ledger = cx.ledger()?;
        let transaction = found(ledger, request.transaction_id)?;
        let which = wire::bank::which_bill(&request.body.unwrap_or_default());
        let matched = ledger.bill_match_meant(transaction, which)?.clone();
        let change = ledger.plan_unmatch(&matched, cx.now())?;
        let ledger = cx.apply(change)?;
        let answer = wire::bank::bill_unmatched(ledger, &matched)?;
        Ok(api::UnmatchBankTransactionBillPaymentReply::Ok(answer))
    }
}

fn found(ledger: &Ledger, id: uuid::Uuid) -> Result<&Transaction, Failure> {
    let transaction = ledger.transaction(&TransactionId(id.to_string()));
    transaction.ok_or(Failure::NotFound(Resource::Transaction))
}

/// The transactions in the order that was asked for. Only that by amount has no index.
fn ordered<'a>(
    ledger: &'a Ledger,
    ordering: Option<&str>,
) -> Box<dyn Iterator<Item = Arc<Transaction>> + 'a> {
    let ordering = ordering.unwrap_or("-date");
    let (field, order) = match ordering.strip_prefix('-') {
        Some(field) => (field, Order::Descending),
        None => (ordering, Order::Ascending),
    };
    match field {
        "created_at" => ledger.transactions().by_age(order),
        "amount" => {
            let mut all: Vec<_> = ledger.transactions().by_age(order).collect();
            match order {
                Order::Ascending => all.sort_by_key(|it| it.size()),
                Order::Descending => all.sort_by_key(|it| std::cmp::Reverse(it.size())),
            }
            Box::new(all.into_iter())
        }
        _ => Box::new(ledger.transactions_by_date(order)),
    }
}

/// Whether the request leaves anything out.
fn filters(request: &api::ListBankTransactionsRequest) -> bool {
    let flags = [
        request.has_children,
        request.has_parent,
        request.is_categorized,
        request.is_reconciled,
        request.needs_categorization,
    ];
    let texts = [
        &request.account_id,
        &request.categorization_status,
        &request.currency,
        &request.direction,
        &request.search,
        &request.transaction_type,
    ];
    flags.iter().any(Option::is_some)
        || texts.into_iter().any(Option::is_some)
        || request.amount_max.is_some()
        || request.amount_min.is_some()
        || request.bank_account_connection_id.is_some()
        || request.date_from.is_some()
        || request.date_to.is_some()
}

/// Whether a list shows a transaction. There is one account with one connection and one source,
/// nothing is personal, and nothing is split. The check has passed: every word is one of the
/// document's.
fn filter(request: api::ListBankTransactionsRequest) -> impl Fn(&Transaction) -> bool {
    let account = text(request.account_id).is_none_or(|id| id == wire::BANK.id);
    let connection = request.bank_account_connection_id;
    let connection = connection.is_none_or(|id| id == wire::BANK_CONNECTION);
    let whole = request.has_children != Some(true) && request.has_parent != Some(true);
    let possible = account && connection && whole;
    let (least, most) = (request.amount_min.map(Cents::new), request.amount_max.map(Cents::new));
    let (from, to) = (request.date_from, request.date_to);
    let (currency, direction) = (request.currency, request.direction);
    let currency = currency.and_then(|code| code.parse::<Currency>().ok());
    let status = request.categorization_status;
    let status = status.and_then(|word| word.parse::<Categorization>().ok());
    let (categorized, needed) = (request.is_categorized, request.needs_categorization);
    let (reconciled, kind) = (request.is_reconciled, request.transaction_type);
    let search = text(request.search).map(|text| text.to_lowercase());
    move |it| {
        let done = match it.categorization {
            Categorization::Pending | Categorization::ManualReview => false,
            Categorization::Categorized | Categorization::Approved => true,
        };
        possible
            && least.is_none_or(|least| it.size() >= least)
            && most.is_none_or(|most| it.size() <= most)
            && from.is_none_or(|from| it.date >= from)
            && to.is_none_or(|to| it.date <= to)
            && currency.is_none_or(|currency| it.currency == currency)
            && direction.as_ref().is_none_or(|way| wire::direction(it.amount) == way)
            && status.is_none_or(|status| it.categorization == status)
            && categorized.is_none_or(|wanted| wanted == done)
            && needed.is_none_or(|wanted| wanted != done)
            && reconciled.is_none_or(|wanted| wanted == (it.unmatched() == Cents::ZERO))
            && kind.as_ref().is_none_or(|kind| wire::bank::kind(it) == kind)
            && search.as_ref().is_none_or(|part| {
                let mut texts = [&it.description, &it.counterparty].into_iter().flatten();
                texts.any(|text| text.to_lowercase().contains(part))
            })
    }
}
