// Plays the server or the agent for the supervisor's tests: writes what happens to a file, behaves as it is told.
import { appendFileSync } from "node:fs";

const [role, behaviour, log] = process.argv.slice(2);
const note = (/** @type {string} */ what) => appendFileSync(String(log), `${role} ${what}\n`);

const registration = process.env["REDFLAG_REGISTRATION_TOKEN"];
note(`started ${process.pid}${registration ? ` with ${registration}` : ""}`);

const end = (/** @type {string} */ why) => {
  note(why);
  process.exit(0);
};
if (behaviour === "stubborn") process.on("SIGTERM", () => note("ignored SIGTERM"));
else process.on("SIGTERM", () => end("stopped by SIGTERM"));
process.on("SIGINT", () => end("stopped by SIGINT"));
process.on("disconnect", () => end("noticed the supervisor's end"));

if (behaviour?.startsWith("exit-")) {
  console.error(`${role}: a sentence about what is wrong`);
  process.exit(Number(behaviour.slice("exit-".length)));
}
if (role === "server" && behaviour !== "silent") {
  process.send?.({
    type: "ready",
    url: "http://127.0.0.1:8080",
    setupCode: "ABCD-EFGH",
    registrationToken: "reg-secret",
  });
}
setInterval(() => {}, 60_000);
