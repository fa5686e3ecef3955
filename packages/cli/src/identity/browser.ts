import { spawn } from 'node:child_process';
import type { Io } from '../io.js';

type Opener = readonly [command: string, ...args: readonly string[]];

/** @returns undefined where no window could come up: in a pipeline, or on another machine */
export function openerFor(env: Io['env'], platform: NodeJS.Platform = process.platform): Opener | undefined {
  if (env.SSH_CONNECTION || env.CI) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Asks the desktop to show a page. When it cannot, the address that was printed is still there. */
export function openBrowser(address: string, { env }: Pick<Io, 'env'>): void {
  const opener = openerFor(env);
  if (!opener) return;
  const [command, ...args] = opener;
  spawn(command, [...args, address], { env: { ...env }, stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
