import { registerEnumType } from "type-graphql";
import type { ClosedReason } from "../scans/scans.events.js";
import type { UpdateState as StateWord } from "./update-states.js";

/** The enum `UpdateState`. */
export const UpdateState = {
  PENDING: "PENDING",
  APPROVED: "APPROVED",
  REJECTED: "REJECTED",
  INSTALLING: "INSTALLING",
  INSTALLED: "INSTALLED",
  RESTART_NEEDED: "RESTART_NEEDED",
  VERIFIED: "VERIFIED",
  FAILED: "FAILED",
  ROLLED_BACK: "ROLLED_BACK",
  CLOSED: "CLOSED",
} as const satisfies Record<StateWord, StateWord>;

/** The enum `UpdateClosedReason`. */
export const UpdateClosedReason = {
  INSTALLED_ELSEWHERE: "INSTALLED_ELSEWHERE",
  SUPERSEDED: "SUPERSEDED",
  WITHDRAWN: "WITHDRAWN",
} as const satisfies Record<ClosedReason, ClosedReason>;

/** The enum `HoldPlace`. */
export const HoldPlace = {
  REDFLAG: "REDFLAG",
  MACHINE_MARK: "MACHINE_MARK",
  MACHINE_PIN: "MACHINE_PIN",
} as const;

registerEnumType(HoldPlace, { name: "HoldPlace" });
registerEnumType(UpdateState, { name: "UpdateState" });
registerEnumType(UpdateClosedReason, { name: "UpdateClosedReason" });
