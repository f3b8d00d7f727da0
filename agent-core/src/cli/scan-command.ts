import type { LoadedSource } from "../plugins/loaded-source.js";
import { buildLastScan, type LastScan } from "../state/last-scan.js";
import { AGENT_VERSION, REPORT_STORE, STATE_FOLDER, USER } from "../tokens.js";
import type { CliAction } from "./cli-context.js";
import { describeSources, describeUpdates, isFullyKnown } from "./describe-scan.js";
import { EXIT } from "./exit-codes.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { SCANNER } from "../jobs/scanner.js";
import { SOURCE_GATE } from "../jobs/source-gate.js";

/** The options of `redflag-agent scan`. */
export interface ScanCommandOptions {
  readonly source?: string;
  readonly refresh: boolean;
  readonly json?: boolean;
}

/** Scans now and shows what is pending. Fails when anything is not fully known. */
export const scanCommand: CliAction<ScanCommandOptions> = async (context, options) => {
  const { output, facts, stop } = context;
  const container = await context.open(context.config(), "nowhere");
  const host = container.resolve(PLUGIN_HOST);
  for (const { reason } of host.refused) output.err(reason);
  const wanted = host.sources.filter(
    (source) => options.source === undefined || source.id === options.source,
  );
  if (wanted.length === 0) {
    const known = host.sources.map((source) => source.id).join(", ") || "none";
    output.err(`There is no source ${options.source ?? "to scan"} here; sources: ${known}.`);
    return options.source === undefined ? EXIT.configuration : EXIT.usage;
  }
  const gate = container.resolve(SOURCE_GATE);
  const scanner = container.resolve(SCANNER);
  const scan = (source: LoadedSource) => scanner.scan(source, { refresh: options.refresh, signal: stop });
  const sayWaiting =
    ({ manifest }: LoadedSource) =>
    () =>
      output.err(
        `Waiting for ${manifest.displayName}: the agent of this machine is using it. Ctrl-C ends the wait.`,
      );
  await Promise.all(
    wanted.map((source) => gate.enter(source.id, stop, () => scan(source), sayWaiting(source))),
  );
  await host.dispose();
  const stored = await container.resolve(REPORT_STORE).readAll();
  const ids = new Set(wanted.map((source) => source.id));
  const scanned = stored.filter(({ source }) => ids.has(source));
  const result = buildLastScan(scanned, container.resolve(AGENT_VERSION), facts.clock.now());
  if (options.json === true) output.out(JSON.stringify(result, null, 2));
  else show(result);
  return isFullyKnown(result) && host.refused.length === 0 ? EXIT.ok : EXIT.failed;

  function show(lastScan: LastScan): void {
    const table = describeUpdates(lastScan);
    if (table !== "") output.out(`${table}\n`);
    output.out(describeSources(lastScan, facts.clock.now()).join("\n"));
    if (!container.resolve(USER).isPrivileged) output.out("Installing updates needs root.");
    output.err(`Kept in ${container.resolve(STATE_FOLDER).lastScan}.`);
  }
};
