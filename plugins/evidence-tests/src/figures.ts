/** Seconds; `1,234.5` as Surefire groups them. Nothing for what is no number. */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  return /^\d{1,9}(\.\d*)?(e-\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

/** A whole number, 0 or more. */
export const countOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const WITH_ZONE = /(Z|[+-]\d\d:?\d\d| GMT)$/;

/** Milliseconds since 1970. A time without its zone is that of a clock that we do not know: nothing. */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined || !WITH_ZONE.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
