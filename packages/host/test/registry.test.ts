import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Registration } from '../src/registry/registration.js';
import { openRegistry } from '../src/registry/registry-file.js';
import { givenFolder, leftovers, thrownBy } from './given.js';

describe('the registry file', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('is empty when there is none, and made with the first line', () => {
    const path = givenPath();
    const registry = openRegistry(path);
    expect(registry.current()).to.deep.equal([]);

    registry.append(registration('intune'));

    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(readFileSync(path, 'utf8')).to.equal(`${JSON.stringify(registration('intune'))}\n`);
  });

  it('counts the last line of an id and keeps the others', () => {
    const path = givenPath();
    const registry = openRegistry(path);
    registry.append(registration('intune'));
    registry.append(registration('jamf'));
    registry.append(registration('intune', { enabled: true }));

    for (const each of [registry, openRegistry(path)]) {
      expect(each.current().map(({ connector_id, enabled }) => [connector_id, enabled])).to.deep.equal([
        ['intune', true],
        ['jamf', false],
      ]);
      expect(each.get('intune')?.enabled).to.equal(true);
      expect(each.history('intune').map(({ enabled }) => enabled)).to.deep.equal([false, true]);
      expect(each.get('sccm')).to.equal(undefined);
    }
  });

  it('names each line that is none, and goes on with the others', () => {
    const path = givenPath();
    const wrong = { ...registration('b'), enabled: 'yes', modul: 'x' };
    const lines = [
      JSON.stringify(registration('a')),
      'not json',
      '',
      JSON.stringify(wrong),
      JSON.stringify(registration('c')),
      '',
    ];
    writeFileSync(path, lines.join('\n'));

    const registry = openRegistry(path);

    expect(registry.current().map(({ connector_id }) => connector_id)).to.deep.equal(['a', 'c']);
    expect(registry.faults().map(({ line, error }) => [line, error.code])).to.deep.equal([
      [2, 'REGISTRY_INVALID'],
      [4, 'REGISTRY_INVALID'],
    ]);
    expect(registry.faults()[0]!.error.message).to.equal('line 2 of the registry: is not JSON');
    expect(registry.faults()[1]!.error.message).to.match(
      /^line 4 .*modul is not known; did you mean module\?.*enabled must be boolean/,
    );
  });

  it('passes over a last line that was cut, and writes the next where it began', () => {
    const path = givenPath();
    openRegistry(path).append(registration('a'));
    appendFileSync(path, JSON.stringify(registration('b')).slice(0, 30));

    const registry = openRegistry(path);
    expect(registry.faults()).to.deep.equal([]);
    registry.append(registration('c'));

    const again = openRegistry(path);
    expect(again.faults()).to.deep.equal([]);
    expect(again.current().map(({ connector_id }) => connector_id)).to.deep.equal(['a', 'c']);
  });

  it('counts a last line that lacks its end alone', () => {
    const path = givenPath();
    writeFileSync(path, JSON.stringify(registration('a')));
    openRegistry(path).append(registration('b'));

    expect(
      openRegistry(path)
        .current()
        .map(({ connector_id }) => connector_id),
    ).to.deep.equal(['a', 'b']);
  });

  it('says so when it cannot be read or written', () => {
    const path = givenPath();
    const registry = openRegistry(path);
    mkdirSync(path);

    expect(thrownBy(() => openRegistry(path)).code).to.equal('CONFIG_INVALID');
    expect(thrownBy(() => registry.append(registration('a'))).code).to.equal('STORAGE_UNAVAILABLE');
    expect(registry.current()).to.deep.equal([]);
  });

  it('remembers nothing of a line for which there was no room', () => {
    const path = givenPath();
    const registry = openRegistry(path);
    symlinkSync('/dev/full', path);

    expect(thrownBy(() => registry.append(registration('a'))).code).to.equal('STORAGE_FULL');
    expect(registry.current()).to.deep.equal([]);
  });

  const givenPath = () => join(givenFolder(left), 'eucora.registry.jsonl');
});

const registration = (id: string, more: Partial<Registration> = {}): Registration => ({
  connector_id: id,
  module: `@eucora/plugin-${id}`,
  enabled: false,
  kind: 'plane',
  version: '1.0.0',
  integrity: `sha256-${'0'.repeat(64)}`,
  config: {},
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  ...more,
});
