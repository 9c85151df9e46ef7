// Which rows of the fixtures the paths name, and what has to be done first so that a call succeeds.

const IDS = {
  business_id: "3c90c3cc-0d44-4b50-8888-8dd25736052a",
  customer_id: "4d90c3cc-1e55-5c61-9999-9ee36847163b",
};

/** Where one row does not do for all operations: those that change something need what may still change. */
const IDS_OF = {
  "/v1/platform/businesses/{business_id}/invoices/payments/{payment_id}/": { payment_id: "7a80c3cc-4a88-4f94-8ccc-000000000030" },
  "/v1/platform/businesses/{business_id}/invoices/payments/{payment_id}/delete/": { payment_id: "7a80c3cc-4a88-4f94-8ccc-000000000030" },
  "/v1/platform/businesses/{business_id}/invoices/{invoice_id}/": { invoice_id: "5e90c3cc-2f66-6d72-aaaa-aff47958274e" },
  "/v1/platform/businesses/{business_id}/invoices/{invoice_id}/void/": { invoice_id: "5e90c3cc-2f66-6d72-aaaa-aff47958274c" },
  "/v1/platform/businesses/{business_id}/invoices/refunds/{refund_id}/": { refund_id: "dd90c3cc-af66-4a77-8bbb-000000000002" },
  "/v1/platform/businesses/{business_id}/invoices/refunds/{refund_id}/payments/": { refund_id: "dd90c3cc-af66-4a77-8bbb-000000000001" },
  "/v1/platform/businesses/{business_id}/invoices/refunds/{refund_id}/payments/{payment_id}/": {
    refund_id: "dd90c3cc-af66-4a77-8bbb-000000000002", payment_id: "ed90c3cc-bf77-4b88-8ccc-000000000001",
  },
  "/api/v1/invoices/{invoice_id}": { invoice_id: "019ab37c-1001-7000-8000-000000000001" },
  "/api/v1/invoices/{invoice_id}/payments": { invoice_id: "019ab37c-1001-7000-8000-000000000001" },
  "/api/v1/invoices/{invoice_id}/payments/{payment_id}": { invoice_id: "019ab37c-1001-7000-8000-000000000001" },
  "/api/v1/invoices/{invoice_id}/finalize": { invoice_id: "019ab37c-1001-7000-8000-000000000003" },
  "/api/v1/invoices/{invoice_id}/void": { invoice_id: "019ab37c-1001-7000-8000-000000000002" },
  "/api/v1/bills/{bill_id}": { bill_id: "019ab37c-4001-7000-8000-000000000001" },
  "/api/v1/bills/{bill_id}/receipt": { bill_id: "019ab37c-4001-7000-8000-000000000003" },
  "/api/v1/bills/{bill_id}/payments": { bill_id: "019ab37c-4001-7000-8000-000000000001" },
  "/api/v1/bills/{bill_id}/payments/{payment_id}": { bill_id: "019ab37c-4001-7000-8000-000000000001" },
  "/api/v1/transactions/{transaction_id}/allocations": { transaction_id: "019ab37c-7001-7000-8000-000000000001" },
};

/** The id that a path parameter takes; nothing where the document's own example does. */
export const ids = (parameter, method, path) => IDS_OF[path]?.[parameter] ?? IDS[parameter];

/** What is booked before the call. A payment can be removed only once there is one. */
export function preparations(method, path) {
  if (method !== "delete" || !path.endsWith("/payments/{payment_id}")) return [];
  const [collection, id, transaction_id, amount] = path.startsWith("/api/v1/invoices")
    ? ["invoices", IDS_OF[path].invoice_id, "019ab37c-7001-7000-8000-000000000001", 100]
    : ["bills", IDS_OF[path].bill_id, "019ab37c-7001-7000-8000-000000000002", 100];
  const payments = `/api/v1/${collection}/${id}/payments`;
  const gives = (made) => ({ payment_id: made.id });
  return [{ method: "POST", path: payments, body: { transaction_id, amount }, gives }];
}

/** A request body where the document has no example of one. */
export const BODIES = {
  create_bill_payment_allocation: {
    vendor_id: "8a90c3cc-5a11-4b22-8ccc-c11111111111",
    amount_cents: 1000,
    allocations: [{ bill_id: "9b90c3cc-6b22-4c33-8ddd-d22222222221", amount_cents: 600 }],
  },
};
