//! Bank transactions and what they are matched with.

use super::super::query::Paging;
use super::super::types;
use super::{
    BANK, BANK_ACCOUNT, BANK_ACCOUNT_MASK, BANK_CONNECTION, currency, direction, lost, method,
    payment_type, uuid, wire_word,
};
use crate::domain::{
    BillId, BillPaymentId, Cents, InvoiceId, Ledger, Match, MatchId, Matched, NewMatch, Page,
    PaymentId, Transaction, TransactionId, WhichMatch,
};
use crate::operations::Failure;

/// How money moved where the books do not say.
const DEFAULT_KIND: &str = "fps";

/// How the money of a transaction moved.
pub(in crate::operations::thredfi) fn kind(transaction: &Transaction) -> &str {
    if transaction.kind.is_empty() { DEFAULT_KIND } else { &transaction.kind }
}

/// A bank transaction without its matches, as lists have it.
pub(in crate::operations::thredfi) fn transaction(
    ledger: &Ledger,
    transaction: &Transaction,
) -> Result<types::BankTransaction, Failure> {
    let business = ledger.business();
    Ok(types::BankTransaction {
        id: uuid(&transaction.id.0)?,
        date: transaction.date,
        amount: transaction.size().get(),
        display_amount: transaction.currency.display(transaction.size()),
        signed_amount: transaction.amount.get(),
        direction: wire_word(direction(transaction.amount))?,
        currency: currency(transaction.currency)?,
        counterparty_name: transaction.counterparty.clone().unwrap_or_default(),
        merchant_name: String::new(),
        description: transaction.description.clone().unwrap_or_default(),
        categorization_status: wire_word(transaction.categorization.word())?,
        transaction_type: wire_word(kind(transaction))?,
        subcategory: None,
        business_id: business.id.0,
        business_name: business.name.clone(),
        account_id: BANK.id.to_owned(),
        account_code: BANK.code.to_owned(),
        account_name: BANK.name.to_owned(),
        bank_account_connection_id: BANK_CONNECTION,
        bank_account_name: BANK_ACCOUNT.to_owned(),
        bank_account_mask: BANK_ACCOUNT_MASK.to_owned(),
        bank_account_currency: currency(business.base_currency)?,
        is_reconciled: transaction.unmatched() == Cents::ZERO,
        reconciled_at: transaction.matched_at,
        reconciled_amount_cents: transaction.matched.get(),
        remaining_amount_cents: transaction.unmatched().get(),
        reconciliations: None,
        created_at: transaction.created_at,
    })
}

/// A bank transaction with its matches, as the books have it now.
fn with_matches(ledger: &Ledger, id: &TransactionId) -> Result<types::BankTransaction, Failure> {
    let known = ledger.transaction(id).ok_or_else(|| lost("bank transaction", id))?;
    let matches = ledger.matches_with(id).map(|matched| {
        Ok(types::BankTransactionReconciliation {
            reconciliation_link_id: matched.id.0,
            payment_type: wire_word(payment_type(matched.payment))?,
            payment_id: matched.payment.id(),
            reconciled_amount_cents: matched.amount.get(),
            reconciled_at: matched.at,
            created_by: matched.created_by.clone(),
            notes: matched.notes.clone(),
        })
    });
    let matches = Some(matches.collect::<Result<_, Failure>>()?);
    Ok(types::BankTransaction { reconciliations: matches, ..transaction(ledger, known)? })
}

/// A page of bank transactions.
pub(in crate::operations::thredfi) fn page(
    ledger: &Ledger,
    page: &Page<Transaction>,
    paging: Paging,
) -> Result<types::PaginatedBankTransactionList, Failure> {
    let page_info = paging.info(page.total)?;
    let results = page.items.iter().map(|it| transaction(ledger, it)).collect::<Result<_, _>>()?;
    Ok(types::PaginatedBankTransactionList { count: page_info.total_count, page_info, results })
}

/// The page that shows one bank transaction alone.
pub(in crate::operations::thredfi) fn single(
    transaction: types::BankTransaction,
) -> Result<types::PaginatedBankTransactionList, Failure> {
    let page_info = Paging::new(None, None).info(1)?;
    Ok(types::PaginatedBankTransactionList { count: 1, page_info, results: vec![transaction] })
}

