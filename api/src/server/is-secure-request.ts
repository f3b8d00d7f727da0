import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";

/**
 * Whether a request came over HTTPS to a proxy that is trusted. Fastify knows it for requests; an upgrade to
 * WebSocket never passes through it. `trustProxy` holds addresses and ranges.
 */
export function isSecureRequest(trustProxy: readonly string[]): (request: IncomingMessage) => boolean {
  const trusted = new BlockList();
  for (const entry of trustProxy) {
    const [address = "", bits] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  return ({ headers, socket }) => {
    const address = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    const isTrusted = address !== "" && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
    const proto = headers["x-forwarded-proto"];
    return isTrusted && typeof proto === "string" && proto.split(",")[0]?.trim() === "https";
  };
}
