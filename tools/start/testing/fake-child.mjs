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
process.on("SIGUSR2", () => process.exit(70));
process.on("disconnect", () => end("noticed the supervisor's end"));

if (behaviour?.startsWith("exit-")) {
  console.error(`${role}: a sentence about what is wrong`);
  process.exit(Number(behaviour.slice("exit-".length)));
}
if (behaviour === "killed") process.kill(process.pid, "SIGKILL");
if (role === "server" && behaviour !== "silent") {
  const port = behaviour === "moving" ? 1024 + (process.pid % 60_000) : 8080;
  process.send?.({
    type: "ready",
    url: `http://127.0.0.1:${port}`,
    setupCode: "ABCD-EFGH",
    registrationToken: "reg-secret",
  });
}
setInterval(() => {}, 60_000);
