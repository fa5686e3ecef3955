import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

const { Base, Spec } = mocha.reporters;

/**
 * Mocha's own report, then each skipped test with its reason, then as the very last line `N passed, N failed`, and
 * `, N skipped` where some were. With `EUCORA_TEST_SUMMARY` set, the counts go to that file instead, and whoever set it prints the line.
 * A run that breaks off counts as one failure more.
 * A default export, because that is how mocha finds a reporter in a file.
 */
export default class ClosingLine extends Spec {
  /** @param {Mocha.Runner} runner @param {Mocha.MochaOptions} options */
  constructor(runner, options) {
    super(runner, options);
    /** @type {Mocha.Test[]} */
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test));
    const file = process.env['EUCORA_TEST_SUMMARY'];
    /** @param {number} unfinished */
    const counts = (unfinished) => ({
      passed: this.stats.passes,
      failed: this.stats.failures + unfinished,
      skipped: skipped.length,
    });
    const brokenOff = () => Base.consoleLog(closingLine(counts(1)));
    if (file) runner.on('test end', () => writeFileSync(file, JSON.stringify(counts(1))));
    else process.once('exit', brokenOff);
    runner.once('end', () => {
      process.off('exit', brokenOff);
      this.tellSkipped(skipped);
      if (file) writeFileSync(file, JSON.stringify(counts(0)));
      else Base.consoleLog(closingLine(counts(0)));
    });
  }

  /** A test says why it is skipped in its title, or before `this.skip()` with `this.test.skipReason`. @param {readonly Mocha.Test[]} skipped */
  tellSkipped(skipped) {
    if (skipped.length === 0) return;
    Base.consoleLog('  Skipped:\n');
    for (const test of skipped) {
      const reason = /** @type {{ skipReason?: string }} */ (test).skipReason;
      Base.consoleLog(`    - ${test.fullTitle()}${reason ? `: ${reason}` : ''}`);
    }
    Base.consoleLog('');
  }
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
