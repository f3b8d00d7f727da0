import { readFile, stat } from "node:fs/promises";
import { StartupError } from "../startup-error.js";

/** The user that PostgreSQL's processes run as. */
export interface Identity {
  uid: number;
  gid: number;
  /** Name for messages. */
  name: string;
}

const PREFERRED = ["redflag", "postgres", "nobody"];

/**
 * PostgreSQL refuses to run as root. When we are root this picks whom to become: the owner of an existing
 * PostgreSQL data folder, else the first of the users redflag, postgres and nobody. Returns nothing when we are an
 * ordinary user and simply run as ourselves.
 */
export async function chooseIdentity(
  dataFolder: string,
  uid: number | undefined = process.getuid?.(),
  passwdFile = "/etc/passwd",
): Promise<Identity | undefined> {
  if (uid !== 0) return undefined;
  const users = parsePasswd(await readFile(passwdFile, "utf8"));
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) {
    const name = users.find((user) => user.uid === owner.uid)?.name ?? `uid ${owner.uid}`;
    return { uid: owner.uid, gid: owner.gid, name };
  }
  for (const name of PREFERRED) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (user) return user;
  }
  throw new StartupError(
    "DATABASE_PERMISSION",
    `PostgreSQL does not run as root and ${passwdFile} has none of the users ${PREFERRED.join(", ")}: create a user "redflag", or set DATABASE_URL.`,
  );
}

function parsePasswd(text: string): Identity[] {
  return text.split("\n").flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
