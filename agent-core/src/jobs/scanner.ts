import { PluginError } from "@redflag/plugin-sdk";
import { inject, injectable, type InjectionToken } from "tsyringe";
import type { Clock } from "../clock/clock.js";
import type { Log } from "../log/log.js";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { ScanReportInput } from "../protocol/operations.js";
import { buildLastScan, writeLastScan } from "../state/last-scan.js";
import type { ReportStore } from "../state/report-store.js";
import type { StateFolder } from "../state/state-folder.js";
import { AGENT_VERSION, CLOCK, LOG, REPORT_STORE, STATE_FOLDER } from "../tokens.js";
import { scanDigest } from "./scan-digest.js";
import { outcomeOfFailure, outcomeOfReport, type ScanOutcome } from "./scan-report.js";
import { askVanished, type VanishedPackages } from "./vanished.js";
import { failureOf, wireFailure } from "./wire-failure.js";

/** How to scan. */
export interface ScanOptions {
  /** Whether the index of available packages is fetched first. */
  readonly refresh: boolean;
  /** The command that asked for it. */
  readonly commandId?: string;
  readonly signal: AbortSignal;
}

/** Runs scans and keeps their reports. */
export const SCANNER: InjectionToken<Scanner> = Symbol("Scanner");

/** Runs one source's scan and keeps its report. The caller holds the source's lock. */
@injectable()
export class Scanner {
  constructor(
    @inject(REPORT_STORE) readonly reports: ReportStore,
    @inject(STATE_FOLDER) readonly folder: StateFolder,
    @inject(CLOCK) readonly clock: Clock,
    @inject(LOG) readonly log: Log,
    @inject(AGENT_VERSION) readonly agentVersion: string,
  ) {}

  /**
   * Whatever happens, there is a report that says it, except when the scan was cancelled.
   *
   * @throws PluginError `CANCELLED`; nothing is kept then.
   */
  async scan(source: LoadedSource, options: ScanOptions): Promise<ScanReportInput> {
    const startedAt = this.clock.now();
    const found = await this.#run(source, options);
    if (options.signal.aborted) throw new PluginError("CANCELLED", `The scan of ${source.id} was cancelled.`);
    const stored = await this.reports.read(source.id);
    const reported = await this.reports.readReported(source.id);
    const vanished = await this.#askVanished(source, found, reported, options.signal);
    const { restartPending, ...content } = vanished ? incompleteIfBroken(found, vanished) : found;
    const report: ScanReportInput = {
      ...content,
      source: source.id,
      scanNumber: Math.max(stored?.latest.scanNumber ?? startedAt, 0) + 1,
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: new Date(this.clock.now()).toISOString(),
      digest: scanDigest({ ...content, source: source.id }),
      ...(vanished ? { installed: vanished.installed } : {}),
      ...(options.commandId === undefined ? {} : { commandId: options.commandId }),
    };
    await this.reports.write({
      source: source.id,
      displayName: source.manifest.displayName,
      latest: report,
      complete: report.status === "COMPLETE" ? report : (stored?.complete ?? null),
      // A scan that failed says nothing of restarts; what an earlier one found stays.
      restartPending: report.status === "FAILED" ? (stored?.restartPending ?? null) : restartPending,
    });
    const lastScan = buildLastScan(await this.reports.readAll(), this.agentVersion, this.clock.now());
    await writeLastScan(this.folder.lastScan, lastScan);
    const { status } = report;
    this.log.info("scan finished", { source: source.id, status, updates: report.items.length });
    return report;
  }

  async #run(source: LoadedSource, { refresh, signal }: ScanOptions): Promise<ScanOutcome> {
    const { manifest } = source;
    try {
      const detection = await source.detect({ signal });
      if (detection.status === "absent") {
        const failure = failureOf("UNSUPPORTED", `${manifest.displayName} is not on this machine.`);
        return outcomeOfFailure(manifest, "UNSUPPORTED", failure);
      }
      if (detection.status === "unusable") {
        return outcomeOfFailure(manifest, "FAILED", failureOf("UNSUPPORTED", detection.reason));
      }
      return outcomeOfReport(manifest, await source.scan({ refresh }, { signal }));
    } catch (error) {
      return outcomeOfFailure(manifest, "FAILED", wireFailure(error));
    }
  }

  async #askVanished(
    source: LoadedSource,
    outcome: ScanOutcome,
    before: Parameters<typeof askVanished>[1],
    signal: AbortSignal,
  ): Promise<VanishedPackages | undefined> {
    if (outcome.status !== "COMPLETE") return undefined;
    const listed = new Set(outcome.items.map((item) => item.key));
    try {
      return await askVanished(source, before, listed, { signal });
    } catch (error) {
      this.log.warn("could not ask what vanished updates came to", { reason: wireFailure(error).message });
      return undefined;
    }
  }
}

/** A package that is neither listed nor works keeps the machine from being called up to date. */
function incompleteIfBroken(outcome: ScanOutcome, { broken }: VanishedPackages): ScanOutcome {
  if (broken.length === 0) return outcome;
  const message = `${broken.join(" ")} Repair this first; until then not everything is known.`;
  return { ...outcome, status: "PARTIAL", failure: failureOf("COMMAND_FAILED", message) };
}
