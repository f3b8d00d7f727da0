import { PluginError } from "@redflag/plugin-sdk";
import * as v from "valibot";

/** A text of at most `max` characters. */
export const text = (max: number) => v.pipe(v.string(), v.maxLength(max));

/** A text of 1 to `max` characters. */
export const name = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

/** A whole number from 0 on. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** An ISO 8601 moment. */
export const moment = v.pipe(v.string(), v.isoTimestamp());

/**
 * Takes a plugin's answer over the boundary: it must survive a structured clone and have the shape of the SDK.
 *
 * @param what names the answer in the message, for example "scan report".
 * @returns a plain copy that the plugin cannot change any more.
 * @throws PluginError `INTERNAL` that names the faulty place.
 */
export function checkShape<Schema extends v.GenericSchema>(
  schema: Schema,
  what: string,
  value: unknown,
): v.InferOutput<Schema> {
  let copy: unknown;
  try {
    copy = structuredClone(value);
  } catch (error) {
    throw new PluginError("INTERNAL", `The plugin's ${what} cannot be copied across a process boundary.`, {
      cause: error,
    });
  }
  const result = v.safeParse(schema, copy);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  throw violation(what, `${place === null ? "" : `${place}: `}${issue.message}`);
}

/** A broken promise of the plugin's contract. */
export function violation(what: string, problem: string): PluginError {
  return new PluginError("INTERNAL", `The plugin's ${what} breaks its contract: ${problem.slice(0, 500)}`);
}

/** The first entry that stands in a list twice. */
export function firstDuplicate(values: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return values.find((value) => seen.size === seen.add(value).size);
}
