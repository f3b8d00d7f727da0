import {
  CredentialStore,
  type Credentials,
  enrolAgainCommand,
  enrolmentState,
} from "../state/credentials.js";
import { type LastScan, readLastScan } from "../state/last-scan.js";
import { visibleText } from "../text/visible-text.js";
import type { CliAction, CliContext } from "./cli-context.js";
import { describeSources, describeUpdates, isFullyKnown } from "./describe-scan.js";
import { EXIT } from "./exit-codes.js";
import { findFolder, findRunning } from "./find-state.js";

/** Options of the commands that only look. */
export interface LookOptions {
  readonly json?: boolean;
}

/** Shows who this agent is and what the last scan found; touches neither network nor package manager. */
export const statusCommand: CliAction<LookOptions> = async (context, { json }) => {
  const { output, facts } = context;
  const config = context.config();
  const folder = await findFolder(context);
  const credentials = folder ? await new CredentialStore(folder.credentials).read() : undefined;
  const scan = folder ? await readLastScan(folder.lastScan) : undefined;
  const runningAs = folder ? findRunning(folder) : null;
  const canInstall = facts.uid === 0 || facts.platform === "win32";
  const serverUrl = config.serverUrl ?? credentials?.serverUrl ?? null;
  const status = {
    agentVersion: facts.agentVersion,
    configFile: context.configFile,
    stateFolder: folder?.root ?? null,
    serverUrl,
    agentId: credentials?.agentId ?? null,
    enrolment: enrolmentState(credentials, facts.clock.now()),
    runningAs,
    canInstall,
    lastScan: scan ?? null,
  };
  if (json === true) {
    output.out(JSON.stringify(status, null, 2));
    return EXIT.ok;
  }
  const enrolled = credentials ? `enrolled as ${visibleText(credentials.agentId, 100)}` : "not enrolled";
  output.out(`redflag-agent ${facts.agentVersion}`);
  output.out(
    `Server:  ${serverUrl === null ? "none configured" : visibleText(serverUrl, 2_000)} (${enrolled})`,
  );
  const problem = credentials ? enrolmentProblem(credentials, facts.clock.now()) : "";
  if (problem !== "") output.out(`Enrolment: ${problem}`);
  output.out(`Agent:   ${runningAs === null ? "not running" : `running as process ${runningAs}`}`);
  output.out(`Rights:  ${canInstall ? "may install updates" : "may scan and plan; installing needs root"}`);
  output.out(`State:   ${folder?.root ?? "none yet"}`);
  output.out("");
  output.out(scan ? describeSources(scan, facts.clock.now()).join("\n") : NO_SCAN);
  return EXIT.ok;
};

/** What is wrong with an enrolment and what to do, for people; empty when nothing is known to be wrong. */
function enrolmentProblem(credentials: Credentials, now: number): string {
  const advice = `Enrol again: ${enrolAgainCommand(visibleText(credentials.serverUrl, 2_000))}`;
  switch (enrolmentState(credentials, now)) {
    case "REFUSED":
      return `REFUSED by the server on ${credentials.refusedAt}: it no longer knows this agent. ${advice}`;
    case "EXPIRED":
      return `EXPIRED on ${credentials.refreshTokenExpiresAt}, because the server was not reached for too long. ${advice}`;
    default:
      return "";
  }
}

/** Lists the updates of the last scan. Fails when the last scan did not see everything. */
export const listCommand: CliAction<LookOptions> = async (context, { json }) => {
  const scan = await requireScan(context);
  if (!scan) return EXIT.failed;
  const { output, facts } = context;
  if (json === true) {
    output.out(
      JSON.stringify(
        scan.sources.flatMap(({ source, items }) => items.map((item) => ({ source, ...item }))),
        null,
        2,
      ),
    );
  } else {
    const table = describeUpdates(scan);
    if (table !== "") output.out(`${table}\n`);
    output.out(describeSources(scan, facts.clock.now()).join("\n"));
  }
  return isFullyKnown(scan) ? EXIT.ok : EXIT.failed;
};

/** Prints the last scan for scripts. Fails when the last scan did not see everything. */
export const exportCommand: CliAction<object> = async (context) => {
  const scan = await requireScan(context);
  if (!scan) return EXIT.failed;
  context.output.out(JSON.stringify(scan, null, 2));
  return isFullyKnown(scan) ? EXIT.ok : EXIT.failed;
};

const NO_SCAN = "There was no scan yet, so nothing is known about this machine. Run redflag-agent scan.";

async function requireScan(context: CliContext): Promise<LastScan | undefined> {
  const folder = await findFolder(context);
  const scan = folder ? await readLastScan(folder.lastScan) : undefined;
  if (!scan) context.output.err(NO_SCAN);
  return scan;
}
