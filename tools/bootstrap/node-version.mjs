/** The oldest Node that every locked dependency runs on. The `engines` of each package say the same. */
const OLDEST = { major: 20, minor: 19 };

/**
 * @param {string} version for example `20.19.0`
 * @returns {string | undefined} what is wrong with it, for a person
 */
export function complaintAbout(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return undefined;
  return `EUCORA Hub needs Node ${OLDEST.major}.${OLDEST.minor} or later; this is Node ${version}. Install a newer one from https://nodejs.org and run the command again.`;
}

/** Ends the process with a sentence, rather than with a syntax error from somewhere deep inside. */
export function requireNode(version = process.versions.node) {
  const complaint = complaintAbout(version);
  if (complaint === undefined) return;
  console.error(complaint);
  process.exit(1);
}
