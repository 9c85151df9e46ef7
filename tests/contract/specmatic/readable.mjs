// Makes what Specmatic reads of a served document: a copy with fewer ways to say the same, and one
// example file for every documented answer of every operation.
//
//   node readable.mjs SERVER PROVIDER FOLDER    writes FOLDER/PROVIDER.json and
//                                               FOLDER/PROVIDER_examples/*.json
//
// Each example is a request in a world of its own, so that none finds what another has done. What it
// is answered comes from a rehearsal in a twin of that world: Specmatic holds the example to the
// document when it loads it, and then the answer to the same request when it runs.
import { mkdirSync, writeFileSync } from "node:fs";

import { BODIES, ids, preparations } from "./fixtures.mjs";

const [, , server, provider, folder] = process.argv;
const document = await (await fetch(`${server}/openapi/${provider}.json`)).json();
const copy = structuredClone(document);

// Specmatic wants all the schemes of a list of alternatives at once, and takes no header that one of
// them sets. Who calls is therefore an ordinary header here.
delete copy.security;
delete copy.components.securitySchemes;
const WHO = { name: "Authorization", in: "header", required: true, schema: { type: "string" } };
// The sandbox's own way to ask for a documented answer, for the answers that no request brings about.
const PREFER = { name: "Prefer", in: "header", schema: { type: "string" } };

const operations = Object.entries(copy.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);
for (const { operation } of operations) {
  delete operation.security;
  const others = (operation.parameters ?? []).filter(({ name }) => name.toLowerCase() !== "authorization");
  operation.parameters = [...others, WHO, PREFER];
  // It takes a form part for JSON or text by its own rules, and tries every combination of the three.
  const content = operation.requestBody?.content;
  if (content) operation.requestBody.content = { "application/json": content["application/json"] };
}
// Its own examples stand for these, which pair a request only with an answer of the same name.
dropExamples(copy.paths);
copy.servers = [];

function dropExamples(node) {
  if (node === null || typeof node !== "object") return;
  for (const [key, value] of Object.entries(node)) {
    if (key === "examples" || key === "example") delete node[key];
    else if (key !== "schema") dropExamples(value);
  }
}

// Worlds are numbered; a twin has the same number and another first digit.
let worlds = 0;

/** Headers that let somebody into a world: the narrowest credentials that the operation takes. */
async function lets(world, operation, body) {
  if (provider === "dayzero") {
    const business = "019ab37c-b051-7000-8000-000000000001";
    return { Authorization: `Bearer dz_sandbox_${world}`, "x-business-id": business };
  }
  // An example that names the client is about that one; only the token operation has such.
  const partner_id = body?.client_id ?? world;
  const basic = { Authorization: `Basic ${btoa(`${partner_id}:sandbox-api-key`)}` };
  const schemes = operation.security.flatMap(Object.keys);
  if (schemes.every((scheme) => scheme === "BasicAuth")) return basic;
  const partner = bearer(await send("POST", "/v1/platform/oauth2/token/", basic));
  if (!schemes.includes("BusinessScopedJWT")) return partner;
  return bearer(await send("POST", `/v1/platform/${ids("business_id")}/oauth2/token/`, partner));
}

const bearer = ({ body }) => ({ Authorization: `Bearer ${body.access_token}` });

async function send(method, path, headers, body) {
  if (body !== undefined) headers = { "Content-Type": "application/json", ...headers };
  const answer = await fetch(server + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** The request examples of an operation; one without a body where it has none. */
function bodies({ operationId, requestBody }) {
  const media = requestBody?.content["application/json"];
  if (media === undefined) return [undefined];
  const schema = media.schema.$ref ? document.components.schemas[media.schema.$ref.split("/").pop()] : media.schema;
  const named = Object.values(media.examples ?? {}).map(({ value }) => value);
  const all = [...named, media.example, schema.example, BODIES[operationId]];
  const examples = all.filter((example) => example !== undefined);
  if (examples.length === 0) throw new Error(`${operationId} has no example of a request: BODIES needs one`);
  return examples;
}

/** What Specmatic is to send, and what the sandbox answers to it in a world like that one. */
async function example(original, path, method, body, status, headers, again) {
  const number = String(++worlds).padStart(12, "0");
  const [world, twin] = [`10000000-0000-4000-8000-${number}`, `20000000-0000-4000-8000-${number}`];
  const filled = {};
  for (const name of [world, twin]) {
    const caller = await lets(name, original, body);
    let values = {};
    for (const step of preparations(method, path)) {
      const made = await send(step.method, step.path, caller, step.body);
      if (made.status >= 300) throw new Error(`${step.path}: ${JSON.stringify(made)}`);
      values = { ...values, ...step.gives(made.body) };
    }
    const address = path.replace(/{(\w+)}/g, (_, parameter) => {
      const documented = original.parameters.find((it) => it.name === parameter);
      return values[parameter] ?? ids(parameter, method, path) ?? documented.example;
    });
    const request = { method: method.toUpperCase(), path: address, headers: { ...caller, ...headers }, body };
    if (again) await send(request.method, address, request.headers, body);
    filled[name] = request;
  }
  const { method: verb, path: address, headers: sent } = filled[twin];
  const answer = await send(verb, address, sent, body);
  if (answer.status !== status) {
    throw new Error(`${verb} ${address} should be answered ${status}: ${JSON.stringify(answer)}`);
  }
  const file = `${folder}/${provider}_examples/${original.operationId}-${status}-${number}.json`;
  const pair = { "http-request": filled[world], "http-response": answer };
  writeFileSync(file, JSON.stringify(pair, null, 1));
}

mkdirSync(`${folder}/${provider}_examples`, { recursive: true });
for (const { path, method } of operations) {
  const original = document.paths[path][method];
  const good = Object.keys(original.responses).map(Number).filter((status) => status < 300);
  const first = Math.max(...good);
  for (const body of bodies(original)) {
    // Without a key, as the examples of one operation may share an external_id.
    await example(original, path, method, body, first, {}, false);
    const key = { "Idempotency-Key": "specmatic" };
    if (good.length === 2) await example(original, path, method, body, 200, key, true);
  }
  for (const status of Object.keys(original.responses).map(Number)) {
    const [body] = bodies(original);
    if (status >= 300) await example(original, path, method, body, status, { Prefer: `code=${status}` }, false);
  }
}
writeFileSync(`${folder}/${provider}.json`, JSON.stringify(copy, null, 1));
