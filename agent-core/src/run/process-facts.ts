import type { Clock, Random } from "../clock/clock.js";
import type { Environment } from "../config/load-config.js";
import type { ProcessStarter } from "../exec/process-request.js";

/** All that the agent takes from the process and the machine around it; given by main.ts, or by a test. */
export interface ProcessFacts {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** null where there are no user numbers. */
  readonly uid: number | null;
  readonly home: string;
  /** Who runs this process, for people, for example "root", or "alice as root" behind sudo. */
  readonly userName: string;
  /** The folder that stands for `/` when the machine is looked at. */
  readonly fileRoot: string;
  /** Absolute path of the Node that runs the agent. */
  readonly node: string;
  /** Absolute path of the agent's program. */
  readonly program: string;
  readonly agentVersion: string;
  readonly sdkVersion: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly starter: ProcessStarter;
}
