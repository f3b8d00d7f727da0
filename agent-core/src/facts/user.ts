/** The user that the agent runs as. */
export interface User {
  /** null where there are no user numbers, as on Windows. */
  readonly uid: number | null;
  readonly home: string;
  /** May change the machine: root, or an administrator. */
  readonly isPrivileged: boolean;
}
