import { inject, injectable } from "tsyringe";
import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { ForAgents } from "../access/rules.js";
import { callingAgent } from "../agents/agent-caller.js";
import type { RequestContext } from "../schema/context.js";
import { payload, type Payload } from "../schema/payload.js";
import { ClaimCommandsInput, ReportProgressInput, ReportResultInput } from "./agent-commands.inputs.js";
import { claimCommands } from "./claim-commands.js";
import { ClaimCommandsPayload, toClaimedCommand } from "./claimed-command.type.js";
import { COMMAND_PARTS, type CommandParts } from "./command-parts.js";
import { COMMAND_PROGRESS_HINTS, type CommandProgressHints } from "./command-progress-hints.js";
import { ReportLocalCommandInput } from "./local-command.inputs.js";
import { readLocalCommand } from "./read-local-command.js";
import { readResult } from "./read-result.js";
import { reportLocalCommand } from "./report-local-command.js";
import { reportProgress } from "./report-progress.js";
import { reportResult } from "./report-result.js";
import { ReportLocalCommandPayload, ReportProgressPayload, ReportResultPayload } from "./reports.type.js";

/** What agents do with commands. */
@injectable()
@Resolver()
export class AgentCommandsResolver {
  readonly #parts: CommandParts;
  readonly #hints: CommandProgressHints;

  constructor(
    @inject(COMMAND_PARTS) parts: CommandParts,
    @inject(COMMAND_PROGRESS_HINTS) hints: CommandProgressHints,
  ) {
    this.#parts = parts;
    this.#hints = hints;
  }

  @ForAgents()
  @Mutation(() => ClaimCommandsPayload)
  claimCommands(
    @Arg("input", () => ClaimCommandsInput) input: ClaimCommandsInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<ClaimCommandsPayload, "commands">>> {
    const agent = callingAgent(context);
    return payload(
      async () => {
        const commands = await claimCommands(this.#parts, agent, input.first ?? 10);
        return { commands: commands.map(toClaimedCommand) };
      },
      { commands: [] },
    );
  }

  @ForAgents()
  @Mutation(() => ReportProgressPayload)
  reportProgress(
    @Arg("input", () => ReportProgressInput) input: ReportProgressInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Omit<ReportProgressPayload, "errors">>> {
    const agent = callingAgent(context);
    const report = { ...input, lines: input.lines ?? [] };
    return payload(
      () => reportProgress(this.#parts, agent, report, (commandId) => this.#hints.announce(commandId)),
      // Whoever lost the lease has nothing to hold on to.
      { isCancelRequested: true, leaseSeconds: 0 },
    );
  }

  @ForAgents()
  @Mutation(() => ReportResultPayload)
  reportResult(
    @Arg("input", () => ReportResultInput) input: ReportResultInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<ReportResultPayload, "isAccepted">>> {
    const agent = callingAgent(context);
    return payload(
      async () => {
        const result = readResult({ ...input, items: input.items ?? [] });
        return { isAccepted: await reportResult(this.#parts, agent, result) };
      },
      { isAccepted: false },
    );
  }

  @ForAgents()
  @Mutation(() => ReportLocalCommandPayload)
  reportLocalCommand(
    @Arg("input", () => ReportLocalCommandInput) input: ReportLocalCommandInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<ReportLocalCommandPayload, "isRecorded">>> {
    const agent = callingAgent(context);
    return payload(
      async () => {
        const lists = { items: input.items ?? [], wanted: input.wanted ?? [], lines: input.lines ?? [] };
        const restartReasons = input.restartReasons ?? [];
        await reportLocalCommand(
          this.#parts,
          agent,
          readLocalCommand({ ...input, ...lists, restartReasons }),
        );
        return { isRecorded: true };
      },
      { isRecorded: false },
    );
  }
}
