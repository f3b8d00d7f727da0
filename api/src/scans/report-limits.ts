/** The most that one report may carry. Texts in UTF-16 units. */
export const reportLimits = {
  items: 10_000,
  installed: 10_000,
  warnings: 100,
  warningLength: 1_000,
  keyLength: 400,
  nameLength: 255,
  versionLength: 255,
  textLength: 255,
  advisories: 100,
  urlLength: 2_048,
  detailsBytes: 16_384,
  detailsDepth: 16,
  failureCodeLength: 64,
  failureLength: 4_000,
} as const;
