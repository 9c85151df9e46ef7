// Starts the sandbox and its peers, sends the same calls to each in turns, and prints calls a second
// and how many times a peer's the sandbox does. Run by ./run, which says what it takes.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const { SANDBOOK, WORK } = process.env;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.DURATION ?? 2);
const CONNECTIONS = Number(process.env.CONNECTIONS ?? 32);
const here = new URL(".", import.meta.url).pathname;

const PARTNER = "2b80c3cc-0c33-4a40-8777-7cc14625941a";
const BUSINESS = "3c90c3cc-0d44-4b50-8888-8dd25736052a";
const PAYMENTS = `/v1/platform/businesses/${BUSINESS}/invoices/payments/`;
// Nothing is allocated, or there would soon be no invoice left to pay.
const BODY = JSON.stringify({
  customer_id: "4d90c3cc-1e55-5c61-9999-9ee36847163b", total_amount_cents: 1200, currency: "GBP",
  payment_date: "2024-03-20", payment_method: "bank_transfer", payment_reference: "FPS-20240320-1",
  note: "On account", metadata: { order: "1" },
});

/** The least that the sandbox should do, as sandbox / peer, by peer and call. */
const TARGETS = {
  "prism mock": { get: 25, "get anew": 25, list: 25, "list anew": 25, create: 25 },
  "stateful node": { create: 3 },
};

/** A read is asked again with the same words, or anew with a query of its own each time. */
const CALLS = ["get", "get anew", "list", "list anew", "create"];

const started = [];

/** What runs a program on this core alone: as in `speed`, a server has one and the client another. */
const onCore = (core, command, args) =>
  availableParallelism() < 2 ? [command, args] : ["taskset", ["-c", core, command, ...args]];

/** Starts a program and waits for the line that says its port; without a pattern it listens on `port`. */
async function start(command, args, pattern, port) {
  const program = spawn(...onCore("0", command, args), { stdio: ["ignore", "pipe", "inherit"] });
  started.push(program);
  const died = new Promise((_, fail) =>
    program.on("exit", (status) => fail(new Error(`${command} ${args.join(" ")} ended with ${status}`))),
  );
  died.catch(() => {});
  if (pattern === undefined) {
    program.stdout.resume();
    await Promise.race([died, answers(port)]);
    return port;
  }
  const line = await Promise.race([died, new Promise((found) =>
    createInterface(program.stdout).on("line", (text) => pattern.test(text) && found(text)),
  )]);
  return Number(pattern.exec(line)[1]);
}

