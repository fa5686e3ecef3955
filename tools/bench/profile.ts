import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recording } from './figure.js';

export interface Hot {
  /** Function, and where it stands in its source. */
  readonly where: string;
  /** Of the time that the processor was at work, itself alone, without what it called. */
  readonly percent: number;
}

export interface Profile {
  readonly file: string;
  /** Percent of the time in which it had nothing to do: then something else is what it waits for. */
  readonly idle: number;
  readonly hot: readonly Hot[];
}

/** V8's format, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}
type Frame = CpuProfile['nodes'][number]['callFrame'];

/** Where the time of the main thread's functions went while the load was on. */
export async function readProfile({ folder, from, to }: Recording, top: number): Promise<Profile> {
  const names = (await readdir(folder)).filter((name) => /\.\d+\.0\.\d+\.cpuprofile$/.test(name));
  const file = join(folder, names[0]!);
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const locate = locator();
  const times = new Map<string, number>();
  let [now, all, idle] = [startTime, 0, 0];
  samples.forEach((id, at) => {
    const frame = frames.get(id)!;
    const time = timeDeltas[at]!;
    now += time;
    if (now < from || now > to) return;
    all += time;
    if (frame.functionName === '(idle)') idle += time;
    else times.set(locate(frame), (times.get(locate(frame)) ?? 0) + time);
  });
  const hot = [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, top)
    .map(([where, time]) => ({ where, percent: (time / (all - idle)) * 100 }));
  return { file, idle: (idle / all) * 100, hot };
}

/** What was built is led back to its source. */
function locator() {
  const maps = new Map<string, SourceMap | undefined>();
  const known = new Map<Frame, string>();
  const mapOf = (path: string): SourceMap | undefined => {
    if (!maps.has(path)) maps.set(path, existsSync(`${path}.map`) ? readMap(`${path}.map`) : undefined);
    return maps.get(path);
  };
  const find = ({ functionName, url, lineNumber, columnNumber }: Frame): string => {
    if (url.startsWith('wasm:')) return 'WebAssembly: the embedded PostgreSQL';
    const name = functionName || '(anonymous)';
    if (!url.startsWith('file:')) return url ? `${name} ${url}:${lineNumber + 1}` : name;
    const path = fileURLToPath(url);
    const entry = mapOf(path)?.findEntry(lineNumber, columnNumber);
    return entry && 'originalSource' in entry
      ? `${name} ${short(resolve(dirname(path), entry.originalSource))}:${entry.originalLine + 1}`
      : `${name} ${short(path)}:${lineNumber + 1}`;
  };
  return (frame: Frame): string => {
    const found = known.get(frame) ?? find(frame);
    known.set(frame, found);
    return found;
  };
}

const readMap = (file: string) => new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);

const short = (path: string): string => relative('.', path).replace(/^.*node_modules\//, '');
