//! Every reason for not giving the ordinary reply. No statuses: those are each provider's own.

use crate::contract::Violation;
use crate::domain;
use crate::state::BadToken;

/// Why there is no ordinary reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// Nobody knows who calls.
    Unauthenticated(Unauthenticated),
    /// It is known who calls, and they may not.
    Forbidden(Forbidden),
    /// The header that names the business is missing.
    BusinessNotNamed,
    /// What the path names does not exist for this caller.
    NotFound(Resource),
    /// The request breaks its contract: every violation at once.
    Invalid(Vec<Violation>),
    /// The body is of a kind that the operation does not take.
    UnsupportedMediaType {
        /// What was sent, as it was sent.
        sent: String,
        /// What the document names.
        allowed: Vec<String>,
    },
    /// The body is larger than the server takes.
    BodyTooLarge {
        /// The most it takes, in bytes.
        limit: usize,
    },
    /// The body did not come whole.
    BodyLost(BodyLoss),
    /// The idempotency key was used before with another body.
    KeyReused,
    /// Fields that are right by the document and still no request: each with what is right.
    Fields(Vec<(String, String)>),
    /// The books refuse.
    Refused(domain::Error),
    /// The caller has made as many calls as the limit allows.
    TooManyRequests {
        /// In how many seconds there is room for one more, at least 1.
        retry_after: u64,
    },
    /// Somebody asked for this refusal, which the document has.
    Forced {
        /// Its status, 400 or more.
        status: u16,
        /// What asked for it: `Prefer`, `magic value` or `fault`.
        by: &'static str,
    },
    /// No operation has this path.
    UnknownPath {
        /// What was asked for.
        asked: String,
        /// The operation whose path is closest.
        nearest: String,
    },
    /// The path has operations, but not with this method.
    MethodNotAllowed {
        /// The methods it has.
        allowed: Vec<&'static str>,
    },
    /// The answer that was made breaks the document, and the server was told to say so instead.
    Breach {
        /// The status of that answer.
        status: u16,
        /// What is wrong with it.
        found: Vec<Violation>,
    },
    /// The operation is known, and the sandbox does not behave it yet.
    NotSimulated,
    /// A defect of ours. The text is for the log, never for the client.
    Defect(String),
}

impl Failure {
    /// In how many seconds the call is worth another try, where that is for the server to say.
    pub fn retry_after(&self) -> Option<u64> {
        if let Self::TooManyRequests { retry_after } = self {
            return Some(*retry_after);
        }
        matches!(self, Self::Forced { status: 429, .. }).then_some(1)
    }
}

/// Why nobody knows who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthenticated {
    /// No credentials, or none of a kind that counts here.
    Missing,
    /// A UUID and key, or a token, that open nothing.
    BadCredentials,
    /// A token that does not hold.
    BadToken(BadToken),
}

/// Why a known caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// The token is scoped to another business than the path's.
    OtherBusiness,
    /// A token that is scoped to a business cannot mint tokens.
    ScopedTokenMints,
    /// A token that is scoped to a business is none for what is about a partner.
    PartnerOnly,
    /// A partner's token is none for what asks for one that is scoped to the business.
    BusinessOnly,
}

/// What a path can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A business.
    Business,
    /// A customer.
    Customer,
    /// A vendor.
    Vendor,
    /// An invoice.
    Invoice,
    /// A bill.
    Bill,
    /// A payment received, or made.
    Payment,
    /// A bank transaction.
    Transaction,
    /// A refund.
    Refund,
    /// A payment of a refund.
    RefundPayment,
    /// A settlement.
    Payout,
    /// A product.
    Product,
    /// A page past the last.
    Page,
}

/// How a body was lost on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLoss {
    /// It stopped coming.
    TimedOut,
    /// The connection broke, or a part of it could not be read.
    Broken,
}

impl From<domain::Error> for Failure {
    fn from(error: domain::Error) -> Self {
        Self::Refused(error)
    }
}
