// Judges what Prism found (see ./run):
//
//   node judge.mjs WORK THREDFI DAYZERO     WORK holds calls.jsonl and the four documents; the
//                                           others are the ports of each provider's two proxies
//
// 1. Prism looks: it is shown an answer that keeps no schema for every documented answer.
// 2. Against the served document: no violation in any answer, none in a request that was accepted.
// 3. Against the document as it is published: what differs from 2 is what the overlay's actions
//    correct, as overlay.yaml lists it, no more and no less.
// 4. Every operation was judged, and not by a few calls.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , work, ...ways] = process.argv;
const here = new URL(".", import.meta.url).pathname;
const yaml = createRequire(`${work}/../node/`)("js-yaml");
const read = (path) => readFileSync(path, "utf8");

/** Fewer judged calls than this is a suite that did not go through Prism. */
const LEAST = 2500;

/** Violations in requests that the sandbox accepts all the same, and why. */
const ACCEPTED = yaml.load(read(`${here}/accepted.yaml`));

const PROVIDERS = ["thredfi", "dayzero"].map((name, index) => ({
  name,
  ports: Object.fromEntries(ways[index].split(",").map((port, at) => [["published", "served"][at], port])),
  overlay: yaml.load(read(`${here}/../../../specs/overlays/${name}.yaml`)).actions,
  documents: Object.fromEntries(["published", "served"].map((side) => [side, JSON.parse(read(`${work}/${name}-${side}.json`))])),
}));
const problems = [];

const operations = PROVIDERS.flatMap(({ name, documents, ports }) =>
  Object.entries(documents.served.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      provider: name, ports, documents, path, operation, method: method.toUpperCase(), judged: 0,
    })),
  ),
);

/** The operation of a call; nothing where its path is written without the documented slash. */
function operationOf({ method, path }) {
  const fits = ({ path: template }) => {
    const [wanted, got] = [template.split("/"), path.split("/")];
    return wanted.length === got.length && wanted.every((part, at) => part.startsWith("{") || part === got[at]);
  };
  const candidates = operations.filter((it) => it.method === method && fits(it));
  return candidates.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}

/** What Prism said in its header, each as `where what`. Of a list that was cut off, what is whole. */
function violations(found, status) {
  if (typeof found === "string") {
    found = JSON.parse(`${found.slice(found.indexOf("["), found.lastIndexOf("},") + 1)}]`);
  }
  return found.map(({ location, code, message }) => {
    const where = location.map((part) => (/^\d+$/.test(part) ? "[]" : part)).join(".").replaceAll(".[]", "[]");
    const what = message.startsWith("Unable to match the returned status") ? `status ${status}` : code ?? message;
    return `${where} ${what}`;
  });
}

/** 1. Every documented answer that has a schema is held to it. */
async function prismLooks({ ports, documents }, side) {
  for (const { path, method, operation } of operations.filter((it) => it.ports === ports)) {
    const { responses } = documents[side].paths[path][method.toLowerCase()];
    for (const [status, { content }] of Object.entries(responses)) {
      if (!content?.["application/json"]?.schema) continue;
      const address = `http://127.0.0.1:${ports[side]}${path.replace(/{\w+}/g, "3c90c3cc-0d44-4b50-8888-8dd25736052a")}`;
      const answer = await fetch(address, { method, headers: { "x-way": `spoilt,${status}` } });
      const found = violations(JSON.parse(answer.headers.get("sl-violations") ?? "[]"), Number(status));
      if (found.some((it) => it.startsWith("response"))) continue;
      problems.push(`Prism finds nothing in a spoilt answer ${status} of ${operation.operationId} (${side})`);
    }
  }
}

