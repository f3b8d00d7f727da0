import fc from "fast-check";
import { expect, test } from "vitest";
import { addressKey } from "./address-key.js";

test("an IPv4 address is counted by itself, however it is written", () => {
  expect(addressKey("192.0.2.1")).toBe("192.0.2.1");
  expect(addressKey("::ffff:192.0.2.1")).toBe("192.0.2.1");
});

test("all addresses of one /64 are counted together", () => {
  expect(addressKey("2001:db8::1")).toBe("2001:db8:0:0");
  expect(addressKey("2001:0DB8:0:0:aaaa:bbbb:cccc:dddd")).toBe("2001:db8:0:0");
  expect(addressKey("fe80::1%eth0")).toBe("fe80:0:0:0");
  expect(addressKey("::1")).toBe("0:0:0:0");
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      fc.pre(!address.includes("."));
      expect(addressKey(address)).toMatch(/^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){3}$/);
    }),
  );
});
