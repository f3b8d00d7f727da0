import { agentOfStream } from "../agents/agent-stream.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { factsDigest } from "../scans/facts-digest.js";
import type { ScanItem, ScanRecorded } from "../scans/scans.events.js";
import { recountUpdates } from "./recount-updates.js";
import { statesAfter } from "./update-states.js";

/** The members of a listed update as SQL reads them from JSON. */
const FACTS = `id uuid, key text, name text, architecture text, installed_version text, candidate_version text,
  version_scheme text, origin text, kind text, severity text, advisories text[], download_bytes bigint,
  is_held_by_mark boolean, is_held_by_pin boolean, restart text, kept_back_reason text, release_notes_url text, details jsonb, facts_digest text`;

// What differs from row to row comes as a JSON object by id and not as a joined list: a plan that is kept for
// ten rows would compare each row of ten thousand with each other one.
const CLOSE = `
  update updates set state = $2::jsonb ->> state, closed_reason = $4::jsonb ->> id::text, changed_at = $3
  where id = any($1) and $2::jsonb ? state`;

const PROVE = `
  update updates set state = $2::jsonb ->> state, verified_at = $3,
    changed_at = case when $2::jsonb ->> state = state then changed_at else $3 end
  where id = any($1) and $2::jsonb ? state`;

const AWAIT_RESTART = `
  update updates set state = $2::jsonb ->> state, changed_at = $3
  where id = any($1) and $2::jsonb ? state`;

const CONTRADICT = `
  update updates set state = $2::jsonb ->> state, changed_at = $3, installed_at = null,
    failure_code = $4::jsonb -> id::text ->> 'code', failure_message = $4::jsonb -> id::text ->> 'message',
    listed_number = $5
  where id = any($1) and $2::jsonb ? state`;

/** A candidate that was listed before keeps the day on which it was first seen, and a hold its package. */
const OPEN = `
  insert into updates (id, agent_id, source, key, name, architecture, installed_version, candidate_version,
    version_scheme, origin, kind, severity, advisories, download_bytes, restart, kept_back_reason, release_notes_url, details,
    facts_digest, listed_number, state, is_held_by_mark, is_held_by_pin, is_held_by_operator, hold_reason,
    hold_set_by, hold_set_at, discovered_at, changed_at)
  select v.id, $2, $3, v.key, v.name, v.architecture, v.installed_version, v.candidate_version,
    v.version_scheme, v.origin, v.kind, v.severity, v.advisories, v.download_bytes, v.restart,
    v.kept_back_reason, v.release_notes_url, v.details, v.facts_digest, $4, 'PENDING', v.is_held_by_mark, v.is_held_by_pin,
    h.key is not null, h.reason, h.set_by, h.set_at, coalesce(earlier.discovered_at, $5), $5
  from jsonb_to_recordset($1::jsonb) as v (${FACTS})
  left join update_holds h on h.agent_id = $2 and h.source = $3 and h.key = v.key
  left join lateral (
    select min(u.discovered_at) as discovered_at from updates u
    where u.agent_id = $2 and u.source = $3 and u.key = v.key and u.candidate_version = v.candidate_version
  ) earlier on true`;

const CHANGE = `
  update updates u set name = v.name, architecture = v.architecture, installed_version = v.installed_version,
    version_scheme = v.version_scheme, origin = v.origin, kind = v.kind, severity = v.severity,
    advisories = v.advisories, download_bytes = v.download_bytes, restart = v.restart,
    kept_back_reason = v.kept_back_reason, release_notes_url = v.release_notes_url, details = v.details, facts_digest = v.facts_digest,
    is_held_by_mark = v.is_held_by_mark, is_held_by_pin = v.is_held_by_pin, listed_number = $2
  from jsonb_to_recordset($1::jsonb) as v (${FACTS})
  where u.id = v.id and u.id = any($3)`;

const CONFIRM = "update updates set listed_number = $2 where id = any($1)";

function asRecords(listed: readonly { id: string; item: ScanItem }[], versionScheme: string): string {
  const records = listed.map(({ id, item }) => ({
    id,
    key: item.key,
    name: item.name,
    architecture: item.architecture,
    installed_version: item.installedVersion,
    candidate_version: item.candidateVersion,
    version_scheme: versionScheme,
    origin: item.origin,
    kind: item.kind,
    severity: item.severity,
    advisories: item.advisories,
    download_bytes: item.downloadBytes,
    is_held_by_mark: item.isHeldByMark,
    is_held_by_pin: item.isHeldByPin,
    restart: item.restart,
    kept_back_reason: item.keptBackReason,
    release_notes_url: item.releaseNotesUrl,
    details: item.details ?? null,
    facts_digest: factsDigest(item, versionScheme),
  }));
  return JSON.stringify(records);
}

/** Moves the updates of one agent and source as the report's difference says. */
export async function projectScan(sql: Sql, event: RecordedEvent<ScanRecorded>): Promise<void> {
  const { difference, source, scanNumber, versionScheme } = event.payload;
  const { opened, changed, closed, restartNeeded, proved, contradicted, confirmed } = difference;
  const agentId = agentOfStream(event.stream);
  const run = async (listed: readonly unknown[], text: string, values: unknown[], name?: string) => {
    if (listed.length > 0) await sql.query(text, values, name);
  };
  const idsOf = (listed: readonly { id: string }[]): string[] => listed.map(({ id }) => id);
  // Old candidates go before new ones come: there is one open update per package at most.
  const reasons = Object.fromEntries(closed.map(({ id, reason }) => [id, reason]));
  await run(closed, CLOSE, [idsOf(closed), statesAfter("close"), event.at, reasons], "updates.close");
  const waiting = [restartNeeded, statesAfter("awaitRestart"), event.at];
  await run(restartNeeded, AWAIT_RESTART, waiting, "updates.await-restart");
  await run(proved, PROVE, [proved, statesAfter("prove"), event.at], "updates.prove");
  const failures = Object.fromEntries(contradicted.map(({ id, failure }) => [id, failure]));
  const contradiction = [idsOf(contradicted), statesAfter("contradict"), event.at, failures, scanNumber];
  await run(contradicted, CONTRADICT, contradiction, "updates.contradict");
  // Without names: these two are planned for the rows that they get.
  await run(changed, CHANGE, [asRecords(changed, versionScheme), scanNumber, idsOf(changed)]);
  await run(confirmed, CONFIRM, [confirmed, scanNumber], "updates.confirm");
  await run(opened, OPEN, [asRecords(opened, versionScheme), agentId, source, scanNumber, event.at]);
  await recountUpdates(sql, agentId);
}
