import type { Answer, TestClient } from "./test-client.js";

/** Runs one mutation of the API: `mutate(admin, "startScan", { agentIds })`, with what is asked for of its payload. */
export function mutate(client: TestClient, name: string, input: object, selection = ""): Promise<Answer> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return client.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} errors { code path message } } }`,
    { input },
  );
}
