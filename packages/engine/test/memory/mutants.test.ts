import { expect } from 'chai';
import { memoryStorage, type Clock, type Storage } from '@eucora/engine';
import {
  describeBlobStore,
  describeEventStore,
  describeLease,
  describeQueue,
  describeViews,
  type GivenStorage,
} from '@eucora/engine/testing';
import { failuresOf } from './suite-recorder.js';

type Mutation = (right: Storage, clock: Clock) => Partial<Storage>;

describe('the suites of the ports', () => {
  const suites = { describeEventStore, describeQueue, describeLease, describeViews, describeBlobStore };

  for (const [suite, describeIt] of Object.entries(suites)) {
    it(`${suite} finds nothing wrong with memory`, async () => {
      expect(
        await failuresOf(() =>
          describeIt(
            'memory',
            givenMutant(() => ({})),
          ),
        ),
      ).to.deep.equal([]);
    });
  }

  const mutants: Record<string, { suite: keyof typeof suites; mutation: Mutation }> = {
    'an event store that does not look at the expected version': {
      suite: 'describeEventStore',
      mutation: ({ events }) => ({
        events: {
          ...events,
          append: async (request) => {
            const writes = await Promise.all(
              request.writes.map(async (write) => ({
                ...write,
                expectedVersion: (await events.readStream(write.stream)).length,
              })),
            );
            return events.append({ ...request, writes });
          },
        },
      }),
    },
    'an event store that does not look at the fence': {
      suite: 'describeEventStore',
      mutation: ({ events }) => ({
        events: { ...events, append: ({ fence: _, ...request }) => events.append(request) },
      }),
    },
    'an event store that records the work although the append was refused': {
      suite: 'describeEventStore',
      mutation: ({ events, queue }) => ({
        events: {
          ...events,
          append: async ({ jobs = [], ...request }) => {
            await queue.put(jobs);
            return events.append(request);
          },
        },
      }),
    },
    'an event store that gives back other numbers than it hashed': {
      suite: 'describeEventStore',
      mutation: ({ events }) => ({
        events: {
          ...events,
          readStream: async (stream, after) =>
            (await events.readStream(stream, after)).map((event) => ({
              ...event,
              data: JSON.parse(JSON.stringify(event.data).replaceAll('5e-324', '0')) as unknown,
            })),
        },
      }),
    },
    'a queue that forgets what was put during a lease': {
      suite: 'describeQueue',
      mutation: ({ queue }) => {
        const held = new Set<string>();
        return {
          queue: {
            ...queue,
            put: (jobs) => queue.put(jobs.filter((job) => !held.has(job.key))),
            claim: async (request) => {
              const jobs = await queue.claim(request);
              jobs.forEach((job) => held.add(job.key));
              return jobs;
            },
            complete: (completions) => {
              completions.forEach(({ key }) => held.delete(key));
              return queue.complete(completions);
            },
          },
        };
      },
    },
    'a queue that starts its tokens anew': {
      suite: 'describeQueue',
      mutation: ({ queue }) => ({
        queue: { ...queue, claim: async (r) => (await queue.claim(r)).map((job) => ({ ...job, token: job.attempt })) },
      }),
    },
    'a queue that takes the oldest first, whatever its priority': {
      suite: 'describeQueue',
      mutation: ({ queue }) => ({
        queue: { ...queue, put: (jobs) => queue.put(jobs.map((j) => ({ ...j, priority: 1 }))) },
      }),
    },
    'a lease that never ends': {
      suite: 'describeLease',
      mutation: ({ lease }) => ({ lease: { ...lease, acquire: (name, holder) => lease.acquire(name, holder, 1e12) } }),
    },
    'a lease that anybody gets': {
      suite: 'describeLease',
      mutation: ({ lease }) => ({
        lease: {
          ...lease,
          acquire: async (name, holder, ttl) => (await lease.acquire(name, holder, ttl)) ?? { name, token: 0 },
        },
      }),
    },
    'views that look at one field only': {
      suite: 'describeViews',
      mutation: ({ views }) => ({
        views: {
          ...views,
          list: (collection, request = {}) =>
            views.list(collection, {
              ...request,
              where: Object.fromEntries(Object.entries(request.where ?? {}).slice(0, 1)),
            }),
        },
      }),
    },
    'views that forget what comes after': {
      suite: 'describeViews',
      mutation: ({ views }) => ({
        views: { ...views, list: async (...args) => ({ items: (await views.list(...args)).items as never[] }) },
      }),
    },
    'a blob store that believes what it is told': {
      suite: 'describeBlobStore',
      mutation: ({ blobs }) => ({ blobs: { ...blobs, put: (bytes) => blobs.put(bytes) } }),
    },
  };

  for (const [what, { suite, mutation }] of Object.entries(mutants)) {
    it(`${suite} finds ${what}`, async () => {
      const failed = await failuresOf(() => suites[suite]('a mutant', givenMutant(mutation)));
      expect(failed).not.to.deep.equal([]);
    });
  }
});

function givenMutant(mutation: Mutation): GivenStorage {
  return async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const clock: Clock = { now: () => new Date(now), sleep: async (ms) => void (now += ms) };
    const right = memoryStorage(clock);
    return {
      storage: { ...right, ...mutation(right, clock) },
      later: (ms) => clock.sleep(ms),
      stop: () => right.close(),
    };
  };
}
