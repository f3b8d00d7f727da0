import { REGISTER_AGENT } from "../agent-core/dist/protocol/operations.js";
import { addApiToken, setUpFirstAdmin } from "../e2e/harness/first-admin.ts";
import { GraphqlScript } from "../e2e/harness/graphql-script.ts";

const ADD_REGISTRATION_TOKEN = /* GraphQL */ `
  mutation AddRegistrationToken($input: AddRegistrationTokenInput!) {
    addRegistrationToken(input: $input) {
      secret
    }
  }
`;
const FACTS = { hostname: "bench", architecture: "x64", agentVersion: "0.1.0", canInstall: true };

/** Enrols agents at a server that nobody has set up yet. */
export class Fleet {
  readonly #script: GraphqlScript;
  readonly #registrationToken: string;

  private constructor(script: GraphqlScript, registrationToken: string) {
    this.#script = script;
    this.#registrationToken = registrationToken;
  }

  static async open(url: string, setupCode: string | undefined): Promise<Fleet> {
    const cookie = await setUpFirstAdmin(url, setupCode);
    const admin = await addApiToken(url, cookie, ["TOKENS_MANAGE"]);
    const { addRegistrationToken } = await admin.run<{ addRegistrationToken: { secret: string } }>(
      ADD_REGISTRATION_TOKEN,
      { input: { name: "bench", seats: 10_000 } },
    );
    return new Fleet(new GraphqlScript(url), addRegistrationToken.secret);
  }

  /** @returns the access tokens of new agents */
  async enrol(count: number): Promise<string[]> {
    const tokens: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const input = { registrationToken: this.#registrationToken, facts: FACTS };
      const { registerAgent } = await this.#script.run<{
        registerAgent: { credentials: { accessToken: string } };
      }>(String(REGISTER_AGENT), { input });
      tokens.push(registerAgent.credentials.accessToken);
    }
    return tokens;
  }
}
