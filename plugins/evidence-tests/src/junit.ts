import type { TestsFacts } from '@eucora/sdk';
import { countOf, instantOf, secondsOf } from './figures.js';
import { invalid, plainText, readXml, type Element } from './xml.js';

type Outcome = 'passed' | 'failed' | 'skipped';

interface Test {
  /** `suite › test` */
  readonly name: string;
  readonly outcome: Outcome;
}

/** Names that are kept of failed tests, and characters of each. */
const MOST_FAILURES = 100;
const LONGEST_NAME = 300;

const SUITES = ['testsuites', 'testsuite'];
const FAILURES = ['failure', 'error'];
const SKIPS = ['skipped', 'disabled'];
const ELEMENTS = [...SUITES, 'testcase', ...FAILURES, ...SKIPS];

/** In `status` or `result`, from tools that have no element for it (GoogleTest and others). */
const SAYS_FAILED = ['failed', 'failure', 'error'];
const SAYS_SKIPPED = ['notrun', 'skipped', 'suppressed', 'disabled', 'ignored', 'pending'];

/**
 * Counts a JUnit report, from its test cases. What a suite says of itself in attributes is not counted but compared: one that tells of
 * more tests, or of more that failed, than its cases show has lost some, and such a report proves nothing. That it tells of fewer is
 * common (pytest counts a test that fails twice once, mocha leaves failed hooks out) and makes nothing look better than it is.
 *
 * @throws EucoraError `DOCUMENT_INVALID`
 */
export function junitFacts(text: string): TestsFacts {
  const root = readXml(text, ELEMENTS);
  if (!isSuite(root)) throw invalid(`it is no JUnit report: its root is <${root.name}>`);
  const tests: Test[] = [];
  find(root, tests);
  if (tests.length === 0) throw invalid('there is no test in it');
  const suites = [root, ...within(root)].filter(isSuite);
  const failed = tests.filter(({ outcome }) => outcome === 'failed');
  const finished = finishOf(suites);
  const seconds = durationOf(root);
  return {
    suites: suites.filter(({ children }) => children.some(isTest)).length,
    tests: tests.length,
    passed: tests.filter(({ outcome }) => outcome === 'passed').length,
    failed: failed.length,
    skipped: tests.filter(({ outcome }) => outcome === 'skipped').length,
    ...(finished === undefined ? {} : { finished_at: new Date(finished).toISOString() }),
    ...(seconds === undefined ? {} : { seconds: Math.round(seconds * 1_000) / 1_000 }),
    failures: failed.slice(0, MOST_FAILURES).map(({ name }) => name),
  };
}

const isSuite = ({ name }: Element) => SUITES.includes(name);
const isTest = ({ name }: Element) => name === 'testcase';
const isFailure = ({ name }: Element) => FAILURES.includes(name);
const isSkip = ({ name }: Element) => SKIPS.includes(name);

/** All elements inside, in the order of the document. */
const within = (element: Element): Element[] => element.children.flatMap((child) => [child, ...within(child)]);

/** Adds the tests of a suite to those found. A failure outside of a test is one of the suite: something went wrong around its tests. */
function find(suite: Element, found: Test[]): void {
  const before = found.length;
  const suiteName = plainText(suite.attributes.name);
  for (const child of suite.children) {
    if (isSuite(child)) find(child, found);
    else if (isTest(child)) findInTest(child, suiteName, found);
    else if (isFailure(child)) found.push({ name: nameOf(suiteName, 'outside of its tests'), outcome: 'failed' });
  }
  refuseLosses(suite, found, before);
}

/** The test itself, and those that somebody put inside of it. */
function findInTest(element: Element, suiteName: string, found: Test[]): void {
  const { name, status, result } = element.attributes;
  const says = (words: readonly string[]) => [status, result].some((word) => words.includes(word?.toLowerCase() ?? ''));
  const isFailed = within(element).some(isFailure) || says(SAYS_FAILED);
  const isSkipped = element.children.some(isSkip) || says(SAYS_SKIPPED);
  const outcome: Outcome = isFailed ? 'failed' : isSkipped ? 'skipped' : 'passed';
  found.push({ name: nameOf(suiteName, plainText(name)), outcome });
  for (const child of element.children) {
    if (isTest(child)) findInTest(child, suiteName, found);
    else if (isSuite(child)) find(child, found);
  }
}

const nameOf = (...parts: string[]): string => {
  const name = parts.filter(Boolean).join(' › ');
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
};

function refuseLosses({ attributes }: Element, found: readonly Test[], from: number): void {
  const refuse = (what: string, said: number, counted: number) => {
    const name = nameOf(plainText(attributes.name) || 'without a name');
    throw invalid(`it is not whole: suite "${name}" tells of ${said} ${what}, and ${counted} are in it`);
  };
  const tests = countOf(attributes.tests) ?? 0;
  if (tests > found.length - from) refuse('tests', tests, found.length - from);
  const failed = (countOf(attributes.failures) ?? 0) + (countOf(attributes.errors) ?? 0);
  if (failed === 0) return;
  const counted = found.slice(from).filter(({ outcome }) => outcome === 'failed').length;
  if (failed > counted) refuse('failed tests', failed, counted);
}

/** As the outermost element says that does; otherwise what is inside of it, one after the other. Seconds. */
function durationOf({ attributes, children }: Element): number | undefined {
  const said = secondsOf(attributes.time);
  if (said !== undefined) return said;
  const parts = children.map(durationOf).filter((seconds) => seconds !== undefined);
  return parts.length > 0 ? parts.reduce((sum, seconds) => sum + seconds) : undefined;
}

/** `timestamp` is when a suite began. Milliseconds since 1970. */
function finishOf(suites: readonly Element[]): number | undefined {
  const ends = suites.flatMap((suite) => {
    const began = instantOf(suite.attributes.timestamp);
    const end = (began ?? NaN) + (durationOf(suite) ?? 0) * 1_000;
    return Number.isNaN(new Date(end).getTime()) ? [] : [end];
  });
  return ends.length > 0 ? ends.reduce((a, b) => Math.max(a, b)) : undefined;
}
