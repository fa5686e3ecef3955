import type { GateFacts } from '@eucora/sdk';

/**
 * The facts as the policy sees them: plain JSON with snake_case names, which the README lists. Facts of evidence have these names
 * already and stay as they are. The time comes as text and as a number, because Rego in WebAssembly cannot parse times.
 */
export function inputOf({ now, evidence, ...facts }: GateFacts): string {
  return JSON.stringify({
    ...(snakeCased(facts) as object),
    evidence,
    now: now.toISOString(),
    now_unix: Math.floor(now.getTime() / 1000),
  });
}

function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [snake(name), snakeCased(part)]));
}

const snake = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before}_${after.toLowerCase()}`);
