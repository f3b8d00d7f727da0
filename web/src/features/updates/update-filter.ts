import {
  KINDS,
  SEVERITIES,
  type Severity,
  UPDATE_STATES,
  type UpdateKind,
  type UpdateState,
} from "./update-words.js";

/** What the reader narrowed the list to; kept in the address, so that it can be shared and survives a reload. */
export interface UpdateChoice {
  readonly name: string;
  readonly states: readonly UpdateState[];
  readonly kinds: readonly UpdateKind[];
  readonly severities: readonly Severity[];
  readonly source: string;
  readonly agent: string;
  /** `yes`, `no`, or empty for both. */
  readonly held: "" | "yes" | "no";
}

const known = <Value extends string>(params: URLSearchParams, key: string, words: Record<Value, unknown>) =>
  (params.get(key) ?? "").split(",").filter((value): value is Value => Object.hasOwn(words, value));

/** Reads the choice from the address; what it does not know is left out. */
export function readUpdateChoice(params: URLSearchParams): UpdateChoice {
  const held = params.get("held");
  return {
    name: params.get("name") ?? "",
    states: known(params, "state", UPDATE_STATES),
    kinds: known(params, "kind", KINDS),
    severities: known(params, "severity", SEVERITIES),
    source: params.get("source") ?? "",
    agent: params.get("agent") ?? "",
    held: held === "yes" || held === "no" ? held : "",
  };
}

/** Writes the choice into the address and leaves the other parameters alone; what is not chosen does not appear. */
export function writeUpdateChoice(params: URLSearchParams, choice: UpdateChoice): URLSearchParams {
  const next = new URLSearchParams(params);
  const entries = {
    name: choice.name,
    state: choice.states.join(","),
    kind: choice.kinds.join(","),
    severity: choice.severities.join(","),
    source: choice.source,
    agent: choice.agent,
    held: choice.held,
  };
  for (const [key, value] of Object.entries(entries)) {
    if (value) next.set(key, value);
    else next.delete(key);
  }
  return next;
}

/** The choice as the schema's `UpdateFilter`; nothing chosen means the open updates. */
export function toUpdateFilter(choice: UpdateChoice) {
  return {
    ...(choice.name && { name: { contains: choice.name } }),
    ...(choice.states.length > 0 && { states: [...choice.states] }),
    ...(choice.kinds.length > 0 && { kinds: [...choice.kinds] }),
    ...(choice.severities.length > 0 && { severities: [...choice.severities] }),
    ...(choice.source && { source: { eq: choice.source } }),
    ...(choice.agent && { agent: { eq: choice.agent } }),
    ...(choice.held && { isHeld: choice.held === "yes" }),
  };
}

/** Whether anything is narrowed. */
export const isNarrowed = (choice: UpdateChoice): boolean => Object.keys(toUpdateFilter(choice)).length > 0;
