import { randomBytes } from "node:crypto";
import { pino, type Logger } from "pino";
import { defaultInventorySettings } from "../agents/inventory-settings.js";
import type { Clock } from "../clock.js";
import { modules as allModules } from "../modules.js";
import type { ApiModule } from "../module.js";
import { openSetupCode } from "../operators/open-setup-code.js";
import { OPERATOR_PARTS } from "../operators/operator-parts.js";
import { serve, type RunningServer } from "../serve.js";
import { createTestDatabase, type TestDatabase } from "./database.js";
import { TestClient } from "./test-client.js";

/** A real server on a free loopback port with a database of its own. */
export interface TestServer extends RunningServer {
  readonly database: TestDatabase;
  /** The code with which `setUp` works. */
  readonly setupCode: string;
  /** A client that nobody knows. */
  client(): TestClient;
  /** A client that is logged in as the first admin, "admin"; made when first asked for. */
  admin(): Promise<TestClient>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a test may want otherwise than usual. */
export interface TestServerOptions {
  readonly clock?: Clock;
  /** Open and migrated; default a new one on the server of all tests. */
  readonly database?: TestDatabase;
  readonly modules?: readonly ApiModule[];
  readonly logger?: Logger;
  readonly trustProxy?: readonly string[];
  readonly webDir?: string;
}

/** The first admin's password in every test. */
export const ADMIN_PASSWORD = "correct horse battery";

/** Starts a server: `await using server = await startTestServer()`. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const modules = options.modules ?? allModules;
  const entities = modules.flatMap((module) => [...module.entities]);
  const database = options.database ?? (await createTestDatabase({ entities }));
  const logger = options.logger ?? pino({ level: "silent" });
  const server = await serve({
    database,
    modules,
    log: logger,
    logger,
    clock: options.clock ?? Date.now,
    random: randomBytes,
    inventory: defaultInventorySettings,
    host: "127.0.0.1",
    port: 0,
    trustProxy: options.trustProxy ?? [],
    webDir: options.webDir ?? "/nonexistent",
  }).catch(async (error: unknown) => {
    await database.drop();
    throw error;
  });
  const setupCode = (await openSetupCode(server.services.container.resolve(OPERATOR_PARTS))) ?? "";
  const client = (): TestClient => new TestClient(server.url);
  let admin: Promise<TestClient> | undefined;
  return {
    ...server,
    database,
    setupCode,
    client,
    admin: () => (admin ??= setUpAdmin(client(), setupCode)),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await database.drop();
    },
  };
}

async function setUpAdmin(client: TestClient, setupCode: string): Promise<TestClient> {
  await client.ask(`mutation ($input: SetUpInput!) { setUp(input: $input) { errors { message } } }`, {
    input: { setupCode, name: "admin", password: ADMIN_PASSWORD },
  });
  return client;
}