// A path that WireMock does not warn of; Prism answers 404 to it.
async function answers(port) {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/__admin/health`);
      return;
    } catch {
      await new Promise((soon) => setTimeout(soon, 50));
    }
  }
}

const freePort = () => new Promise((found) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

async function call(port, method, path, headers, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
  return { status: answer.status, body: await answer.text() };
}

/** The same, which must succeed. */
async function done(port, method, path, headers, body) {
  const answer = await call(port, method, path, headers, body);
  if (answer.status >= 400) throw new Error(`${method} ${path} on port ${port} was answered ${answer.status}: ${answer.body}`);
  return answer;
}

async function token(port) {
  const basic = `Basic ${btoa(`${PARTNER}:sandbox-api-key`)}`;
  const partner = await done(port, "POST", "/v1/platform/oauth2/token/", { Authorization: basic });
  const bearer = { Authorization: `Bearer ${JSON.parse(partner.body).access_token}` };
  const scoped = await done(port, "POST", `/v1/platform/${BUSINESS}/oauth2/token/`, bearer);
  return JSON.parse(scoped.body).access_token;
}

/** WireMock knows no OpenAPI: a stub a call, with the sandbox's own answers. */
function stubs(folder, recorded, paths) {
  mkdirSync(`${folder}/mappings`, { recursive: true });
  const authorized = { headers: { Authorization: { matches: "Bearer .+" } } };
  const fields = ["customer_id", "total_amount_cents"];
  const requests = {
    get: { method: "GET", urlPath: paths.get, ...authorized },
    list: { method: "GET", urlPath: PAYMENTS, queryParameters: { page_size: { matches: "[0-9]+" } }, ...authorized },
    create: {
      method: "POST", urlPath: PAYMENTS, ...authorized,
      bodyPatterns: fields.map((field) => ({ matchesJsonPath: `$.${field}` })),
    },
  };
  for (const [name, request] of Object.entries(requests)) {
    const response = { ...recorded[name], headers: { "Content-Type": "application/json" } };
    writeFileSync(`${folder}/mappings/${name}.json`, JSON.stringify({ request, response }));
  }
}

async function wrk(port, bearer, name, path, run) {
  const asked = name.endsWith(" anew") ? path + (path.includes("?") ? "&" : "?") : path;
  const env = { ...process.env, CALL: name, CALL_PATH: asked, CALL_BODY: BODY, TOKEN: bearer, RUN: run };
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "--timeout", "20s", "-s", `${here}/load.lua`, `http://127.0.0.1:${port}`];
  const { stdout } = await promisify(execFile)(...onCore("1", "wrk", args), { env });
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${name} on port ${port} was not served:\n${stdout}`);
  return Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)[1]);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function main() {
  const sandbox = await start(SANDBOOK, ["--host", "127.0.0.1", "--port", "0"], /listens on http:\/\/[^:]*:(\d+)/);
  const bearer = await token(sandbox);
  const auth = { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" };
  // A payment that every peer is asked for by the id that it has there.
  const [list, create] = [`${PAYMENTS}?page_size=20`, PAYMENTS];
  const first = async (port) => {
    const made = await done(port, "POST", PAYMENTS, auth, BODY);
    return `${PAYMENTS}${JSON.parse(made.body).payment.id}/`;
  };
  const get = await first(sandbox);
  const recorded = {
    get: await done(sandbox, "GET", get, auth), list: await done(sandbox, "GET", list, auth),
    create: await done(sandbox, "POST", create, auth, BODY),
  };
  writeFileSync(`${WORK}/answers.json`, JSON.stringify(recorded));
  writeFileSync(`${WORK}/thredfi.json`, (await done(sandbox, "GET", "/openapi/thredfi.json")).body);
  stubs(`${WORK}/wiremock`, recorded, { get });

  const node = process.execPath;
  const bin = `${WORK}/node_modules`;
  // The sources are run from where their packages are.
  for (const name of ["bare.mjs", "stateful.mjs"]) writeFileSync(`${WORK}/${name}`, readFileSync(`${here}/${name}`));
  const [prism, wiremock] = [await freePort(), await freePort()];
  const jar = `${bin}/wiremock/build/wiremock-standalone-3.13.2.jar`;
  const stateful = await start(node, [`${WORK}/stateful.mjs`, `${WORK}/thredfi.json`], /^(\d+)$/);
  // What remembers begins every round with the books that it has at its start, and as many payments
  // to list: what a round before it made is not in the way of the next.
  const resetSandbox = () => done(sandbox, "POST", "/_sandbox/reset", {});
  const resetStateful = async () => {
    await done(stateful, "DELETE", "/", auth);
    for (let n = 0; n < 40; n++) await first(stateful);
  };
  const servers = [
    { name: "sandbox", port: sandbox, reset: resetSandbox },
    { name: "bare node", port: await start(node, [`${WORK}/bare.mjs`, `${WORK}/answers.json`], /^(\d+)$/), get },
    { name: "stateful node", port: stateful, reset: resetStateful },
    // Silent, as it is fastest.
    { name: "prism mock", get, port: await start(node, [`${bin}/.bin/prism`, "mock", `${WORK}/thredfi.json`, "--port", prism, "--verboseLevel", "silent"], undefined, prism) },
    { name: "wiremock stubs", get, port: await start("java", ["-jar", jar, "--port", wiremock, "--bind-address", "127.0.0.1", "--root-dir", `${WORK}/wiremock`, "--no-request-journal", "--disable-banner"], undefined, wiremock) },
  ];
  const rates = new Map();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const server of servers.filter((it) => it.reset)) {
      await server.reset();
      server.get = await first(server.port);
    }
    for (const name of CALLS) {
      for (const server of servers) {
        const path = { get: server.get, list, create }[name.split(" ")[0]];
        const rate = await wrk(server.port, bearer, name, path, `${round}-${process.pid}`);
        // The first round warms up.
        if (round > 0) rates.set(`${name} ${server.name}`, [...(rates.get(`${name} ${server.name}`) ?? []), rate]);
      }
    }
    process.stderr.write(`round ${round} of ${ROUNDS}\n`);
  }

  let missed = 0;
  console.log(`${ROUNDS} rounds of ${SECONDS} s, ${CONNECTIONS} connections, in turns, each server on one core; medians`);
  console.log("call      server           calls/s   sandbox/it   lowest…highest   target");
  for (const name of CALLS) {
    for (const server of servers) {
      const mine = rates.get(`${name} sandbox`);
      const its = rates.get(`${name} ${server.name}`);
      const ratios = its.map((rate, round) => mine[round] / rate);
      const target = TARGETS[server.name]?.[name];
      const ratio = median(ratios);
      const verdict = target === undefined ? "" : `≥ ${target}${ratio >= target ? "" : "  MISSED"}`;
      if (target !== undefined && ratio < target) missed += 1;
      const spread = `${Math.min(...ratios).toFixed(2)}…${Math.max(...ratios).toFixed(2)}`;
      console.log(`${name.padEnd(10)}${server.name.padEnd(15)}${median(its).toFixed(0).padStart(9)}${ratio.toFixed(2).padStart(13)}   ${spread.padEnd(17)}${verdict}`);
    }
  }
  return missed;
}

try {
  // Other than for what failed, so that one is not taken for the other.
  process.exitCode = (await main()) === 0 ? 0 : 3;
} finally {
  for (const program of started) program.kill();
}
