//! Accounts receivable: onboarding, invoices, payments, refunds.
