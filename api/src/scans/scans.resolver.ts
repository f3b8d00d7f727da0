import { inject, injectable } from "tsyringe";
import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { ForAgents, Requires } from "../access/rules.js";
import { callingAgent } from "../agents/agent-caller.js";
import { Agent } from "../agents/agent.type.js";
import { loadAgent } from "../agents/load-agents.js";
import { DATABASE, EVENT_LOG } from "../injection-tokens.js";
import type { Database } from "../database/database.js";
import type { EventLog } from "../events/append.js";
import type { RequestContext } from "../schema/context.js";
import { requireId } from "../schema/global-id.js";
import type { Page } from "../schema/paginate.js";
import { payload, type Payload } from "../schema/payload.js";
import { Coverage } from "./coverage.type.js";
import { listScans } from "./list-scans.js";
import { coverageOfAgent } from "./load-coverage.js";
import { restartsOfAgent } from "./load-restarts.js";
import { scanById } from "./load-scans.js";
import { PendingRestart } from "./pending-restart.type.js";
import { readReport } from "./read-report.js";
import { recordScan, type RecordParts } from "./record-scan.js";
import { ReportScanPayload, Scan, ScanConnection } from "./scan.type.js";
import { ReportScanInput, ScansArgs } from "./scans.inputs.js";

/** What agents found. */
@injectable()
@Resolver(() => Scan)
export class ScansResolver {
  readonly #parts: RecordParts;

  constructor(@inject(DATABASE) database: Database, @inject(EVENT_LOG) events: EventLog) {
    this.#parts = { database, events };
  }

  @Requires("agents:read")
  @Query(() => ScanConnection)
  scans(@Args(() => ScansArgs) args: ScansArgs, @Ctx() context: RequestContext): Promise<Page<Scan>> {
    return listScans(context, args);
  }

  @ForAgents()
  @Mutation(() => ReportScanPayload)
  reportScan(
    @Arg("input", () => ReportScanInput) input: ReportScanInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<{ scan: Scan | null }>> {
    return payload(
      async () => {
        const scanId = await recordScan(this.#parts, callingAgent(context), readReport(input));
        return { scan: scanId === null ? null : await context.loader(scanById).load(scanId) };
      },
      { scan: null },
    );
  }

  @FieldResolver(() => Agent)
  agent(@Root() scan: Scan, @Ctx() context: RequestContext): Promise<Agent> {
    return loadAgent(context, scan.agentId);
  }
}

/** What is known of an agent's sources. */
@injectable()
@Resolver(() => Agent)
export class AgentCoverageResolver {
  @FieldResolver(() => [Coverage])
  coverage(@Root() agent: Agent, @Ctx() context: RequestContext): Promise<readonly Coverage[]> {
    return context.loader(coverageOfAgent).load(requireId("agent", agent.id));
  }
}

/** What waits on an agent's machine. */
@injectable()
@Resolver(() => Agent)
export class AgentRestartsResolver {
  @FieldResolver(() => [PendingRestart], { nullable: true })
  pendingRestarts(
    @Root() agent: Agent,
    @Ctx() context: RequestContext,
  ): Promise<readonly PendingRestart[] | null> {
    return context.loader(restartsOfAgent).load(requireId("agent", agent.id));
  }
}

/** The scan behind what is known. */
@injectable()
@Resolver(() => Coverage)
export class CoverageResolver {
  @FieldResolver(() => Scan, { nullable: true })
  async latestScan(@Root() coverage: Coverage, @Ctx() context: RequestContext): Promise<Scan | null> {
    const { latestScanId } = coverage;
    return latestScanId === null ? null : await context.loader(scanById).load(latestScanId);
  }
}
