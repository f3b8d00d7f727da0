import type { ApiModule } from "../module.js";
import { loadScans } from "./load-scans.js";
import { scanEvents } from "./project-scans.js";
import { ScanEntity } from "./scan.entity.js";
import {
  AgentCoverageResolver,
  AgentRestartsResolver,
  CoverageResolver,
  ScansResolver,
} from "./scans.resolver.js";

/** What agents found, and how much is known. */
export const scansModule: ApiModule = {
  name: "scans",
  entities: [ScanEntity],
  events: scanEvents,
  resolvers: [ScansResolver, AgentCoverageResolver, AgentRestartsResolver, CoverageResolver],
  nodes: { scan: { type: "Scan", requires: "agents:read", load: loadScans } },
  register: () => {},
};
