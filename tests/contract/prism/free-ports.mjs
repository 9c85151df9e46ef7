// node free-ports.mjs N     prints N ports that nobody listens on
import { createServer } from "node:net";

const servers = Array.from({ length: Number(process.argv[2]) }, () => createServer());
await Promise.all(servers.map((server) => new Promise((done) => server.listen(0, "127.0.0.1", done))));
console.log(servers.map((server) => server.address().port).join(" "));
servers.forEach((server) => server.close());
