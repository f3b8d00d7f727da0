export type { Call, Log, LogFields } from "./call.js";
export type {
  ArgPattern,
  CommandRule,
  HostValue,
  Repetition,
  SlotArg,
  SlotType,
  SlotValue,
  SlotValues,
  TupleArg,
  TupleField,
  TupleValue,
  WhenArg,
} from "./command-rule.js";
export type {
  Clock,
  Context,
  FileFacts,
  Files,
  Host,
  HttpClient,
  HttpRequest,
  HttpResponse,
  JsonValue,
  State,
} from "./context.js";
export { definePlugin, isPlugin, type Plugin, type PluginDefinition } from "./define-plugin.js";
export {
  isPluginError,
  PLUGIN_ERROR_CODES,
  PluginError,
  type PluginErrorCode,
  type PluginErrorDetails,
  type PluginErrorOptions,
} from "./errors.js";
export type { HoldMark, MachineHold } from "./hold.js";
export type { InstallEvent, ItemOutcome, Receipt, ReceiptItem, Verification } from "./install.js";
export {
  API_VERSION,
  type Capabilities,
  type FileRule,
  type Manifest,
  type Platform,
  type VersionScheme,
} from "./manifest.js";
export type {
  Plan,
  PlanItem,
  PlanKept,
  PlanRemoval,
  PlanRequest,
  PlanWish,
  Restarts,
  Reversibility,
} from "./plan.js";
export { planDigest, type PlanContent } from "./plan-digest.js";
export type { OutdatedProcess, OutdatedProcesses, Processes, ProcessUnit } from "./processes.js";
export { renderCommand, type HostValues, type RenderedCommand } from "./render-command.js";
export type { ReleaseNotes } from "./release-notes.js";
export type { CommandEvent, CommandResult, CommandRunner } from "./runner.js";
export type {
  Detection,
  Notice,
  PendingRestart,
  Restart,
  ScanReport,
  ScanRequest,
  Severity,
  UpdateItem,
  UpdateKind,
} from "./scan.js";
export { isSlotValue } from "./slot-grammar.js";
export type { Source } from "./source.js";
export type { StandardSchema, StandardSchemaIssue, StandardSchemaResult } from "./standard-schema.js";
export { compareDebianVersions } from "./versions/debian.js";
