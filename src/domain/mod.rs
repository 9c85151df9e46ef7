//! Floor 0: the rules of bookkeeping, as the providers keep them.
//!
//! Here live money, identifiers, documents (invoices and bills), what pays them (payments, bank
//! transactions) and the [`Ledger`] that holds one business's books. No HTTP, no locks, no clock,
//! no chance: time and identifiers are arguments, and a refusal is an [`Error`] that states facts.

mod bill;
mod bill_payment;
mod change;
mod error;
mod ids;
mod invoice;
mod ledger;
mod money;
mod party;
mod payment;
mod transaction;

pub use bill::{Bill, BillLifecycle, BillStatus};
pub use bill_payment::{BillPayment, BillPaymentStatus, NewBillPayment};
pub use change::Change;
pub use error::{Error, Excess, Fault, FaultKind, FaultPlace, NotPayable, OtherParty};
pub use ids::{
    AllocationId, BillId, BillPaymentId, BusinessId, CustomerId, Ids, InvoiceId, LinkId, PaymentId,
    TransactionId, VendorId,
};
pub use invoice::{Invoice, InvoiceLifecycle, InvoiceStatus};
pub use ledger::{Ledger, Order, Page, PaymentFilter, PaymentSort};
pub use money::{Cents, Currency, UnknownCurrency};
pub use party::{Business, Customer, Vendor};
pub use payment::{Allocation, NewAllocation, NewPayment, Payment, PaymentMethod, PaymentStatus};
pub use transaction::{LinkedPayment, NewLink, Transaction};
