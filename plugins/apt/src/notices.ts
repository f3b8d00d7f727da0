import type { Notice } from "@redflag/plugin-sdk";

const MAX_NOTICES = 50;

/** Keeps the first notices and says how many more there are. */
export function capNotices(notices: readonly Notice[]): Notice[] {
  if (notices.length <= MAX_NOTICES) return [...notices];
  const more = notices.length - MAX_NOTICES;
  return [
    ...notices.slice(0, MAX_NOTICES),
    { code: "MORE", message: `There are ${more} more of these remarks.` },
  ];
}
