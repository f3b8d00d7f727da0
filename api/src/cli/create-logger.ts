import { pino, type Logger } from "pino";

/** Where secrets could stand if somebody logged a request, an input or an error with one. */
const SECRETS = [
  "authorization",
  "cookie",
  "set-cookie",
  "password",
  "secret",
  "token",
  "setupCode",
  "registrationToken",
  "accessToken",
  "refreshToken",
  "secretHash",
];

/** The server's own log: one JSON object a line on standard output, times in UTC, secrets blacked out. */
export function createLogger(level: string, stream?: { write(line: string): void }): Logger {
  const paths = SECRETS.flatMap((name) => ["", "*.", "*.*.", "*.*.*."].map((depth) => path(depth, name)));
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: "[secret]" },
  };
  return stream ? pino(options, stream) : pino(options);
}

function path(depth: string, name: string): string {
  return name.includes("-") ? `${depth.slice(0, -1)}["${name}"]` : `${depth}${name}`;
}
