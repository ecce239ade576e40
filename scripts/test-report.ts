import { existsSync, readFileSync } from 'node:fs';

/**
 * Adds up test reports (vitest's JSON) and prints one closing line; fails when a test failed, when
 * one was skipped, and when none ran.
 */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

const reports = process.argv
  .slice(2)
  .filter((path) => existsSync(path))
  .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Report);

const sum = (count: (report: Report) => number): number => reports.reduce((total, report) => total + count(report), 0);
const passed = sum((report) => report.numPassedTests);
const failed = sum((report) => report.numFailedTests);
const skipped = sum((report) => report.numPendingTests + report.numTodoTests);

if (skipped > 0) console.error(`\n${skipped} tests were skipped, and none may be`);
if (failed > 0 || skipped > 0 || passed === 0 || reports.some((report) => !report.success)) process.exitCode = 1;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
