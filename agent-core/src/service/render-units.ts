import { quoteCommandLine, quoteUnitWord } from "./quote-unit-word.js";
import type { TimerInterval } from "./timer-interval.js";
import { sealUnit } from "./unit-seal.js";

/** How the agent runs: as a process that stays, or woken by a timer and gone again. */
export const SERVICE_MODES = ["resident", "timer"] as const;
export type ServiceMode = (typeof SERVICE_MODES)[number];

/** The unit that runs the agent, in both modes. */
export const SERVICE_UNIT = "redflag-agent.service";
/** The unit that wakes it, in timer mode. */
export const TIMER_UNIT = "redflag-agent.timer";

/** All that the units depend on. */
export interface ServiceSettings {
  readonly mode: ServiceMode;
  /** Of the timer mode. */
  readonly interval: TimerInterval;
  /** Absolute path of Node. */
  readonly node: string;
  /** Absolute path of the agent's program. */
  readonly program: string;
  /** Variables that the agent is given; no secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long a stopping agent waits for an installation, in seconds. */
  readonly stopTimeoutSeconds: number;
  /** Of systemd; 0 when not known. */
  readonly systemdVersion: number;
}

/** One unit file. */
export interface UnitFile {
  readonly name: string;
  readonly text: string;
}

/** Beyond what the agent waits by itself: its last words to the server, and closing its files. */
const STOP_MARGIN_SECONDS = 30;
/** How long after the start of the machine a wake-up that was missed may be made up for. */
const LONGEST_DELAY_SECONDS = 1800;
/** Knows RestartSteps=. */
const GROWING_PAUSES_SINCE = 254;

/**
 * The unit files of a mode.
 *
 * A package manager's scripts may do whatever root may, in the machine's own mount namespace: so nothing is taken from
 * them. What is set is what only the agent feels, and KillMode=process, without which a restart ends dpkg half-way.
 *
 * @throws ServiceError when a path or a variable cannot be written into a unit
 */
export function renderUnits(settings: ServiceSettings): readonly UnitFile[] {
  const service = { name: SERVICE_UNIT, text: sealUnit(renderService(settings)) };
  if (settings.mode === "resident") return [service];
  return [service, { name: TIMER_UNIT, text: sealUnit(renderTimer(settings.interval)) }];
}

function renderService(settings: ServiceSettings): string {
  const { mode, node, program, environment, stopTimeoutSeconds } = settings;
  const argv = mode === "resident" ? [program, "run"] : [program, "run", "--once"];
  const variables = Object.entries(environment).map(
    ([name, value]) => `Environment=${quoteUnitWord(`${name}=${value}`, `value of ${name}`)}`,
  );
  const lines = [
    "[Unit]",
    "Description=RedFlag agent",
    "Wants=network-online.target",
    "After=network-online.target",
    ...(mode === "resident" ? ["StartLimitIntervalSec=0"] : []),
    "",
    "[Service]",
    ...(mode === "resident" ? ["Type=exec", ...restartLines(settings.systemdVersion)] : ["Type=oneshot"]),
    `ExecStart=${quoteCommandLine(node, argv)}`,
    ...variables,
    "UnsetEnvironment=NODE_OPTIONS NODE_PATH LD_PRELOAD LD_LIBRARY_PATH",
    "KillMode=process",
    `TimeoutStopSec=${stopTimeoutSeconds + STOP_MARGIN_SECONDS}`,
    "OOMPolicy=continue",
    "UMask=0022",
    "LimitCORE=0",
    "RestrictRealtime=yes",
    ...(mode === "resident" ? ["", "[Install]", "WantedBy=multi-user.target"] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Starting again changes nothing after a wrong command line (2) or a wrong configuration (78). */
function restartLines(systemdVersion: number): readonly string[] {
  const growing = ["RestartSec=2", "RestartSteps=8", "RestartMaxDelaySec=300"];
  const pauses = systemdVersion >= GROWING_PAUSES_SINCE ? growing : ["RestartSec=15"];
  return ["Restart=always", ...pauses, "RestartPreventExitStatus=2 78"];
}

/** A fleet comes spread out, each machine always at the same place; so do those that were off, after their start. */
function renderTimer({ onCalendar, seconds }: TimerInterval): string {
  const lines = [
    "[Unit]",
    "Description=RedFlag agent, woken at intervals",
    "",
    "[Timer]",
    `OnCalendar=${onCalendar}`,
    `RandomizedDelaySec=${Math.min(Math.floor(seconds / 2), LONGEST_DELAY_SECONDS)}`,
    "FixedRandomDelay=yes",
    "AccuracySec=1",
    "Persistent=true",
    "",
    "[Install]",
    "WantedBy=timers.target",
  ];
  return `${lines.join("\n")}\n`;
}
