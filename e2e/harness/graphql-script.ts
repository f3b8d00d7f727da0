/** What a server answered to one operation. */
interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * A script that talks to the API with a bearer token and nothing else: no cookie, no page, no subscription.
 *
 * @param url the server's address without a path
 */
export class GraphqlScript {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token?: string) {
    this.#url = `${url}/graphql`;
    this.#token = token;
  }

  /** @throws Error with the server's words when the operation as a whole was refused */
  async run<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as Answer<Data>;
    if (answer.errors?.length || !answer.data) {
      throw new Error(`${response.status}: ${JSON.stringify(answer.errors)}`);
    }
    return answer.data;
  }
}