/** 2. and the counting of 4., and what differs between the two documents for 3. */
function readCalls() {
  const seen = { around: new Map(), beside: 0, judged: 0, accepted: new Set(), differences: { thredfi: {}, dayzero: {} } };
  for (const line of read(`${work}/calls.jsonl`).trimEnd().split("\n")) {
    const call = JSON.parse(line);
    const at = `${call.method} ${call.path} (${call.test})`;
    if (call.around !== undefined) {
      seen.around.set(call.around, (seen.around.get(call.around) ?? 0) + 1);
      continue;
    }
    const operation = operationOf(call);
    // A 405 belongs to the path, and not to an operation whose parameter would take its last part.
    if (operation === undefined || call.status === 405) {
      seen.beside += 1;
      continue;
    }
    const { operationId } = operation.operation;
    const accepted = call.status < 300;
    if (accepted) operation.judged += 1;
    seen.judged += 1;
    const [published, served] = [call.published, call.served].map((it) => violations(it, call.status));
    for (const violation of served) {
      if (violation.startsWith("request") && !accepted) continue;
      const known = ACCEPTED.filter((it) => it.operations.includes(operationId)
        && (it.kinds ?? [call.kind]).includes(call.kind) && it.violations.includes(violation));
      for (const { violations } of known) seen.accepted.add(violations);
      if (known.length === 0) problems.push(`${at} -> ${call.status}: ${violation}`);
    }
    const note = (side, mine, others) => {
      for (const violation of mine.filter((it) => !others.includes(it))) {
        const what = `${side} ${operationId} ${violation}`;
        seen.differences[operation.provider][what] ??= at;
      }
    };
    note("published", published, served);
    note("served", served, published);
  }
  return seen;
}

/** 3. Every difference is an action's, every action has its differences or a reason for none. */
function holdToOverlay({ name, overlay }, differences) {
  const kept = yaml.load(read(`${here}/overlay.yaml`))[name];
  const covers = (pattern, what) => {
    const [side, operation, ...rest] = pattern.split(" ");
    const [itsSide, itsOperation, ...its] = what.split(" ");
    return side === itsSide && ["*", itsOperation].includes(operation) && rest.join(" ") === its.join(" ");
  };
  const patterns = kept.flatMap((action) => action.seen ?? []);
  for (const [what, at] of Object.entries(differences)) {
    if (!patterns.some((pattern) => covers(pattern, what))) {
      problems.push(`no action of the overlay of ${name} explains this: ${what}\n    first seen: ${at}`);
    }
  }
  for (const pattern of patterns) {
    if (!Object.keys(differences).some((what) => covers(pattern, what))) {
      problems.push(`overlay.yaml expects of ${name} what Prism did not find: ${pattern}`);
    }
  }
  const [actions, listed] = [overlay.map(({ target }) => target), kept.map(({ target }) => target)];
  for (const target of actions.filter((it) => !listed.includes(it))) {
    problems.push(`overlay.yaml lacks the action of specs/overlays/${name}.yaml on ${target}`);
  }
  for (const target of listed.filter((it) => !actions.includes(it))) {
    problems.push(`overlay.yaml lists an action on ${target} that specs/overlays/${name}.yaml has not`);
  }
  for (const { target, seen, unseen } of kept) {
    if ((seen === undefined) === (unseen === undefined)) {
      problems.push(`overlay.yaml gives ${target} neither or both of seen and unseen`);
    }
  }
}

// Each Prism is a process of its own.
await Promise.all(PROVIDERS.flatMap((it) => ["published", "served"].map((side) => prismLooks(it, side))));
const seen = readCalls();
for (const provider of PROVIDERS) holdToOverlay(provider, seen.differences[provider.name]);
for (const { operation, judged } of operations) {
  if (judged === 0) problems.push(`no accepted call of ${operation.operationId} went through Prism`);
}
for (const { why, violations } of ACCEPTED) {
  if (!seen.accepted.has(violations)) problems.push(`accepted.yaml has an entry that nothing needs: ${why}`);
}
if (seen.judged < LEAST) problems.push(`only ${seen.judged} calls were judged, ${LEAST} at least are expected`);

const differences = Object.values(seen.differences).flatMap(Object.keys).length;
console.log(`prism: ${seen.judged} exchanges of ${operations.length} operations judged, ${seen.beside} were on no documented path`);
console.log(`prism: ${differences} differences between the documents as published and as served`);
for (const [reason, count] of seen.around) console.log(`prism: ${count} went around it: ${reason}`);
for (const problem of problems) console.error(`prism: ${problem}`);
console.log(problems.length === 0 ? "prism: nothing else is found" : `prism: ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
