//! Bank transactions as the document shapes them.

use crate::domain::{Categorization, Cents, Ledger, Transaction};
use crate::operations::dayzero::lists::Slice;
use crate::operations::dayzero::types;

/// A bank transaction.
pub(in crate::operations::dayzero) fn transaction(
    ledger: &Ledger,
    transaction: &Transaction,
) -> types::TransactionResponse {
    types::TransactionResponse {
        id: transaction.id.to_string(),
        business_id: ledger.business().id.to_string(),
        amount: transaction.amount.get(),
        currency: transaction.currency.code().to_owned(),
        datetime: transaction.date,
        description: transaction.description.clone(),
        counterparty: transaction.counterparty.clone(),
        ledger_id: transaction.ledger_id.clone(),
        posted_status: posted_status(transaction),
        review_status: review_status(transaction),
        categorization_method: categorization_method(transaction),
        personal: false,
        reconciled: transaction.reconciled,
        journal_entry_id: None,
        created_at: transaction.created_at,
        updated_at: transaction.updated_at,
    }
}

/// A page of bank transactions.
pub(in crate::operations::dayzero) fn page(
    ledger: &Ledger,
    slice: Slice<Transaction>,
) -> types::TransactionListResponse {
    types::TransactionListResponse {
        items: slice.items.iter().map(|it| transaction(ledger, it)).collect(),
        next_cursor: slice.next_cursor,
        has_more: slice.has_more,
        total_count: slice.total_count,
    }
}

/// What invoices and bills have taken of a transaction, and what is left.
pub(in crate::operations::dayzero) fn allocations(
    transaction: &Transaction,
) -> types::GetTransactionAllocationsResponse {
    types::GetTransactionAllocationsResponse {
        transaction_id: transaction.id.to_string(),
        currency: transaction.currency.code().to_owned(),
        amount: transaction.amount.get(),
        allocated_amount: transaction.allocated().get(),
        remaining_amount: transaction.remaining().get(),
    }
}

/// Whether it is in the books: whether an invoice or a bill takes from it.
pub(in crate::operations::dayzero) fn posted_status(
    transaction: &Transaction,
) -> types::PostedStatus {
    if transaction.allocated() > Cents::ZERO {
        types::PostedStatus::Posted
    } else {
        types::PostedStatus::NotPosted
    }
}

/// Whether somebody has looked at it.
pub(in crate::operations::dayzero) fn review_status(
    transaction: &Transaction,
) -> types::ReviewStatus {
    match transaction.categorization {
        Categorization::Approved => types::ReviewStatus::Reviewed,
        Categorization::Pending | Categorization::ManualReview | Categorization::Categorized => {
            types::ReviewStatus::Unreviewed
        }
    }
}

/// How it got its category: by hand, once an invoice or a bill takes from it.
pub(in crate::operations::dayzero) fn categorization_method(
    transaction: &Transaction,
) -> types::CategorizationMethod {
    if transaction.allocated() > Cents::ZERO {
        types::CategorizationMethod::User
    } else {
        types::CategorizationMethod::Uncategorized
    }
}
