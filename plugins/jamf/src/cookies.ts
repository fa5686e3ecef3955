import type { Context } from '@eucora/sdk';

/**
 * What keeps a client at one node of a Jamf cluster: `jpro-ingress` today, `APBALANCEID` before, `JSESSIONID` on premises
 * (facts file, 2.3). Other cookies are nobody's business here.
 */
const STICKY = /(?:^|[,;]\s*)(jpro-ingress|APBALANCEID|JSESSIONID)=([^;,\s]*)/g;

interface Jar {
  readonly cookies: Map<string, string>;
  /** Milliseconds since 1970. */
  until: number;
}

export interface Cookies {
  /** The `cookie` header for the piece of work, or nothing yet. */
  of(ctx: Context): { readonly cookie?: string };
  /** Keeps what an answer set. @param wrote the request changed something */
  take(ctx: Context, setCookie: string | undefined, wrote: boolean): void;
}

/**
 * A jar for each piece of work, told by its correlation id, so that it reads where it wrote. It is dropped when every node shows
 * what was written last: Jamf asks not to stay at one node for longer than needed.
 */
export function cookieJars(keepMs: number): Cookies {
  const jars = new Map<string, Jar>();

  const jarOf = (ctx: Context): Jar => {
    const now = ctx.now().getTime();
    for (const [id, jar] of jars) if (jar.until <= now) jars.delete(id);
    const jar = jars.get(ctx.correlationId) ?? { cookies: new Map<string, string>(), until: now + keepMs };
    jars.set(ctx.correlationId, jar);
    return jar;
  };

  return {
    of(ctx) {
      const cookie = [...jarOf(ctx).cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      return { ...(cookie !== '' && { cookie }) };
    },
    take(ctx, setCookie = '', wrote) {
      const jar = jarOf(ctx);
      for (const [, name, value] of setCookie.matchAll(STICKY)) jar.cookies.set(name!, value!);
      if (wrote) jar.until = ctx.now().getTime() + keepMs;
    },
  };
}
