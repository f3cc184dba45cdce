// Serves the peer, emulate's Okta, with as many people as the first argument says. It
// would listen on every address of the machine: it is held to loopback here.
import { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (port) {
  this.on("listening", () => console.log(`http://127.0.0.1:${this.address().port}`));
  return listen.call(this, port, "127.0.0.1");
};
const { createEmulator } = await import("emulate");

const users = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const login = `person${i}@company.example`;
  users.push({ okta_id: `00upeer${String(i).padStart(13, "0")}`, login, email: login, first_name: "Person", last_name: `Number ${i}` });
}
const peer = await createEmulator({ service: "okta", port: 0, seed: { okta: { users } } });
process.on("SIGTERM", async () => {
  await peer.close();
  process.exit(0);
});
