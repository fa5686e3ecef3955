import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { at, CACHE } from '../bootstrap/places.mjs';

/** The public entries of the SDK and the reports that show them. A change of a report is a change of the API, and is reviewed as one. */
const REPORTS = {
  'sdk.api.md': 'index.d.ts',
  'sdk-http.api.md': 'http/index.d.ts',
  'sdk-testing.api.md': 'testing/index.d.ts',
};

/**
 * Compares the reports in `packages/sdk` with the declarations as they were built.
 *
 * @param {{ write: boolean }} options `write` brings the reports up to date
 * @returns {string[]} what is not as it should be
 */
export const extractApi = ({ write }) =>
  Object.entries(REPORTS).flatMap(([report, entry]) => extract(report, entry, write));

/** @param {string} report @param {string} entry @param {boolean} write @returns {string[]} */
function extract(report, entry, write) {
  const temp = join(CACHE, 'api');
  mkdirSync(temp, { recursive: true });
  /** @type {string[]} */
  const errors = [];
  const { apiReportChanged } = Extractor.invoke(configFor(report, entry, temp), {
    localBuild: write,
    messageCallback(message) {
      if (message.logLevel === ExtractorLogLevel.Error) errors.push(`${report}: ${message.text}`);
      message.handled = true;
    },
  });
  return apiReportChanged && !write
    ? [
        ...errors,
        `packages/sdk/${report} is not what the SDK exports now. If the change is wanted: npm run api, and commit the report.`,
      ]
    : errors;
}

/** @param {string} report @param {string} entry @param {string} temp */
const configFor = (report, entry, temp) =>
  ExtractorConfig.prepare({
    configObject: {
      projectFolder: at('packages', 'sdk'),
      mainEntryPointFilePath: at('packages', 'sdk', 'dist', entry),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2023',
            lib: ['ES2023'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            types: ['node', 'mocha'],
            strict: true,
            skipLibCheck: true,
          },
          files: [at('packages', 'sdk', 'dist', entry)],
        },
      },
      apiReport: { enabled: true, reportFolder: at('packages', 'sdk'), reportTempFolder: temp, reportFileName: report },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: at('packages', 'sdk', 'package.json'),
  });
