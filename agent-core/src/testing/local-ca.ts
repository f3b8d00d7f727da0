import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A private key and its certificate, as PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** What a certificate says. */
export interface CertificateFacts {
  /** As in a certificate, for example `IP:127.0.0.1`. */
  readonly altName: string;
  /** How long it is valid; negative when it has expired. */
  readonly days?: number;
}

/** A certificate authority of one's own, by openssl. */
export class LocalCa {
  #count = 0;

  private constructor(
    readonly folder: string,
    /** The PEM file with the authority's certificate. */
    readonly file: string,
  ) {}

  static create(folder: string): LocalCa {
    mkdirSync(folder, { recursive: true });
    const ca = new LocalCa(folder, path.join(folder, "ca.pem"));
    ca.#makeSelfSigned("ca", "/CN=RedFlag test authority");
    return ca;
  }

  /** A certificate that this authority signed. */
  issue({ altName, days = 1 }: CertificateFacts): KeyPair {
    this.#count += 1;
    const at = (suffix: string): string => path.join(this.folder, `issued-${this.#count}.${suffix}`);
    const [key, request, cert, extensions] = [at("key"), at("csr"), at("pem"), at("ext")];
    writeFileSync(extensions, `subjectAltName=${altName}\n`);
    this.#openssl("req", "-new", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", "/CN=server");
    const signing = ["-CA", this.file, "-CAkey", path.join(this.folder, "ca.key"), "-CAcreateserial"];
    const form = ["-days", String(days), "-extfile", extensions, "-in", request, "-out", cert];
    this.#openssl("x509", "-req", ...signing, ...form);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  }

  /** A certificate that nobody but its owner signed. */
  selfSigned(altName: string): KeyPair {
    this.#count += 1;
    return this.#makeSelfSigned(`self-${this.#count}`, "/CN=server", `subjectAltName=${altName}`);
  }

  #makeSelfSigned(name: string, subject: string, extension?: string): KeyPair {
    const [key, cert] = [path.join(this.folder, `${name}.key`), path.join(this.folder, `${name}.pem`)];
    const extra = extension === undefined ? [] : ["-addext", extension];
    this.#openssl("req", "-x509", ...NEW_KEY, "-keyout", key, "-out", cert, "-subj", subject, ...extra);
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  }

  #openssl(...argv: string[]): void {
    execFileSync("openssl", argv, { stdio: "pipe" });
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Whether certificates can be made here. */
export const HAS_OPENSSL = ((): boolean => {
  try {
    execFileSync("openssl", ["version"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
})();
