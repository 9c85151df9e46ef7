// The provider's own widget, as npm has it, in a page that jsdom runs. Somebody opens it, goes to the
// receivables by its menu, leafs through the list, looks at a paid invoice, and has another one paid
// by the first bank transaction that the widget offers for it. What each page showed, and what each
// call answered, is printed as JSON; whether that is right, tests/widget.rs judges.
//
// node show.mjs URL_OF_THE_SANDBOX PARTNER API_KEY BUSINESS PAID_INVOICE UNPAID_INVOICE

import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { JSDOM, VirtualConsole } from "jsdom";

const [sandbox, partner, apiKey, business, paid, unpaid] = process.argv.slice(2);
const BUNDLE = new URL("node_modules/@thredfi/accounting/dist/index.umd.js", import.meta.url);

/** Where the widget's environment "local" has the API. It can be told no other place. */
const LOCAL = { host: "localhost", port: 8000 };

/** The partner's own page. It is of another origin than the API, so every call has to pass CORS. */
const PAGE = "http://localhost:3000/accounting";

/** How often a page is looked at, and how many looks in a row must find it at rest. */
const LOOK = 50;
const LOOKS_AT_REST = 10;
const PATIENCE = 60_000;

const calls = [];
let underWay = 0;
const complaints = [];

redirectLocal();
watchCalls();
const window = openPage();
const { document } = window;
window.ThredfiAccounting.mountThredfi({
  thredfiSelector: "#widget",
  businessId: business,
  getToken: businessToken,
  environment: "local",
  lang: "en",
  basePath: new URL(PAGE).pathname,
});
const landing = await settled("its menu", () => menu());
menu().click();
const list = [await settled("the list", () => button("next-page") && rows().length > 0)];
while (!button("next-page").disabled) list.push(await leaf("next-page"));
while (!row(paid) && !button("previous-page").disabled) await leaf("previous-page");
const invoice = await open(paid);
menu().click();
await settled("the list again", () => row(unpaid));
const listAfter = await pay(unpaid);
const invoiceAfter = await open(unpaid);
window.ThredfiAccounting.unmountThredfi();
window.close();
const seen = { landing, list, invoice, listAfter, invoiceAfter, calls, complaints };
// Connections that are kept open would keep the program.
process.stdout.write(`${JSON.stringify(seen, null, 1)}\n`, () => process.exit(0));

/** As a line in a hosts file, but with a port: what goes over the wire stays as it is. */
function redirectLocal() {
  const { hostname, port } = new URL(sandbox);
  const connect = http.Agent.prototype.createConnection;
  http.Agent.prototype.createConnection = function createConnection(options, ...rest) {
    if (options.host !== LOCAL.host || Number(options.port) !== LOCAL.port) {
      return connect.call(this, options, ...rest);
    }
    return net.createConnection({ host: hostname, port: Number(port) }, ...rest);
  };
}

/** Keeps every call of the page, preflights too, with the status of its answer. */
function watchCalls() {
  subscribe("http.client.request.start", () => (underWay += 1));
  subscribe("http.client.response.finish", ({ request, response }) => {
    underWay -= 1;
    calls.push({ method: request.method, path: request.path, status: response.statusCode });
  });
  subscribe("http.client.request.error", ({ request, error }) => {
    underWay -= 1;
    complaints.push(`${request.method} ${request.path}: ${error.message}`);
  });
}

/** A page with a place for the widget, and the bundle run as that page's script. */
function openPage() {
  const virtualConsole = new VirtualConsole();
  virtualConsole.on("error", (...said) => complaints.push(said.map(String).join(" ")));
  virtualConsole.on("jsdomError", (error) => complaints.push(error.message));
  const html = '<!doctype html><html lang="en"><body><div id="widget"></div></body></html>';
  const { window } = new JSDOM(html, {
    url: PAGE,
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole,
  });
  // What a browser has and jsdom, which draws nothing, has not.
  window.scrollTo = () => {};
  window.eval(readFileSync(BUNDLE, "utf8"));
  return window;
}

/** What the partner's server does: the API key buys a token, and that one a token for a business. */
async function businessToken() {
  const basic = Buffer.from(`${partner}:${apiKey}`).toString("base64");
  const { access_token } = await mint("/v1/platform/oauth2/token/", `Basic ${basic}`);
  return mint(`/v1/platform/${business}/oauth2/token/`, `Bearer ${access_token}`);
}

async function mint(path, authorization) {
  const url = new URL(path, sandbox);
  const answer = await fetch(url, { method: "POST", headers: { authorization } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Goes to another page of the list. */
async function leaf(way) {
  const before = text(rows()[0]);
  button(way).click();
  return settled(way, () => rows().length > 0 && text(rows()[0]) !== before);
}

/** Goes from the list to the page of one invoice. */
async function open(number) {
  if (!row(number)) giveUp(`a row of ${number}`);
  row(number).click();
  return settled("the invoice", () => text(document.querySelector("h1")) === number);
}

/** Allocates the first bank transaction that is offered to an invoice of the list. */
async function pay(number) {
  const offered = () => dialog()?.querySelector("tbody input[type=checkbox]");
  const confirm = () => named(dialog(), "Confirm Match");
  named(row(number), "Record Payment").click();
  await settled("a bank transaction", offered);
  offered().click();
  await settled("the choice", () => !confirm().disabled);
  confirm().click();
  const isPaid = () => row(number) && !named(row(number), "Record Payment");
  return settled("the payment", () => !dialog() && isPaid());
}

/** What the page shows, once it has what is waited for and has come to rest. */
async function settled(name, arrived) {
  const end = Date.now() + PATIENCE;
  for (let rest = 0; rest < LOOKS_AT_REST; await sleep(LOOK)) {
    rest = underWay === 0 && arrived() ? rest + 1 : 0;
    if (Date.now() > end) giveUp(name);
  }
  return shown();
}

function giveUp(waitedFor) {
  const state = { waitedFor, underWay, ...shown(), calls, complaints };
  process.stderr.write(`${JSON.stringify(state, null, 1)}\n`);
  process.exit(1);
}

function shown() {
  return {
    address: window.location.pathname,
    text: text(document.querySelector("#widget")),
    rows: rows().map((row) => [...row.cells].map(text)),
  };
}

function menu() {
  return document.querySelector("#thredfi-nav-item-accounts_receivable");
}

function button(name) {
  return document.querySelector(`#${name}-button`);
}

function dialog() {
  return document.querySelector("[role=dialog]");
}

function named(element, name) {
  return [...element.querySelectorAll("button")].find((button) => text(button) === name);
}

function rows() {
  return [...document.querySelectorAll("#widget tbody tr")];
}

function row(number) {
  return rows().find((row) => [...row.cells].some((cell) => text(cell) === number));
}

/** An element's words with one space between them; a text cut short comes with its whole. */
function text(element) {
  const pieces = [];
  const walker = element && document.createTreeWalker(element, window.NodeFilter.SHOW_TEXT);
  while (walker?.nextNode()) pieces.push(walker.currentNode.data.trim());
  return pieces.filter(Boolean).join(" ");
}
