import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@eucora/sdk/testing';
import { understand } from './ansible-lines.js';
import { canceled, type Runner } from './runner.js';
import type { AwxInstance, JobResult, SimJob, SimTemplate } from './state.js';

export interface PlaybookRunnerOptions {
  /** Where the playbooks are. Default: those of the plugin. */
  readonly folder?: string;
  /** Added to the clean environment of each job, as a credential of AWX would. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Between asking a process group to end and ending it. Real milliseconds. */
const GRACE_MS = 5_000;

/**
 * Jobs that a real `ansible-playbook` carries out. Each has a private folder of its own that is removed afterwards, an environment
 * with nothing of ours in it, and a process group that is killed when the job is cancelled or takes too long.
 */
export function playbookRunner(
  clock: Clock,
  { folder = playbooksFolder(), environment = {} }: PlaybookRunnerOptions = {},
): Runner {
  const running = new Map<number, { readonly child?: ChildProcess; readonly done: Promise<void> }>();
  const now = () => clock.now().getTime();
  const wanted = ({ cancelAskedAt }: SimJob) => cancelAskedAt === undefined;

  const carryOut = async (
    job: SimJob,
    template: SimTemplate,
    state: AwxInstance,
    before: Promise<void> | undefined,
  ) => {
    await before;
    job.startedAt = now();
    if (!wanted(job)) return void (job.result = canceled(now()));
    const place = await mkdtemp(join(tmpdir(), 'eucora-awx-job-'));
    try {
      const child = spawn('ansible-playbook', await argumentsFor(job, template, state, place, folder), {
        cwd: place,
        env: { ...cleanEnvironment(place), ...environment },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running.set(job.id, { child, done: running.get(job.id)!.done });
      const timer = job.timeout > 0 ? setTimeout(() => endGroup(child), job.timeout * 1_000) : undefined;
      const result = await listen(child, now);
      clearTimeout(timer);
      if (!wanted(job)) signalGroup(child, 'SIGKILL');
      job.result = wanted(job) ? result : canceled(now());
    } finally {
      await rm(place, { recursive: true, force: true });
      running.delete(job.id);
    }
  };

  return {
    begin(job, template, state) {
      const before = job.after === undefined ? undefined : running.get(job.after)?.done;
      running.set(job.id, { done: Promise.resolve() });
      const done = carryOut(job, template, state, before).catch((cause: unknown) => {
        job.result = { ...canceled(now()), status: 'error', explanation: (cause as Error).message };
        running.delete(job.id);
      });
      running.set(job.id, { done });
    },
    settle() {},
    cancel(job) {
      job.cancelAskedAt ??= now();
      const child = running.get(job.id)?.child;
      if (child) endGroup(child);
    },
    settled: async () => void (await Promise.all([...running.values()].map(({ done }) => done))),
    async close() {
      const left = [...running.values()];
      for (const { child } of left) if (child) endGroup(child);
      await Promise.all(left.map(({ done }) => done));
    },
  };
}

async function argumentsFor(
  job: SimJob,
  template: SimTemplate,
  state: AwxInstance,
  place: string,
  folder: string,
): Promise<string[]> {
  const inventory = join(place, 'inventory.json');
  const variables = join(place, 'extravars.yml');
  await writeFile(inventory, JSON.stringify(inventoryOf(state, job.inventory)), { mode: 0o600 });
  await writeFile(variables, unsafe(job.extraVars), { mode: 0o600 });
  return [
    '-i',
    inventory,
    '-e',
    `@${variables}`,
    ...(job.limit ? ['--limit', job.limit] : []),
    join(folder, template.playbook),
  ];
}

/** AWX marks what came at launch as unsafe: no Jinja in it is ever run. JSON is YAML. */
const unsafe = (variables: Readonly<Record<string, unknown>>): string => {
  const marked = ([name, value]: [string, unknown]) =>
    `${name}: ${typeof value === 'string' ? '!unsafe ' : ''}${JSON.stringify(value)}`;
  return Object.keys(variables).length === 0 ? '{}' : Object.entries(variables).map(marked).join('\n');
};

/** The whole inventory, as a job of AWX sees it, the hub's records with it. Switched-off hosts are left out. */
function inventoryOf(state: AwxInstance, inventory: number): object {
  const mine = [...state.hosts.values()].filter((host) => host.inventory === inventory && host.enabled);
  const groups = [...state.groups.values()].filter((group) => group.inventory === inventory);
  const variables = (text: string) => JSON.parse(text || '{}') as object;
  return {
    all: {
      hosts: Object.fromEntries(mine.map((host) => [host.name, variables(host.variables)])),
      children: Object.fromEntries(
        groups.map((group) => [
          group.name,
          {
            vars: variables(group.variables),
            hosts: Object.fromEntries(
              mine.filter((host) => host.groups.includes(group.id)).map(({ name }) => [name, {}]),
            ),
            children: Object.fromEntries(group.children.map((id) => [state.groups.get(id)?.name ?? String(id), {}])),
          },
        ]),
      ),
    },
  };
}

const cleanEnvironment = (place: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: place,
  LANG: 'C.UTF-8',
  ANSIBLE_LOCAL_TEMP: join(place, 'tmp'),
  ANSIBLE_STDOUT_CALLBACK: 'ansible.posix.jsonl',
  ANSIBLE_SHOW_CUSTOM_STATS: '1',
  ANSIBLE_RETRY_FILES_ENABLED: '0',
  ANSIBLE_HOST_KEY_CHECKING: '0',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_PYTHON_INTERPRETER: 'auto_silent',
});

async function listen(child: ChildProcess, now: () => number): Promise<JobResult> {
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => void lines.push(line));
  createInterface({ input: child.stderr! }).on('line', (line) => void errors.push(line));
  const rc = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  return understand(lines, errors, rc, now());
}

/** The playbook may have children of its own: the whole group ends, and what does not want to is made to. */
function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS).unref();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** The folder of the plugin's playbooks, from the sources or from the built package. */
export function playbooksFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const folder = join(at, 'playbooks');
    if (existsSync(join(folder, 'package_install.yml'))) return folder;
    if (at === dirname(at)) throw new Error('the playbooks of the plugin are not there');
  }
}
