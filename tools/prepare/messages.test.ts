import { expect, test } from "vitest";

import { explainFailure } from "./messages.mjs";

test.each([
  [
    "npm error code ENOTFOUND\nnpm error network request to https://registry.example/vite failed",
    "registry cannot be reached",
  ],
  ["npm error code EAI_AGAIN", "registry cannot be reached"],
  ["npm error code ENOTCACHED", "registry cannot be reached"],
  ["npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", "is full"],
  ["Error: EROFS: read-only file system, mkdir '/srv/redflag/.cache'", "read-only file system"],
  ["npm error code EACCES\nnpm error syscall mkdir", "may not write in /srv/redflag"],
  ["npm error code E404", "does not have one of the packages"],
  ["npm error code EINTEGRITY", "do not trust the registry"],
  [
    "npm error code EUSAGE\n`npm ci` can only install packages when your package.json and package-lock.json are in sync.",
    "disagree",
  ],
])("%s is explained", (output, sentence) => {
  const message = explainFailure("installing packages", output, "/srv/redflag");
  expect(message).toContain(sentence);
  expect(message).not.toContain("\n");
});

test("what is not recognised points at the output and keeps the stack", () => {
  const cause = new Error("odd");
  expect(explainFailure("building", "odd", "/srv/redflag", cause)).toContain("the lines above say what");
  expect(explainFailure("building", "odd", "/srv/redflag", cause)).toContain(cause.stack);
});
