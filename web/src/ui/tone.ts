/** What a colour stands for. Never the only carrier of a meaning: a word or an icon always goes with it. */
export type Tone = "neutral" | "good" | "warn" | "bad" | "info" | "accent";

/** Soft background with readable text. */
export const SOFT_TONE = {
  neutral: "bg-hover text-muted",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  accent: "bg-accent-soft text-accent",
} as const satisfies Record<Tone, string>;

/** Text or icon only. */
export const TEXT_TONE = {
  neutral: "text-muted",
  good: "text-good",
  warn: "text-warn",
  bad: "text-bad",
  info: "text-info",
  accent: "text-accent",
} as const satisfies Record<Tone, string>;
