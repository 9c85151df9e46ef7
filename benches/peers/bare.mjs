// Node.js and nothing else: the bytes that it was given, for every call. What a server in Node.js
// cannot be faster than.
//
//   node bare.mjs ANSWERS.json     prints its port; ANSWERS has status and body by call
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const answers = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ready = (call) => ({ status: answers[call].status, bytes: Buffer.from(answers[call].body) });
const [get, list, create] = [ready("get"), ready("list"), ready("create")];

function send(response, { status, bytes }) {
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}

const server = createServer((request, response) => {
  if (request.method === "GET") {
    send(response, request.url.includes("page_size") ? list : get);
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString());
    send(response, create);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
