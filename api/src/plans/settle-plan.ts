import type { Tx } from "../database/sql.js";
import type { NewEvent } from "../events/event.js";
import type { PlanAnswer, PlansOfCommands } from "../commands/plans-of-commands.js";
import { mismatchOf } from "./match-plan.js";
import { planContents } from "./plans.sql.js";
import { planEvents } from "./project-plans.js";

/** What commands need to know of plans. */
export const plansOfCommands: PlansOfCommands = { contents: planContents, settle: settlePlan };

async function settlePlan(
  tx: Tx,
  command: { readonly id: string; readonly planId: string; readonly source: string },
  answer: PlanAnswer,
  now: Date,
): Promise<NewEvent[]> {
  const [waiting] = await tx.query(
    `select 1 from plans where id = $1 and state = 'RESOLVING'`,
    [command.planId],
    "plans.is-resolving",
  );
  if (!waiting) return [];
  const about = { planId: command.planId, source: command.source, commandId: command.id };
  if ("failure" in answer) return [planEvents.of("plan.failed", { ...about, failure: answer.failure })];
  const wanted = (await planContents(tx, [command.planId])).get(command.planId)?.updates ?? [];
  const failure = mismatchOf(answer.plan, wanted);
  if (failure) return [planEvents.of("plan.failed", { ...about, failure })];
  const { validSeconds, ...plan } = answer.plan;
  return [
    planEvents.of("plan.resolved", {
      ...about,
      ...plan,
      items: [...plan.items],
      alsoInstalls: [...plan.alsoInstalls],
      alsoRemoves: [...plan.alsoRemoves],
      alsoKept: [...plan.alsoKept],
      restartsServices: plan.restartsServices && [...plan.restartsServices],
      restartReasons: [...plan.restartReasons],
      reversibility: plan.reversibility && {
        level: plan.reversibility.level,
        reasons: [...plan.reversibility.reasons],
      },
      blockers: [...plan.blockers],
      expiresAt: new Date(now.getTime() + validSeconds * 1000).toISOString(),
    }),
  ];
}
