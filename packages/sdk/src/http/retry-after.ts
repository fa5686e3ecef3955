/**
 * What `Retry-After` asks, in milliseconds: seconds (Graph also sends fractions, planes/intune-entra.md section 5) or an HTTP date.
 * Undefined when there is none or it asks for nothing; then the backoff decides.
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - now.getTime() : seconds * 1000;
  return Number.isFinite(ms) && ms > 0 ? Math.ceil(ms) : undefined;
}
