import { registerEnumType } from "type-graphql";
import type { RestartKind as RestartWord, ScanStatus as StatusWord } from "./scans.events.js";
import type { Severity as SeverityWord, UpdateKind as KindWord } from "./scans.events.js";

/** The enum `ScanStatus`. */
export const ScanStatus = {
  COMPLETE: "COMPLETE",
  PARTIAL: "PARTIAL",
  FAILED: "FAILED",
  UNSUPPORTED: "UNSUPPORTED",
} as const satisfies Record<StatusWord, StatusWord>;

/** The enum `UpdateKind`. */
export const UpdateKind = {
  SECURITY: "SECURITY",
  BUGFIX: "BUGFIX",
  ENHANCEMENT: "ENHANCEMENT",
  OTHER: "OTHER",
} as const satisfies Record<KindWord, KindWord>;

/** The enum `Severity`. */
export const Severity = {
  CRITICAL: "CRITICAL",
  HIGH: "HIGH",
  MEDIUM: "MEDIUM",
  LOW: "LOW",
  UNKNOWN: "UNKNOWN",
} as const satisfies Record<SeverityWord, SeverityWord>;

/** The enum `RestartKind`. */
export const RestartKind = {
  NONE: "NONE",
  SERVICE: "SERVICE",
  SESSION: "SESSION",
  SYSTEM: "SYSTEM",
  UNKNOWN: "UNKNOWN",
} as const satisfies Record<RestartWord, RestartWord>;

registerEnumType(ScanStatus, { name: "ScanStatus" });
registerEnumType(UpdateKind, { name: "UpdateKind" });
registerEnumType(Severity, { name: "Severity" });
registerEnumType(RestartKind, { name: "RestartKind" });
