import { memoryStorage, type Clock } from '@eucora/engine';
import { describeStorage, type StorageUnderTest } from '@eucora/engine/testing';

describeStorage('memory', givenMemory);

async function givenMemory(): Promise<StorageUnderTest> {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock: Clock = { now: () => new Date(now), sleep: async (ms) => void (now += ms) };
  const storage = memoryStorage(clock);
  return { storage, later: (ms) => clock.sleep(ms), stop: () => storage.close() };
}
