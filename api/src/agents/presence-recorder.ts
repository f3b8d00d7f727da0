import type { Log } from "../database/log.js";
import type { Sql } from "../database/sql.js";
import type { InventorySettings } from "./inventory-settings.js";
import { offlineBefore } from "./agent-state.js";

/** How long signs of life are gathered before they are written together. Milliseconds. */
const GATHER_MS = 250;
/** How long the recorder waits after a failure. Milliseconds. */
const RETRY_MS = 5_000;

/** What the recorder works with. */
export interface PresenceParts {
  readonly sql: Sql;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
  readonly log: Log;
  readonly settings: InventorySettings;
  /** Hears of agents that were silent or new, and are heard of now. Plain uuids. */
  readonly onReturned: (agentIds: readonly string[]) => void;
}

interface Confirmation {
  readonly agentId: string;
  readonly source: string;
  readonly finishedAt: Date | null;
}

// Rows are locked in the order of their ids, so that two servers' batches cannot deadlock. The time is the
// database's, less the age of the sign of life: a server whose clock is wrong takes no agent offline.
const WRITE_AGENTS = `
  with seen as (
    select v.id, now() - v.age_ms * interval '1 millisecond' as at, p.last_seen_at as before,
      coalesce(p.last_seen_at <= ${offlineBefore("p")}, true) as was_silent
    from unnest($1::uuid[], $2::float8[]) as v (id, age_ms)
    join agent_presence p on p.agent_id = v.id
    order by p.agent_id for no key update of p
  )
  update agent_presence p set last_seen_at = greatest(seen.before, seen.at), interval_seconds = $3,
    scan_interval_seconds = $4
  from seen where p.agent_id = seen.id
  returning p.agent_id as "agentId", seen.was_silent as "wasSilent"`;

const WRITE_SOURCES = `
  insert into source_presence as p (agent_id, source, confirmed_at)
  select agent_id, source, case when finished_at is not null then least(finished_at, now()) end
  from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as v (agent_id, source, finished_at)
  order by agent_id, source
  on conflict (agent_id, source) do update
    set confirmed_at = greatest(p.confirmed_at, excluded.confirmed_at)`;

/**
 * Gathers signs of life in memory and writes them in one statement each, at most four times a second. Only
 * these may be lost in a crash, by design: the next check-in says them again.
 */
export class PresenceRecorder {
  readonly #parts: PresenceParts;
  #agents = new Map<string, number>();
  #sources = new Map<string, Confirmation>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** The agent was heard of just now. */
  sawAgent(agentId: string): void {
    this.#agents.set(agentId, this.#parts.clock());
    this.#schedule();
  }

  /**
   * The agent has this source, and a scan of it that ended then had the same result as the recorded one.
   * Null: there has been no scan yet.
   */
  sawSource(agentId: string, source: string, finishedAt: Date | null): void {
    const key = `${agentId} ${source}`;
    if (finishedAt === null && this.#sources.has(key)) return;
    this.#sources.set(key, { agentId, source, finishedAt });
    this.#schedule();
  }

  /** Writes what was gathered so far, after what is being written. Failures are logged and tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #schedule(delayMs = GATHER_MS): void {
    this.#timer ??= setTimeout(() => void this.flush(), delayMs).unref();
  }

  async #write(): Promise<void> {
    const agents = this.#agents;
    const sources = this.#sources;
    this.#agents = new Map();
    this.#sources = new Map();
    try {
      await this.#writeAgents(agents);
      await this.#writeSources([...sources.values()]);
    } catch (error) {
      this.#parts.log.warn({ err: error }, "Signs of life could not be written and are kept");
      // What came in meanwhile is newer.
      this.#agents = new Map([...agents, ...this.#agents]);
      this.#sources = new Map([...sources, ...this.#sources]);
      this.#schedule(RETRY_MS);
    }
  }

  async #writeAgents(agents: ReadonlyMap<string, number>): Promise<void> {
    if (agents.size === 0) return;
    const { checkInIntervalSeconds, scanIntervalSeconds } = this.#parts.settings;
    const now = this.#parts.clock();
    const ages = [...agents.values()].map((at) => Math.max(now - at, 0));
    const rows = await this.#parts.sql.query<{ agentId: string; wasSilent: boolean }>(
      WRITE_AGENTS,
      [[...agents.keys()], ages, checkInIntervalSeconds, scanIntervalSeconds],
      "agents.write-presence",
    );
    this.#parts.onReturned(rows.filter(({ wasSilent }) => wasSilent).map(({ agentId }) => agentId));
  }

  async #writeSources(sources: readonly Confirmation[]): Promise<void> {
    if (sources.length === 0) return;
    await this.#parts.sql.query(
      WRITE_SOURCES,
      [
        sources.map(({ agentId }) => agentId),
        sources.map(({ source }) => source),
        sources.map(({ finishedAt }) => finishedAt),
      ],
      "agents.write-source-presence",
    );
  }
}
