// usage: node tools/test/judge-reports.mjs FOLDER [FAILED_STEP…]
// Adds up vitest's JSON reports. Whatever did not run counts against the run: a suite that is skipped proves nothing.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {{ fullName: string, status: string }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} FileResult
 * @typedef {{ testResults: FileResult[] }} Report
 * @typedef {{ passed: number, failed: string[], skipped: string[] }} Sum
 */

/**
 * @param {readonly Report[]} reports
 * @param {readonly string[]} failedSteps steps beside the tests that failed; each counts as one failure
 * @returns {Sum}
 */
export function addUp(reports, failedSteps) {
  /** @type {Sum} */
  const sum = { passed: 0, failed: failedSteps.map((step) => `step: ${step}`), skipped: [] };
  for (const file of reports.flatMap((report) => report.testResults)) {
    const name = (/** @type {Assertion} */ assertion) =>
      `${path.basename(file.name)} › ${assertion.fullName}`;
    for (const assertion of file.assertionResults) {
      if (assertion.status === "passed") sum.passed += 1;
      else if (assertion.status === "failed") sum.failed.push(name(assertion));
      else sum.skipped.push(name(assertion));
    }
    // A file that could not be loaded, or whose hook failed, has no test that failed.
    const blamed = file.assertionResults.some(({ status }) => status === "failed");
    if (file.status === "failed" && !blamed)
      sum.failed.push(`${path.basename(file.name)}: ${file.message ?? ""}`.trim());
  }
  return sum;
}

/** @param {Sum} sum @returns {string[]} lines; the last one is the count */
export function describeSum({ passed, failed, skipped }) {
  const section = (/** @type {string} */ title, /** @type {string[]} */ names) =>
    names.length > 0 ? [title, ...names.map((name) => `  ${name}`)] : [];
  return [
    ...section("Failed:", failed),
    ...section("Skipped, which is a failure here:", skipped),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ];
}

if (process.argv[1] === import.meta.filename) {
  const [folder = ".", ...failedSteps] = process.argv.slice(2);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const reports = files.map(
    (name) => /** @type {Report} */ (JSON.parse(readFileSync(path.join(folder, name), "utf8"))),
  );
  const sum = addUp(reports, failedSteps);
  console.log(describeSum(sum).join("\n"));
  if (sum.failed.length + sum.skipped.length > 0 || sum.passed === 0) process.exitCode = 1;
}
