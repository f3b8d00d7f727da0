/**
 * What is printed once everything runs.
 *
 * @param {import("./settings.mjs").Ready} ready
 * @param {string} dataDir
 * @returns {string[]} lines
 */
export function announce(ready, dataDir) {
  const address = ready.setupCode ? `${ready.url}/setup#code=${ready.setupCode}` : ready.url;
  const lines = ["", "RedFlag is running.", "", `  Open ${address}`];
  if (ready.setupCode) lines.push("  The code in this address works once, for the first operator.");
  lines.push("", `  Data and logs are in ${dataDir}. Ctrl-C stops everything.`, "");
  return lines;
}
