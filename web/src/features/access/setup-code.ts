/** The one-time code in an address such as `/setup#code=ABC`; empty when there is none. */
export function readSetupCode(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("code")?.trim() ?? "";
}
