// A Thredfi partner's journey: tokens, a payment with an allocation, get, list, a replay, a refusal.
import createClient from "openapi-fetch";

import { answered, refused, same, serverAddress } from "./expect.js";
import type { components, paths } from "./thredfi-api.js";

const PARTNER = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
const business_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
const customer_id = "4d90c3cc-1e55-5c61-9999-9ee36847163b";
const INVOICE = "5e90c3cc-2f66-6d72-aaaa-aff47958274c";

const client = createClient<paths>({ baseUrl: serverAddress() });

// The API key buys a partner token, the partner token one for the business.
const basic = { Authorization: `Basic ${btoa(`${PARTNER}:sandbox-api-key`)}` };
const partner = answered(await client.POST("/v1/platform/oauth2/token/", { headers: basic }), 200);
const scoped = answered(
  await client.POST("/v1/platform/{business_id}/oauth2/token/", {
    params: { path: { business_id } },
    headers: { Authorization: `Bearer ${partner.access_token}` },
  }),
  200,
);
client.use({
  onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${scoped.access_token}`),
});

// INV-0042 is paid in full.
const body: components["schemas"]["InvoiceRecordPaymentRequestRequest"] = {
  customer_id,
  total_amount_cents: 450000,
  payment_method: "bank_transfer",
  allocations: [{ invoice_id: INVOICE, amount_cents: 450000 }],
};
const PAYMENTS = "/v1/platform/businesses/{business_id}/invoices/payments/";
const pay = (key?: string) => {
  const header = key === undefined ? {} : { "Idempotency-Key": key };
  return client.POST(PAYMENTS, { params: { path: { business_id }, header }, body });
};
const { payment } = answered(await pay("order-1"), 201);
same("unallocated", payment.unapplied_amount_cents, 0);
same("invoice", payment.applied_invoices.map((it) => [it.id, it.status]), [[INVOICE, "paid"]]);

// It is read back, alone and in the list.
const got = answered(
  await client.GET("/v1/platform/businesses/{business_id}/invoices/payments/{payment_id}/", {
    params: { path: { business_id, payment_id: payment.id } },
  }),
  200,
);
same("payment", [got.id, got.total_amount, got.status], [payment.id, 450000, "completed"]);
const query = { sort: "created_at", page_size: 1 } as const;
const page = answered(await client.GET(PAYMENTS, { params: { path: { business_id }, query } }), 200);
same("newest payment", page.results.map((it) => it.id), [payment.id]);

// The same key and body again: the first answer, and no second payment.
const again = await pay("order-1");
same("replayed", again.response.headers.get("idempotent-replayed"), "true");
same("replay", answered(again, 200).payment, payment);
const after = answered(await client.GET(PAYMENTS, { params: { path: { business_id }, query } }), 200);
same("payments after the replay", after.count, page.count);

// Without the key it is a second payment, for which nothing is outstanding.
const refusal = refused(await pay(), 422);
same("refusal", refusal.error_code, "allocation_exceeds_outstanding");
same("told of", Object.keys(refusal.detail?.["field_errors"] ?? {}), ["allocations[0].amount_cents"]);

console.log("thredfi: the journey with openapi-typescript and openapi-fetch went through");
