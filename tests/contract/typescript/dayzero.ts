// A Day Zero customer's journey: a deposit pays an invoice, get, list, the same once more, refusals.
import createClient from "openapi-fetch";

import { answered, refused, same, serverAddress } from "./expect.js";
import type { components, paths } from "./dayzero-api.js";

const invoice_id = "019ab37c-1001-7000-8000-000000000001";
const DEPOSIT = "019ab37c-7001-7000-8000-000000000001";

const client = createClient<paths>({
  baseUrl: serverAddress(),
  headers: {
    Authorization: "Bearer dz_sandbox_default",
    "x-business-id": "019ab37c-b051-7000-8000-000000000001",
  },
});

// Half of the invoice over 12000 is paid by a bank transaction.
const INVOICE = "/api/v1/invoices/{invoice_id}";
const PAYMENTS = "/api/v1/invoices/{invoice_id}/payments";
const path = { invoice_id };
const pay = (amount: number) =>
  client.POST(PAYMENTS, { params: { path }, body: { transaction_id: DEPOSIT, amount } });
const payment = answered(await pay(6000), 201);
same("payment", [payment.amount, payment.currency, payment.transaction?.id], [6000, "USD", DEPOSIT]);

// It shows on the invoice and in its list of payments.
const half = answered(await client.GET(INVOICE, { params: { path } }), 200);
same("invoice", [half.status, half.balance_due], ["partially_paid", 6000]);
const list = answered(await client.GET(PAYMENTS, { params: { path } }), 200);
same("payments", list.items.map((it) => it.id), [payment.id]);

// Day Zero has no idempotency: the same call again is the other half.
const second = answered(await pay(6000), 201);
same("a second payment", second.id === payment.id, false);
const whole = answered(await client.GET(INVOICE, { params: { path } }), 200);
same("invoice", [whole.status, whole.balance_due], ["manual_paid", 0]);

// 8000 of the deposit are left, and both figures are told.
const refusal: components["schemas"]["ErrorDetail"] | components["schemas"]["HTTPValidationError"] =
  refused(await pay(9000), 400);
same("both figures", /9000.*8000|8000.*9000/.test(JSON.stringify(refusal.detail)), true);
same("wrong field", refused(await pay(0), 422).detail !== undefined, true);

console.log("dayzero: the journey with openapi-typescript and openapi-fetch went through");
