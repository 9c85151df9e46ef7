// What stands behind Prism, whose upstream is one address: sends each call on to the next port of
// its way, which it carries in `x-way`. What the proxy that it meets there has found is put aside,
// or the proxy before it would write over it.
//
//   node switch.mjs     listens on a free port, and prints it
//
// A way that ends in `spoilt` ends here, in a text, where no schema has one: the calls by which the
// judge sees that Prism does look.
import { createServer, request } from "node:http";

const server = createServer((call, answer) => {
  const [port, ...rest] = call.headers["x-way"].split(",");
  if (port === "spoilt") {
    answer.writeHead(Number(rest[0]), { "content-type": "application/json" }).end('"spoilt"');
    return;
  }
  const headers = { ...call.headers, host: `127.0.0.1:${port}` };
  delete headers["x-way"];
  if (rest.length > 0) headers["x-way"] = rest.join(",");
  const options = { host: "127.0.0.1", port, method: call.method, path: call.url, headers };
  const onwards = request(options, (reply) => {
    const { "sl-violations": inner, ...others } = reply.headers;
    if (inner !== undefined) others["sl-violations-inner"] = inner;
    answer.writeHead(reply.statusCode, others);
    reply.pipe(answer);
  });
  onwards.on("error", () => answer.destroy());
  call.pipe(onwards);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
