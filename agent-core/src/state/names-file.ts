const PLAIN = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether an id that came from elsewhere can name a file of the state folder, and nothing outside of it. */
export function canNameFile(id: string): boolean {
  return PLAIN.test(id);
}
