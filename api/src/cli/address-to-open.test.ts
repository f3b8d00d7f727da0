import { expect, test } from "vitest";
import { addressToOpen } from "./address-to-open.js";

test.each([
  ["http://0.0.0.0:8080", "http://127.0.0.1:8080"],
  ["http://[::]:8080", "http://[::1]:8080"],
  ["http://192.0.2.7:9000", "http://192.0.2.7:9000"],
  ["http://[2001:db8::7]:9000", "http://[2001:db8::7]:9000"],
  ["http://127.0.0.1:80", "http://127.0.0.1"],
])("a server at %s is opened at %s", (url, expected) => {
  expect(addressToOpen(url)).toBe(expected);
});
