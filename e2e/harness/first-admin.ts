import { GraphqlScript } from "./graphql-script.ts";

/** The first admin's name and password in every test. */
export const ADMIN = { name: "alice", password: "correct horse battery" } as const;

const SET_UP = /* GraphQL */ `
  mutation SetUp($input: SetUpInput!) {
    setUp(input: $input) {
      viewer {
        permissions
      }
      errors {
        message
      }
    }
  }
`;

const ADD_API_TOKEN = /* GraphQL */ `
  mutation AddApiToken($input: AddApiTokenInput!) {
    addApiToken(input: $input) {
      secret
      errors {
        message
      }
    }
  }
`;

/** Makes the first admin with the printed code, as the page does it, and returns the session's cookie. */
export async function setUpFirstAdmin(url: string, setupCode: string | undefined): Promise<string> {
  const input = { setupCode, ...ADMIN };
  const { cookie } = await post<unknown>(url, SET_UP, { input });
  if (!cookie) throw new Error("No session was opened.");
  return cookie;
}

/** A script's token with the given scopes, made by the admin; valid for an hour, or for `lifeMs`. */
export async function addApiToken(
  url: string,
  cookie: string,
  scopes: readonly string[],
  lifeMs = 3_600_000,
): Promise<GraphqlScript> {
  const expiresAt = new Date(Date.now() + lifeMs).toISOString();
  const input = { name: "e2e", scopes, expiresAt };
  const { data } = await post<{ addApiToken: { secret: string } }>(url, ADD_API_TOKEN, { input }, cookie);
  return new GraphqlScript(url, data.addApiToken.secret);
}

async function post<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown>,
  cookie?: string,
): Promise<{ data: Data; cookie: string | undefined }> {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(cookie ? { cookie } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as {
    data?: Record<string, { errors: unknown[] }>;
    errors?: unknown[];
  };
  const refused = [
    ...(answer.errors ?? []),
    ...Object.values(answer.data ?? {}).flatMap(({ errors }) => errors),
  ];
  if (refused.length > 0 || !answer.data) throw new Error(JSON.stringify(refused));
  return { data: answer.data as Data, cookie: response.headers.getSetCookie()[0]?.split(";")[0] };
}
