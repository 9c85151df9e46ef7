// What one writes by hand for a test: Node.js, ajv with the schema of the request, payments in a Map.
// It checks a token's presence and the body, remembers idempotency keys, and answers in the three
// shapes of the API. It knows no invoices and no worlds, and keeps no journal.
//
//   node stateful.mjs DOCUMENT.json     prints its port; the document is Thredfi's
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import Ajv from "ajv";
import formats from "ajv-formats";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
ajv.addSchema(document, "document");
const valid = ajv.compile({ $ref: "document#/components/schemas/InvoiceRecordPaymentRequestRequest" });

const payments = new Map();
const newest = [];
const replays = new Map();

function send(response, status, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

const refuse = (response, status, error_code, detail = {}) =>
  send(response, status, { error_code, message: error_code, detail, request_id: randomUUID() });

function record(body, business_id) {
  const now = new Date().toISOString();
  const total = body.total_amount_cents;
  const allocated = (body.allocations ?? []).reduce((sum, { amount_cents }) => sum + amount_cents, 0);
  return {
    id: randomUUID(), business_id, customer_id: body.customer_id, total_amount: total,
    allocated_amount: allocated, unallocated_amount: total - allocated,
    processing_fee: body.processing_fee_cents ?? 0, net_amount: total - (body.processing_fee_cents ?? 0),
    currency: body.currency ?? "GBP", display_amount: `£${(total / 100).toFixed(2)}`,
    payment_date: body.payment_date ?? now.slice(0, 10), payment_method: body.payment_method ?? "bank_transfer",
    payment_reference: body.payment_reference ?? "", external_id: body.external_id ?? "", note: body.note ?? "",
    metadata: body.metadata ?? {}, status: "completed", allocations: body.allocations ?? [],
    created_at: now, updated_at: now,
  };
}

function created({ total_amount, allocated_amount, unallocated_amount, ...rest }, key) {
  const cents = { total_amount_cents: total_amount, applied_amount_cents: allocated_amount, unapplied_amount_cents: unallocated_amount };
  return JSON.stringify({ payment: { ...rest, ...cents, idempotency_key: key } });
}

const server = createServer((request, response) => {
  if (!request.headers.authorization?.startsWith("Bearer ")) return refuse(response, 401, "authentication_required");
  if (request.method === "DELETE") {
    // Everything is forgotten.
    payments.clear();
    newest.length = 0;
    replays.clear();
    return send(response, 200, {});
  }
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const [, , , , business, , , id] = pathname.split("/");
  if (request.method === "GET" && id) {
    const payment = payments.get(id);
    return payment ? send(response, 200, payment) : refuse(response, 404, "payment_not_found");
  }
  if (request.method === "GET") {
    const size = Number(searchParams.get("page_size") ?? 20);
    const page = Number(searchParams.get("page") ?? 1);
    const end = newest.length - (page - 1) * size;
    const results = newest.slice(Math.max(0, end - size), end).reverse();
    const total_pages = Math.max(1, Math.ceil(newest.length / size));
    const page_info = { total_count: newest.length, current_page: page, total_pages, page_size: size };
    return send(response, 200, { count: newest.length, page_info, results });
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const text = Buffer.concat(chunks).toString();
    const key = request.headers["idempotency-key"];
    const before = key && replays.get(key);
    if (before) return before.text === text ? send(response, 200, before.answer) : refuse(response, 409, "idempotency_conflict");
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      return refuse(response, 400, "validation_error");
    }
    if (!valid(body)) {
      const field_errors = {};
      for (const { instancePath, message } of valid.errors) (field_errors[instancePath] ??= []).push(message);
      return refuse(response, 400, "validation_error", { field_errors });
    }
    const payment = record(body, business);
    payments.set(payment.id, payment);
    newest.push(payment);
    const answer = created(payment, key);
    if (key) replays.set(key, { text, answer });
    send(response, 201, answer);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
