import { type Plan, planDigest, type PlanRequest } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { NOTICE } from "./check-detection.js";
import { RESTARTS } from "./check-restarts.js";
import { checkShape, count, firstDuplicate, moment, name, text, violation } from "./check-output.js";

const LONGEST_LIFE_MS = 3_600_000;
const CLOCK_TOLERANCE_MS = 5_000;
const MAX_ITEMS = 10_000;
const MAX_TOKEN_LENGTH = 64 * 1024;

const ITEM = v.object({
  key: name(255),
  name: name(255),
  arch: v.exactOptional(name(64)),
  fromVersion: v.nullable(name(255)),
  toVersion: name(255),
  origin: v.exactOptional(text(255)),
  sizeBytes: v.exactOptional(count),
});

const REMOVAL = v.object({
  key: name(255),
  name: name(255),
  arch: v.exactOptional(name(64)),
  fromVersion: name(255),
});

const KEPT = v.object({
  key: name(255),
  name: name(255),
  arch: v.exactOptional(name(64)),
  installedVersion: name(255),
  candidateVersion: name(255),
  reason: name(1_000),
});

const REVERSIBILITY = v.object({
  level: v.picklist(["reversible", "partly", "not"]),
  reasons: v.pipe(v.array(name(1_000)), v.maxLength(100)),
});

const PLAN = v.object({
  id: name(128),
  source: name(64),
  items: v.pipe(v.array(ITEM), v.maxLength(MAX_ITEMS)),
  alsoInstalls: v.pipe(v.array(ITEM), v.maxLength(MAX_ITEMS)),
  alsoRemoves: v.pipe(v.array(REMOVAL), v.maxLength(MAX_ITEMS)),
  alsoKept: v.exactOptional(v.pipe(v.array(KEPT), v.maxLength(MAX_ITEMS))),
  downgrades: v.exactOptional(v.pipe(v.array(name(255)), v.maxLength(MAX_ITEMS))),
  downloadBytes: v.exactOptional(count),
  diskBytes: v.exactOptional(v.pipe(v.number(), v.safeInteger())),
  restarts: RESTARTS,
  reversibility: v.exactOptional(REVERSIBILITY),
  blockers: v.pipe(v.array(NOTICE), v.maxLength(100)),
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, "64 hex digits are needed")),
  expiresAt: moment,
  token: text(MAX_TOKEN_LENGTH),
});

/** What a plan is checked against. */
export interface PlanExpectation {
  readonly source: string;
  readonly request: PlanRequest;
  /** The source can roll back, so that its plans say how far. */
  readonly canRollBack: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Checks what `plan` gave: exactly the items asked for, its own digest, a life of at most an hour. */
export function checkPlan(value: unknown, { source, request, canRollBack, now }: PlanExpectation): Plan {
  const plan = checkShape(PLAN, "plan", value);
  if (plan.source !== source) throw violation("plan", `it names the source ${plan.source}`);
  const all = [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves].map((item) => item.key);
  const duplicate = firstDuplicate(all);
  if (duplicate !== undefined) throw violation("plan", `the key ${duplicate} stands there twice`);
  const wanted = new Map(request.items.map((wish) => [wish.key, wish.candidate]));
  for (const item of plan.items) {
    const candidate = wanted.get(item.key);
    if (candidate === undefined) throw violation("plan", `nobody asked for ${item.key}`);
    if (candidate !== item.toVersion) {
      throw violation("plan", `${item.key} would become ${item.toVersion}, and ${candidate} was asked for`);
    }
  }
  const missing = request.items.find((wish) => !plan.items.some((item) => item.key === wish.key));
  if (missing && plan.blockers.length === 0)
    throw violation("plan", `${missing.key} is missing without a blocker`);
  const installs = new Map([...plan.items, ...plan.alsoInstalls].map((item) => [item.key, item.fromVersion]));
  const odd = plan.downgrades?.find((key) => (installs.get(key) ?? null) === null);
  if (odd !== undefined) throw violation("plan", `${odd} goes back to an older version and has none now`);
  if (canRollBack && plan.reversibility === undefined) {
    throw violation("plan", "it does not say how far it can be rolled back");
  }
  if (plan.digest !== planDigest(plan)) throw violation("plan", "the digest is not that of its content");
  const life = Date.parse(plan.expiresAt) - now;
  if (life <= 0 || life > LONGEST_LIFE_MS + CLOCK_TOLERANCE_MS) {
    throw violation("plan", "it must expire within an hour");
  }
  return plan;
}
