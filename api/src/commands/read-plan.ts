import { readExactText, readOptionalText } from "../scans/read-text.js";
import { LimitError, ValidationError, type ErrorPath } from "../schema/user-errors.js";
import { cleanOptional, cleanReasons, cleanText, LONGEST_REASON } from "./clean-text.js";
import { ITEM_LIMIT } from "./command-limits.js";
import type { Failure } from "./commands.events.js";
import type { KeptPackage, PlannedItem, PlannedReversibility, ResolvedPlan } from "./plans-of-commands.js";

type Absent = null | undefined;

/** A plan as an agent sent it. */
export interface PlanInput {
  readonly items: readonly PlanItemInput[];
  readonly alsoInstalls: readonly PlanItemInput[];
  readonly alsoRemoves: readonly PlanItemInput[];
  readonly alsoKept?: readonly KeptInput[] | Absent;
  readonly downloadBytes?: number | Absent;
  readonly diskBytes?: number | Absent;
  readonly restartsServices?: readonly string[] | Absent;
  readonly requiresReboot?: boolean | Absent;
  readonly restartReasons?: readonly string[] | Absent;
  readonly reversibility?: PlannedReversibility | Absent;
  readonly blockers: readonly Failure[];
  readonly digest: string;
  readonly expiresAt: Date;
  readonly token?: string | Absent;
}

/** One package of a plan as an agent sent it. */
export interface PlanItemInput {
  readonly key: string;
  readonly name: string;
  readonly architecture?: string | Absent;
  readonly fromVersion?: string | Absent;
  readonly toVersion?: string | Absent;
  readonly isDowngrade?: boolean | Absent;
  readonly origin?: string | Absent;
  readonly downloadBytes?: number | Absent;
}

/** One package that stays, as an agent sent it. */
export interface KeptInput {
  readonly name: string;
  readonly architecture?: string | Absent;
  readonly installedVersion: string;
  readonly candidateVersion: string;
  readonly reason: string;
}

const SHORT = 255;
const LONG = 4000;
const LONGEST_NAME = 1000;
const TOKEN_BYTES = 64 * 1024;
const NOTICES = 100;
const SERVICES = 1000;
const LONGEST_SECONDS = 3600;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Checks and cleans a plan. How long it is valid is the distance between two times of the agent's own clock,
 * so that a wrong clock there neither shortens nor lengthens it.
 */
export function readPlan(input: PlanInput, finishedAt: Date): ResolvedPlan {
  const path = ["input", "plan"];
  const kept = input.alsoKept ?? [];
  const count = input.items.length + input.alsoInstalls.length + input.alsoRemoves.length;
  for (const many of [count, kept.length]) {
    if (many <= ITEM_LIMIT) continue;
    const message = `The plan has ${many} packages; at most ${ITEM_LIMIT} are allowed.`;
    throw new LimitError(message, ITEM_LIMIT, path);
  }
  if (!DIGEST.test(input.digest)) {
    throw new ValidationError("The digest must be SHA-256 in 64 lower-case hex digits.", [...path, "digest"]);
  }
  if (input.token != null && Buffer.byteLength(input.token) > TOKEN_BYTES) {
    throw new LimitError("The token is larger than 64 KiB.", TOKEN_BYTES, [...path, "token"]);
  }
  const seconds = Math.floor((input.expiresAt.getTime() - finishedAt.getTime()) / 1000);
  return {
    items: readItems(input.items, "items"),
    alsoInstalls: readItems(input.alsoInstalls, "alsoInstalls"),
    alsoRemoves: readItems(input.alsoRemoves, "alsoRemoves"),
    alsoKept: kept.map(readKept),
    downloadBytes: input.downloadBytes ?? null,
    diskBytes: input.diskBytes ?? null,
    restartsServices:
      input.restartsServices?.slice(0, SERVICES).map((service) => cleanText(service, SHORT)) ?? null,
    requiresReboot: input.requiresReboot ?? null,
    restartReasons: cleanReasons(input.restartReasons),
    reversibility: readReversibility(input.reversibility),
    blockers: input.blockers.slice(0, NOTICES).map(({ code, message }) => ({
      code: cleanText(code, SHORT),
      message: cleanText(message, LONG),
    })),
    digest: input.digest,
    validSeconds: Math.min(Math.max(seconds, 0), LONGEST_SECONDS),
    token: cleanOptional(input.token, TOKEN_BYTES),
  };
}

/** How far an install can be taken back, cleaned; null when nothing was said. */
export function readReversibility(told: PlannedReversibility | Absent): PlannedReversibility | null {
  return told ? { level: told.level, reasons: cleanReasons(told.reasons) } : null;
}

function readItems(items: readonly PlanItemInput[], list: string): PlannedItem[] {
  return items.map((item, index) => {
    const path = ["input", "plan", list, String(index)];
    return {
      key: readExactText(item.key, LONGEST_NAME, [...path, "key"]),
      name: readExactText(item.name, LONGEST_NAME, [...path, "name"]),
      architecture: readOptionalText(item.architecture, LONGEST_NAME, [...path, "architecture"]),
      fromVersion: readOptionalText(item.fromVersion, LONGEST_NAME, [...path, "fromVersion"]),
      toVersion: readOptionalText(item.toVersion, LONGEST_NAME, [...path, "toVersion"]),
      isDowngrade: readDowngrade(item, [...path, "isDowngrade"]),
      origin: cleanOptional(item.origin, LONG),
      downloadBytes: item.downloadBytes ?? null,
    };
  });
}

function readDowngrade({ isDowngrade, fromVersion, toVersion }: PlanItemInput, path: ErrorPath): boolean {
  if (isDowngrade !== true) return false;
  if (fromVersion != null && toVersion != null) return true;
  throw new ValidationError("Only what has a version before and after can go back to an older one.", path);
}

function readKept(kept: KeptInput, index: number): KeptPackage {
  const path = ["input", "plan", "alsoKept", String(index)];
  return {
    name: readExactText(kept.name, LONGEST_NAME, [...path, "name"]),
    architecture: readOptionalText(kept.architecture, LONGEST_NAME, [...path, "architecture"]),
    installedVersion: readExactText(kept.installedVersion, LONGEST_NAME, [...path, "installedVersion"]),
    candidateVersion: readExactText(kept.candidateVersion, LONGEST_NAME, [...path, "candidateVersion"]),
    reason: cleanText(kept.reason, LONGEST_REASON),
  };
}
