// Prints the closing line of a CI run: node .ci/tally.mjs <vitest JSON report> <number of failed steps>
// A test file that could not even be loaded has no tests to count, and a failed step (install, lint, types,
// build) is no test: each counts as one failure, so that the line never looks better than the run was.
import { readFileSync } from 'node:fs';

const [report, failedSteps] = process.argv.slice(2);
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
  readFileSync(report, 'utf8'),
);
const unloaded = testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const skipped = numPendingTests + numTodoTests;
const failed = numFailedTests + unloaded + Number(failedSteps);

console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || numPassedTests === 0 ? 1 : 0;
