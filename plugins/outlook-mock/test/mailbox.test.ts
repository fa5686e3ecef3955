import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isEucoraError, isResourceStore, PORT_VERSION, type Resource } from '@eucora/sdk';
import { testContext, virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin, { outlookMock, type OutlookMock, type OutlookMockSettings } from '../src/index.js';

describe('the mock mailbox', () => {
  it('is a connector that the host can load', () => {
    expect(plugin).to.include({ kind: 'connector', name: 'outlook-mock', portVersion: PORT_VERSION });
    const connector = plugin.create({ directory, dryRun: true }, { id: 'mail' });
    expect(isResourceStore(connector)).to.equal(true);
    expect([...connector.capabilities]).to.deep.equal(['resources']);
  });

  it('speaks to no host', () => {
    expect(plugin.hosts!({ directory, dryRun: false })).to.deep.equal([]);
  });

  describe('before it is connected', () => {
    it('answers nothing', async () => {
      const mail = outlookMock({ directory });
      expect(await codeOf(mail.check(ctx))).to.equal('NOT_CONNECTED');
      expect(await codeOf(mail.list(ctx, { kind: 'messages' }))).to.equal('NOT_CONNECTED');
      expect(await codeOf(mail.create(ctx, { kind: 'messages', fields: {} }))).to.equal('NOT_CONNECTED');
      await mail.connect(ctx);
      await mail.disconnect(ctx);
      expect(await codeOf(mail.get(ctx, { kind: 'messages', id: 'a' }))).to.equal('NOT_CONNECTED');
    });

    it('wants the secret that its configuration names', async () => {
      const mail = outlookMock({ directory, token: 'env:OUTLOOK_TOKEN' });
      expect(await codeOf(mail.connect(ctx))).to.equal('SECRET_NOT_FOUND');
      await mail.connect(testContext({ secrets: { 'env:OUTLOOK_TOKEN': 'placeholder' } }));
      expect((await mail.check(ctx)).healthy).to.equal(true);
    });
  });

  describe('when it rehearses, as it does by default', () => {
    it('says what it would do, and leaves the disk as it was', async () => {
      const mail = await givenMailbox();
      const message = await mail.create(ctx, { kind: 'messages', fields: { to: 'a@example.com', subject: 'Hello' } });
      expect(message).to.include({ dry_run: true, would: 'create messages', subject: 'Hello' });
      expect(await readdir(directory)).to.deep.equal([]);
    });

    it('rehearses changes of what is there', async () => {
      await givenMailbox({ dryRun: false }, { folders: [{ id: 'inbox', name: 'Inbox' }] });
      const mail = await givenMailbox({ dryRun: true });
      const renamed = await mail.update(ctx, { kind: 'folders', id: 'inbox', fields: { name: 'In' } });
      expect(renamed).to.deep.equal({ id: 'inbox', name: 'In', dry_run: true, would: 'update folders "inbox"' });
      await mail.delete(ctx, { kind: 'folders', id: 'inbox' });
      expect(ctx.logged.at(-1)!.message).to.equal('would delete folders "inbox"');
      expect(await mail.get(ctx, { kind: 'folders', id: 'inbox' })).to.deep.equal({ id: 'inbox', name: 'Inbox' });
    });

    it('refuses what it would refuse in earnest', async () => {
      await givenMailbox({ dryRun: false }, { folders: [{ id: 'inbox' }] });
      const mail = await givenMailbox({ dryRun: true });
      expect(await codeOf(mail.update(ctx, { kind: 'folders', id: 'outbox', fields: {} }))).to.equal(
        'RESOURCE_NOT_FOUND',
      );
      expect(await codeOf(mail.create(ctx, { kind: 'folders', fields: { id: 'inbox' } }))).to.equal('PLANE_CONFLICT');
      expect(await codeOf(mail.create(ctx, { kind: 'drafts', fields: {} }))).to.equal('INPUT_INVALID');
    });
  });

  describe('when writes are kept', () => {
    it('gives back what was created, changed and deleted', async () => {
      const mail = await givenMailbox({ dryRun: false });
      const { id } = await mail.create(ctx, { kind: 'contacts', fields: { name: 'Ada', city: 'London' } });
      await mail.update(ctx, { kind: 'contacts', id, fields: { city: 'Turin' } });
      expect(await mail.get(ctx, { kind: 'contacts', id })).to.deep.equal({ id, name: 'Ada', city: 'Turin' });

      await mail.delete(ctx, { kind: 'contacts', id });
      await mail.delete(ctx, { kind: 'contacts', id });
      expect(await codeOf(mail.get(ctx, { kind: 'contacts', id }))).to.equal('RESOURCE_NOT_FOUND');
    });

    it('only ever appends, one line a change', async () => {
      const mail = await givenMailbox({ dryRun: false }, { contacts: [{ id: 'ada', city: 'London' }] });
      const before = await textOf('contacts');
      await mail.update(ctx, { kind: 'contacts', id: 'ada', fields: { city: 'Turin' } });
      await mail.delete(ctx, { kind: 'contacts', id: 'ada' });
      const after = await textOf('contacts');
      expect(after.startsWith(before)).to.equal(true);
      expect(after.trimEnd().split('\n')).to.have.lengthOf(3);
    });

    it('is found again by another instance', async () => {
      await givenMailbox({ dryRun: false }, { messages: [{ id: 'm1', subject: 'Hello' }] });
      const later = await givenMailbox({ dryRun: false });
      expect(await later.get(ctx, { kind: 'messages', id: 'm1' })).to.deep.equal({ id: 'm1', subject: 'Hello' });
    });

    it('lists in pages, in the order of time', async () => {
      const mail = await givenMailbox({ dryRun: false });
      for (const subject of ['one', 'two', 'three']) {
        await mail.create(ctx, { kind: 'messages', fields: { subject } });
        await ctx.sleep(1);
      }
      const first = await mail.list(ctx, { kind: 'messages', limit: 2 });
      const second = await mail.list(ctx, { kind: 'messages', limit: 2, after: first.next! });
      expect([...first.items, ...second.items].map(({ subject }) => subject)).to.deep.equal(['one', 'two', 'three']);
      expect(second.next).to.equal(undefined);
      expect(await codeOf(mail.list(ctx, { kind: 'messages', limit: 0 }))).to.equal('INPUT_INVALID');
    });

    it('lists only what a filter wants', async () => {
      const mail = await givenMailbox(
        { dryRun: false },
        {
          messages: [
            { id: 'a', folder: 'inbox', read: true },
            { id: 'b', folder: 'inbox', read: false },
            { id: 'c', folder: 'sent', read: false },
          ],
        },
      );
      const { items } = await mail.list(ctx, { kind: 'messages', where: { folder: 'inbox', read: false } });
      expect(items.map(({ id }) => id)).to.deep.equal(['b']);
    });

    it('refuses ids that change, ids that are no text, and fields that are no object', async () => {
      const mail = await givenMailbox({ dryRun: false }, { folders: [{ id: 'inbox' }] });
      const renamed = mail.update(ctx, { kind: 'folders', id: 'inbox', fields: { id: 'outbox' } });
      expect(await codeOf(renamed)).to.equal('INPUT_INVALID');
      for (const fields of [{ id: 7 }, { id: '' }, [], { size: 1n }] as Record<string, unknown>[]) {
        expect(await codeOf(mail.create(ctx, { kind: 'folders', fields }))).to.equal('INPUT_INVALID');
      }
    });

    it('writes nothing while a plan is made, and nothing for a caller who has left', async () => {
      const mail = await givenMailbox({ dryRun: false });
      const planned = mail.create({ ...ctx, readOnly: true }, { kind: 'folders', fields: {} });
      expect(await codeOf(planned)).to.equal('READ_ONLY');
      const left = mail.create({ ...ctx, signal: AbortSignal.abort() }, { kind: 'folders', fields: {} });
      expect(await codeOf(left)).to.equal('AbortError');
      expect(await readdir(directory)).to.deep.equal([]);
    });
  });

  describe('when the same key comes twice', () => {
    it('gives the first outcome, whatever became of it', async () => {
      const mail = await givenMailbox({ dryRun: false });
      const request = { kind: 'messages', fields: { subject: 'Hello' }, key: 'k1' };
      const first = await mail.create(ctx, request);
      await mail.delete(ctx, { kind: 'messages', id: first.id });
      expect(await mail.create(ctx, request)).to.deep.equal(first);
      expect((await mail.list(ctx, { kind: 'messages' })).items).to.deep.equal([]);
    });

    it('refuses other fields under it', async () => {
      const mail = await givenMailbox({ dryRun: false });
      await mail.create(ctx, { kind: 'messages', fields: { subject: 'Hello' }, key: 'k1' });
      const other = mail.create(ctx, { kind: 'messages', fields: { subject: 'Bye' }, key: 'k1' });
      expect(await codeOf(other)).to.equal('IDEMPOTENCY_CONFLICT');
    });

    it('agrees on one record when two writers race', async () => {
      const writers = [await givenMailbox({ dryRun: false }), await givenMailbox({ dryRun: false })];
      const request = { kind: 'messages', fields: { subject: 'Hello' }, key: 'k1' };
      const [one, other] = await Promise.all(writers.map((mail) => mail.create(ctx, request)));
      expect(one).to.deep.equal(other);
      expect((await writers[0]!.list(ctx, { kind: 'messages' })).items).to.deep.equal([one]);
    });
  });

  it('loses no line of two writers', async () => {
    const writers = [await givenMailbox({ dryRun: false }), await givenMailbox({ dryRun: false })];
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        writers[n % 2]!.create(ctx, { kind: 'messages', fields: { id: `m${n}`, body: 'x'.repeat(5_000) } }),
      ),
    );
    expect((await writers[0]!.list(ctx, { kind: 'messages' })).items).to.have.lengthOf(60);
  });

  describe('after a crash in the middle of a line', () => {
    it('passes over the torn line, says so, and writes on behind it', async () => {
      await givenMailbox({ dryRun: false }, { messages: [{ id: 'm1' }] });
      await appendFile(await fileOf('messages'), '{"id":"m2","at":"2026-01-0');

      const mail = await givenMailbox({ dryRun: false });
      await mail.create(ctx, { kind: 'messages', fields: { id: 'm3' } });

      expect((await mail.list(ctx, { kind: 'messages' })).items.map(({ id }) => id)).to.deep.equal(['m1', 'm3']);
      expect(ctx.logged.filter(({ level }) => level === 'warn').map(({ message }) => message)).to.deep.equal([
        'line 2 of messages.jsonl cannot be read and is passed over',
      ]);
      expect((await mail.check(ctx)).detail).to.equal(
        '2 messages (unreadable lines: 2), 0 folders, 0 contacts; writes are kept',
      );
    });

    it('passes over lines that somebody else wrote', async () => {
      await givenMailbox({ dryRun: false }, { messages: [{ id: 'm1' }] });
      await appendFile(await fileOf('messages'), 'null\n{"id":"x"}\n{"id":"x","record":{"id":"y"}}\n');
      const mail = await givenMailbox();
      expect((await mail.check(ctx)).detail).to.match(/^1 messages \(unreadable lines: 2, 3, 4\)/);
    });
  });

  describe('with several tenants', () => {
    it('shows each its own records only', async () => {
      const mail = await givenMailbox({ dryRun: false });
      const other = { ...ctx, tenantId: 'tenant-2' };
      await mail.create(ctx, { kind: 'messages', fields: { id: 'm1' }, key: 'k1' });
      expect((await mail.list(other, { kind: 'messages' })).items).to.deep.equal([]);
      expect(await codeOf(mail.get(other, { kind: 'messages', id: 'm1' }))).to.equal('RESOURCE_NOT_FOUND');
      await mail.delete(other, { kind: 'messages', id: 'm1' });
      await mail.create(other, { kind: 'messages', fields: { id: 'm1', mine: true }, key: 'k1' });
      expect(await mail.get(ctx, { kind: 'messages', id: 'm1' })).to.deep.equal({ id: 'm1' });
    });

    it('keeps every one of them inside the directory, and apart', async () => {
      const mail = await givenMailbox({ dryRun: false });
      const names = ['../../escape', '..', '.', '/etc', 'a/b', 'a_b', 'A_B', 'a\u0000b', '', 'x'.repeat(5_000)];
      for (const tenantId of names) await mail.create({ ...ctx, tenantId }, { kind: 'folders', fields: { id: 'one' } });

      const folders = await readdir(directory, { withFileTypes: true });
      expect(folders.filter((entry) => entry.isDirectory())).to.have.lengthOf(names.length);
      expect(new Set(folders.map(({ name }) => name.toLowerCase())).size).to.equal(names.length);
      expect(await readdir(join(directory, '..'))).to.deep.equal(['mail']);
    });

    it('lets only its own user read them', async () => {
      await givenMailbox({ dryRun: false }, { messages: [{ id: 'm1' }] });
      expect((await stat(await fileOf('messages'))).mode & 0o077).to.equal(0);
    });
  });

  describe('when the disk does not do its part', () => {
    it('says what is wrong, in the heartbeat too', async () => {
      await writeFile(join(directory, '..', 'file'), '');
      const mail = await givenMailbox({ directory: join(directory, '..', 'file'), dryRun: false });
      const heartbeat = await mail.check(ctx);
      expect(heartbeat.healthy).to.equal(false);
      expect(heartbeat.detail).to.match(/^the mailbox cannot be read or written: /);
      expect(await codeOf(mail.create(ctx, { kind: 'folders', fields: {} }))).to.equal('STORAGE_UNAVAILABLE');
    });
  });

  const roots: string[] = [];
  let directory: string;
  let ctx: ReturnType<typeof testContext>;

  beforeEach(async () => {
    const root = await mkdtemp(join(tmpdir(), 'eucora-outlook-'));
    roots.push(root);
    directory = join(root, 'mail');
    await mkdir(directory);
    ctx = testContext({ clock: virtualClock({ autoAdvance: true }) });
  });

  afterEach(() => Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true, force: true }))));

  async function givenMailbox(
    settings: Partial<OutlookMockSettings> = {},
    held: Record<string, Resource[]> = {},
  ): Promise<OutlookMock> {
    const mail = outlookMock({ directory, ...settings });
    await mail.connect(ctx);
    for (const [kind, records] of Object.entries(held)) {
      for (const fields of records) await mail.create(ctx, { kind, fields });
    }
    return mail;
  }

  async function fileOf(kind: string): Promise<string> {
    const [tenant] = await readdir(directory);
    return join(directory, tenant!, `${kind}.jsonl`);
  }

  const textOf = async (kind: string) => readFile(await fileOf(kind), 'utf8');
});

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  const cause = await outcome.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );
  return isEucoraError(cause) ? cause.code : cause instanceof Error ? cause.name : String(cause);
}
