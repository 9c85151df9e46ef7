//! The ids of the fixtures (BEHAVIOUR 7), as a test writes them.

pub(crate) const PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
pub(crate) const OTHER_PARTNER: &str = "2b80c3cc-0c33-4a40-8777-7cc14625941b";
pub(crate) const API_KEY: &str = "sandbox-api-key";
/// A partner whom the fixtures do not know.
pub(crate) const GUEST: &str = "0f0e0d0c-0b0a-4908-8706-050403020100";

pub(crate) const BUSINESS: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
pub(crate) const EUR_BUSINESS: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052b";
pub(crate) const OTHERS_BUSINESS: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052c";

pub(crate) const PARTNER_TOKEN: &str = "/v1/platform/oauth2/token/";
pub(crate) const PAYMENTS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/payments/";
pub(crate) const INVOICES: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/";
pub(crate) const REFUNDS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/invoices/refunds/";
pub(crate) const CUSTOMERS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/customers/";
pub(crate) const BILL_PAYMENTS: &str =
    "/v1/platform/businesses/3c90c3cc-0d44-4b50-8888-8dd25736052a/bills/payments/";

pub(crate) const CUSTOMER: &str = "4d90c3cc-1e55-5c61-9999-9ee36847163b";
pub(crate) const SECOND_CUSTOMER: &str = "4d90c3cc-1e55-5c61-9999-9ee36847163c";
/// 450000, sent.
pub(crate) const INV_0042: &str = "5e90c3cc-2f66-6d72-aaaa-aff47958274c";
/// 200000, sent.
pub(crate) const INV_0043: &str = "6f90c3cc-3f77-7e83-bbbb-bff58069385d";
/// 80000, sent, the second customer's.
pub(crate) const SECONDS_INVOICE: &str = "5e90c3cc-2f66-6d72-aaaa-aff47958274d";
pub(crate) const DRAFT_INVOICE: &str = "5e90c3cc-2f66-6d72-aaaa-aff47958274e";
pub(crate) const VOID_INVOICE: &str = "5e90c3cc-2f66-6d72-aaaa-aff47958274f";

pub(crate) const VENDOR: &str = "8a90c3cc-5a11-4b22-8ccc-c11111111111";
/// 60000, received.
pub(crate) const BILL_1: &str = "9b90c3cc-6b22-4c33-8ddd-d22222222221";
/// 100000, received.
pub(crate) const BILL_2: &str = "9b90c3cc-6b22-4c33-8ddd-d22222222222";
/// 30000, of which a pending payment holds 5000.
pub(crate) const BILL_3: &str = "9b90c3cc-6b22-4c33-8ddd-d22222222223";

pub(crate) const DZ_TOKEN: &str = "dz_sandbox_default";
pub(crate) const DZ_BUSINESS: &str = "019ab37c-b051-7000-8000-000000000001";
/// A deposit of 20000.
pub(crate) const DEPOSIT: &str = "019ab37c-7001-7000-8000-000000000001";

/// The path of the payments of Day Zero's invoice number `n`.
pub(crate) fn dz_payments(n: u8) -> String {
    format!("/api/v1/invoices/019ab37c-1001-7000-8000-00000000000{n}/payments")
}

/// A UUID that names nothing.
pub(crate) const NOTHING: &str = "00000000-0000-4000-8000-000000000000";
