import { PluginError } from "@redflag/plugin-sdk";

/** What this plugin tells itself between plan and install. */
export interface PlanToken {
  /** SHA-256 over the checksums of all packages; null when the index did not know them all. */
  readonly contents: string | null;
  /** SHA-256 over the previous packages that are kept before anything is installed; null when none are. */
  readonly promise: string | null;
}

const SHAPE = /^\{"v":2,"contents":(?:null|"([0-9a-f]{64})"),"promise":(?:null|"([0-9a-f]{64})")\}$/;

/** Writes a token; {@link readToken} reads it. */
export function writeToken({ contents, promise }: PlanToken): string {
  return JSON.stringify({ v: 2, contents, promise });
}

/** @throws PluginError `PLAN_STALE` for a token of another release of this plugin */
export function readToken(text: string): PlanToken {
  const match = SHAPE.exec(text);
  if (match === null) {
    throw new PluginError(
      "PLAN_STALE",
      "The plan was made by another version of the apt plugin: plan again.",
    );
  }
  return { contents: match[1] ?? null, promise: match[2] ?? null };
}
