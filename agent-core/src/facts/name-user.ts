import { visibleText } from "../text/visible-text.js";

const LONGEST = 64;

/** Who runs this process, for people: behind sudo the person, too. @param accountName throws when there is no account */
export function nameUser(
  accountName: () => string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const person = env["SUDO_USER"];
  let account: string;
  try {
    account = accountName();
  } catch {
    account = "a user without name";
  }
  const isSudo = person !== undefined && person !== "" && person !== account;
  return visibleText(isSudo ? `${person} as ${account}` : account, LONGEST);
}