/// A request to match a deposit.
pub(in crate::operations::thredfi) fn new_match(
    body: types::MatchPaymentRequest,
) -> Result<NewMatch<PaymentId, InvoiceId>, Failure> {
    Ok(NewMatch {
        payment: body.payment_id.map(PaymentId),
        document: body.invoice_id.map(InvoiceId),
        amount: body.amount_cents.map(Cents::new),
        method: method(&body.payment_method)?,
        reference: body.evidence.and_then(|it| it.reference).unwrap_or_default(),
        notes: body.notes.unwrap_or_default(),
        created_by: body.created_by.unwrap_or_default(),
    })
}

/// A request to match a withdrawal. A payment that it makes has the reference that the widget
/// looks for.
pub(in crate::operations::thredfi) fn new_bill_match(
    transaction: &TransactionId,
    body: types::MatchBillPaymentRequest,
) -> Result<NewMatch<BillPaymentId, BillId>, Failure> {
    let reference = body.bill_id.map(|bill| format!("RECON-{transaction}-{bill}"));
    Ok(NewMatch {
        payment: body.bill_payment_id.map(BillPaymentId),
        document: body.bill_id.map(BillId),
        amount: body.amount_cents.map(Cents::new),
        method: method(&body.payment_method)?,
        reference: reference.unwrap_or_default(),
        notes: body.notes.unwrap_or_default(),
        created_by: body.created_by.unwrap_or_default(),
    })
}

/// Which match of a deposit a request means.
pub(in crate::operations::thredfi) fn which(
    body: &types::UnmatchPaymentRequest,
) -> WhichMatch<PaymentId, InvoiceId> {
    WhichMatch {
        link: body.reconciliation_link_id.map(MatchId),
        payment: body.payment_id.map(PaymentId),
        document: body.invoice_id.map(InvoiceId),
    }
}

/// Which match of a withdrawal a request means.
pub(in crate::operations::thredfi) fn which_bill(
    body: &types::UnmatchBillPaymentRequest,
) -> WhichMatch<BillPaymentId, BillId> {
    WhichMatch {
        link: body.reconciliation_link_id.map(MatchId),
        payment: body.bill_payment_id.map(BillPaymentId),
        document: body.bill_id.map(BillId),
    }
}

/// The answer to a match of a deposit.
pub(in crate::operations::thredfi) fn matched(
    ledger: &Ledger,
    matched: &Match,
) -> Result<types::MatchPaymentResponse, Failure> {
    Ok(types::MatchPaymentResponse {
        payment_id: matched.payment.id(),
        payment_status: payment_status(ledger, matched.payment)?,
        reconciliation_link_id: matched.id.0,
        bank_transaction: with_matches(ledger, &matched.transaction)?,
    })
}

/// The answer to a match of a withdrawal.
pub(in crate::operations::thredfi) fn bill_matched(
    ledger: &Ledger,
    matched: &Match,
) -> Result<types::MatchBillPaymentResponse, Failure> {
    Ok(types::MatchBillPaymentResponse {
        bill_payment_id: matched.payment.id(),
        payment_status: payment_status(ledger, matched.payment)?,
        reconciliation_link_id: matched.id.0,
        bank_transaction: with_matches(ledger, &matched.transaction)?,
    })
}

/// The answer where a match of a deposit is undone.
pub(in crate::operations::thredfi) fn unmatched(
    ledger: &Ledger,
    matched: &Match,
) -> Result<types::UnmatchPaymentResponse, Failure> {
    Ok(types::UnmatchPaymentResponse {
        payment_id: matched.payment.id(),
        payment_status: payment_status(ledger, matched.payment)?,
        bank_transaction: with_matches(ledger, &matched.transaction)?,
    })
}

/// The answer where a match of a withdrawal is undone.
pub(in crate::operations::thredfi) fn bill_unmatched(
    ledger: &Ledger,
    matched: &Match,
) -> Result<types::UnmatchBillPaymentResponse, Failure> {
    Ok(types::UnmatchBillPaymentResponse {
        bill_payment_id: matched.payment.id(),
        payment_status: payment_status(ledger, matched.payment)?,
        bank_transaction: with_matches(ledger, &matched.transaction)?,
    })
}

fn payment_status(ledger: &Ledger, payment: Matched) -> Result<String, Failure> {
    let word = match payment {
        Matched::Payment(id) => ledger.payment(id).map(|payment| payment.status.word()),
        Matched::BillPayment(id) => ledger.bill_payment(id).map(|payment| payment.status.word()),
    };
    word.map(str::to_owned).ok_or_else(|| lost("payment", payment.id()))
}
