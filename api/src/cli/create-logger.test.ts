import { expect, test } from "vitest";
import { createLogger } from "./create-logger.js";

test("secrets that get into a line of the log are blacked out, however deep they lie", () => {
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const secrets = {
    password: "s3cret",
    token: "s3cret",
    cookie: "s3cret",
    "set-cookie": "s3cret",
    authorization: "s3cret",
  };
  logger.info(secrets, "flat");
  logger.info({ req: { headers: secrets } }, "in headers");
  logger.info(
    { variables: { input: { setupCode: "s3cret", registrationToken: "s3cret", name: "kept" } } },
    "in input",
  );
  expect(lines).toHaveLength(3);
  expect(lines.join("")).not.toContain("s3cret");
  expect(lines.join("")).toContain("kept");
});
