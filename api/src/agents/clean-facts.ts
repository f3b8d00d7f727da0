import { ValidationError } from "../schema/user-errors.js";
import type { AgentFacts } from "./agents.events.js";
import { cleanText } from "./clean-text.js";

/** Facts as they come in: anything may be in the texts. */
export interface RawFacts {
  readonly hostname: string;
  readonly osName?: string | null | undefined;
  readonly osVersion?: string | null | undefined;
  readonly architecture: string;
  readonly machineFingerprint?: string | null | undefined;
  readonly agentVersion: string;
  readonly canInstall: boolean;
  readonly cannotInstallReason?: string | null | undefined;
  readonly requiresReboot?: boolean | null | undefined;
}

const FINGERPRINT = /^[0-9a-f]{64}$/;

/**
 * What a machine tells about itself, bounded and fit to be shown. Texts are cut and freed of control
 * characters, since a strange host name is no reason to lose a machine. Throws {@link ValidationError} for a
 * machine fingerprint that is no SHA-256 and for a host name, architecture or version without any character.
 */
export function cleanFacts(facts: RawFacts): AgentFacts {
  const required = (field: "hostname" | "architecture" | "agentVersion", most: number): string => {
    const text = cleanText(facts[field], most);
    if (text !== null) return text;
    throw new ValidationError(`${field} is empty; say what the machine says.`, ["input", "facts", field]);
  };
  const optional = (text: string | null | undefined, most: number): string | null =>
    text == null ? null : cleanText(text, most);
  const fingerprint = facts.machineFingerprint?.toLowerCase() ?? null;
  if (fingerprint !== null && !FINGERPRINT.test(fingerprint)) {
    throw new ValidationError("machineFingerprint is no SHA-256: it has 64 hex digits.", [
      "input",
      "facts",
      "machineFingerprint",
    ]);
  }
  return {
    hostname: required("hostname", 255),
    osName: optional(facts.osName, 255),
    osVersion: optional(facts.osVersion, 64),
    architecture: required("architecture", 32),
    machineFingerprint: fingerprint,
    agentVersion: required("agentVersion", 64),
    canInstall: facts.canInstall,
    cannotInstallReason: facts.canInstall ? null : optional(facts.cannotInstallReason, 1000),
    requiresReboot: facts.requiresReboot ?? null,
  };
}
