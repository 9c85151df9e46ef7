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
mod line;
mod money;
mod party;
mod payment;
mod payout;
mod refund;
mod register;
mod shelf;
mod transaction;

pub use bill::{Bill, BillLifecycle, BillStatus};
pub use bill_payment::{BillPayment, BillPaymentPatch, BillPaymentStatus, NewBillPayment};
pub use change::Change;
pub use error::{
    Error, Excess, Fault, FaultKind, FaultPlace, Limit, NotPayable, NotPayableOut, OtherParty,
};
pub use ids::{
    AllocationId, BillId, BillPaymentId, BusinessId, CustomerId, Ids, InvoiceId, LineItemId,
    LinkId, MatchId, PaymentId, PayoutId, RefundId, RefundPaymentId, TransactionId, VendorId,
};
pub use invoice::{Invoice, InvoiceLifecycle, InvoiceStatus};
pub use ledger::{
    Aged, Aging, BillReceipt, Discord, InvoicePatch, Ledger, Month, NewBill, NewInvoice, NewMatch,
    NewVendor, PaymentFilter, PaymentSort, Period, Records, Settled, WhichMatch,
};
pub use line::{LineItem, NoQuantity, Quantity, SalesTax};
pub use money::{Cents, Currency, UnknownCurrency};
pub use party::{
    Business, Contact, Customer, CustomerStatus, NewCustomer, Profile, Vendor, VendorStatus,
};
pub use payment::{
    Allocation, NewAllocation, NewPayment, Payment, PaymentMethod, PaymentPatch, PaymentStatus,
};
pub use payout::{NewPayout, Payout, PayoutStatus};
pub use refund::{NewRefund, NewRefundPayment, Refund, RefundPayment, RefundSource, RefundStatus};
pub use register::Register;
pub use shelf::{Order, Page, Record, Shelf, Walk};
pub use transaction::{
    Categorization, Linked, LinkedPayment, Match, Matched, NewLink, Transaction,
};
