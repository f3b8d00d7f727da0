/** The commands of today by the flags of the first agent. */
const ALIASES: Readonly<Record<string, string>> = {
  "--scan": "scan",
  "--status": "status",
  "--list-updates": "list-updates",
  "--register": "register",
};

/**
 * Understands the first agent's flags: `--scan`, `--status`, `--list-updates`, `--scan --export=json` and
 * `--export=json`. Anything else is left as it is.
 */
export function translateSeedFlags(argv: readonly string[]): string[] {
  const alias = argv.find((arg) => Object.hasOwn(ALIASES, arg));
  const format = exportFormat(argv);
  if (alias === undefined && format === undefined) return [...argv];
  const rest = argv.filter((arg, index) => arg !== alias && !isExportPart(argv, index));
  const command = ALIASES[alias ?? ""] ?? "export";
  if (format === undefined) return [command, ...rest];
  return command === "export"
    ? ["export", "--format", format, ...rest]
    : [command, "--export", format, ...rest];
}

function exportFormat(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((arg) => arg === "--export" || arg.startsWith("--export="));
  // With a command of today before it, the flag is that command's own.
  if (index === -1 || (argv[0] !== undefined && !argv[0].startsWith("-"))) return undefined;
  const [, value] = argv[index]?.split("=", 2) ?? [];
  return value ?? argv[index + 1] ?? "json";
}

function isExportPart(argv: readonly string[], index: number): boolean {
  const arg = argv[index] ?? "";
  const before = argv[index - 1];
  if (exportFormat(argv) === undefined) return false;
  return arg === "--export" || arg.startsWith("--export=") || (before === "--export" && !arg.startsWith("-"));
}
