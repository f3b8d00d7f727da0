import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { HAS_OPENSSL, type KeyPair, LocalCa } from "../testing/local-ca.js";
import { ProtocolServer } from "../testing/protocol-server.js";
import { startTestAgent } from "../testing/run-test-agent.js";
import { HttpPost } from "./http-post.js";
import { parseServerAddress } from "./server-address.js";
import { trustedAuthorities } from "./tls-trust.js";

const PATIENCE = { timeout: 15_000 };
const HERE = "IP:127.0.0.1";
const needs = HAS_OPENSSL ? "" : " (needs openssl: apt-get install openssl)";

describe.skipIf(!HAS_OPENSSL)(`N8 the server's certificate${needs}`, () => {
  let folder: string;
  let ca: LocalCa;
  let server: ProtocolServer | undefined;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "redflag-tls-"));
    ca = LocalCa.create(path.join(folder, "ca"));
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const serve = async (pair: KeyPair): Promise<string> => {
    server = new ProtocolServer();
    return server.start(pair);
  };
  const ask = async (url: string, caFile?: string): Promise<unknown> => {
    const post = new HttpPost(parseServerAddress(url, false).http, () => trustedAuthorities(caFile));
    const answer = post.send("{}", {}, new AbortController().signal);
    return answer.catch((error: unknown) => error).finally(() => post.close());
  };

  const refused: readonly (readonly [string, string, () => KeyPair, boolean])[] = [
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT", () => ca.selfSigned(HERE), false],
    [
      "self-signed, although an authority is named",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      () => ca.selfSigned(HERE),
      true,
    ],
    [
      "of an authority that is not named",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      () => ca.issue({ altName: HERE }),
      false,
    ],
    [
      "for another name",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      () => ca.issue({ altName: "DNS:other.example" }),
      true,
    ],
    ["that has expired", "CERT_HAS_EXPIRED", () => ca.issue({ altName: HERE, days: -1 }), true],
  ];
  test.each(refused)("N8 one %s is refused, and no request is sent", async (_name, code, pair, isCaNamed) => {
    const url = await serve(pair());
    const problem = await ask(url, isCaNamed ? ca.file : undefined);
    expect(problem).toMatchObject({ code: "TLS", message: expect.stringContaining(code) });
    expect(server?.operations).toEqual([]);
  });

  test("N8 one of the authority in REDFLAG_CA_FILE is accepted, also by the wake-up connection", async () => {
    const url = await serve(ca.issue({ altName: HERE }));
    const agent = await startTestAgent(folder, { serverUrl: url, caFile: ca.file, plugins: [] });
    await vi.waitUntil(() => (server?.checkIns.length ?? 0) > 0, PATIENCE);
    await expect.poll(() => server?.openSockets, PATIENCE).toBe(1);
    await agent.stop();
  });

  test("N8 a file of authorities that cannot be used is a configuration error", () => {
    expect(() => trustedAuthorities(path.join(folder, "none.pem"))).toThrow(/cannot be read \(ENOENT\)/);
    const empty = path.join(folder, "empty.pem");
    writeFileSync(empty, "nothing");
    expect(() => trustedAuthorities(empty)).toThrow(/holds no certificate authority/);
  });
});
