import { settingDocs } from "./settings.js";

const exitCodes = [
  ["0", "stopped because somebody asked for it"],
  ["64", "the command line is wrong"],
  ["65", "the backup is damaged or was made by a newer version"],
  ["66", "the backup, or the database to back up, is not there"],
  ["69", "the database server cannot be reached"],
  ["70", "something failed that should not; the log tells more"],
  ["73", "the backup cannot be written"],
  ["74", "the data folder is damaged"],
  ["75", "another server uses the data folder or the database, or the database to restore into is not empty"],
  ["77", "the data folder, the database or the port may not be used by this user"],
  ["78", "a setting is wrong, or this platform is not supported"],
  ["98", "the port is in use"],
];

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  const settings = Object.entries(settingDocs).map(([name, { fallback, means }]) => [
    `\`${name}\``,
    fallback,
    means,
  ]);
  return `# Configuration

The server is configured by environment variables; there is no file. An empty variable counts as not set. A variable that begins with \`REDFLAG_\` or \`SERVER_\` and is not listed here stops the start with a suggestion.

${table(["variable", "default", "meaning"], settings)}

## Exit codes

${table(["code", "meaning"], exitCodes)}
`;
}

/** A table in the form in which the formatter leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[], filler: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(" | ")} |`;
  return [
    line(head, " "),
    line(
      head.map(() => ""),
      "-",
    ),
    ...rows.map((row) => line(row, " ")),
  ].join("\n");
}
