import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { problem, type Route } from './small-host.js';

const INSTALLER = Buffer.alloc(300_000, 'installer');
const SHA256 = createHash('sha256').update(INSTALLER).digest('hex');

describe('eucora packages', () => {
  const { host, folder } = given();

  describe('add', () => {
    it('sends the artifact that the manifest names, from the folder of the manifest, and then the package', async () => {
      const { routes, artifacts, packages } = givenStore();
      const { url } = await host(routes);
      const cwd = await folder({ 'apps/esbuild.yaml': manifest(), 'apps/files/esbuild.exe': INSTALLER });

      const { code, out, err } = await eucora(['packages', 'add', 'apps/esbuild.yaml'], { url, cwd });

      expect(code).to.equal(0);
      expect(artifacts.get(SHA256)).to.deep.equal(INSTALLER);
      expect(packages).to.have.length(1);
      expect(packages[0]).to.deep.include({
        name: 'esbuild',
        version: '0.25.1',
        artifact: { sha256: SHA256, size: INSTALLER.length, file_name: 'esbuild.exe' },
      });
      expect(out).to.include('Added esbuild@0.25.1/windows').and.to.include(SHA256);
      expect(err).to.include('hashing esbuild.exe').and.to.include('sending esbuild.exe (300.0 kB)');
    });

    it('announces how much it sends', async () => {
      const { routes } = givenStore();
      const { url, asked } = await host(routes);
      const cwd = await folder({ 'esbuild.yaml': manifest(), 'files/esbuild.exe': INSTALLER });

      await eucora(['packages', 'add', 'esbuild.yaml'], { url, cwd });

      expect(asked[0]!.headers['content-length']).to.equal(String(INSTALLER.length));
    });

    it('prints one document for programs, and no progress', async () => {
      const { routes } = givenStore();
      const { url } = await host(routes);
      const cwd = await folder({ 'esbuild.yaml': manifest(), 'files/esbuild.exe': INSTALLER });

      const heard = await eucora(['packages', 'add', 'esbuild.yaml', '--json'], { url, cwd });

      expect(heard.json()).to.include({ package_key: 'esbuild@0.25.1/windows' });
      expect(heard.err).to.equal('');
    });

    it('takes the files of the command line before those of the manifest, from where the command runs', async () => {
      const { routes, artifacts, packages } = givenStore();
      const { url } = await host(routes);
      const cwd = await folder({ 'apps/esbuild.yaml': manifest(), 'other.exe': 'other', 'esbuild.cdx.json': '{}' });

      const args = ['packages', 'add', 'apps/esbuild.yaml', '--artifact', 'other.exe', '--sbom', 'esbuild.cdx.json'];
      const { code } = await eucora(args, { url, cwd });

      expect(code).to.equal(0);
      expect([...artifacts.values()].map(String)).to.have.members(['other', '{}']);
      expect(packages[0]!['artifact']).to.include({ file_name: 'other.exe', size: 5 });
      expect(packages[0]!['sbom']).to.include({ file_name: 'esbuild.cdx.json', size: 2 });
    });

    it('reads JSON as well, and a manifest that states the right digest', async () => {
      const { routes, packages } = givenStore();
      const { url } = await host(routes);
      const fields = { name: 'esbuild', version: '0.25.1', platform: 'windows' };
      const artifact = {
        path: 'esbuild.exe',
        sha256: SHA256.toUpperCase(),
        size: INSTALLER.length,
        file_name: 'setup.exe',
      };
      const cwd = await folder({ 'm.json': JSON.stringify({ ...fields, artifact }), 'esbuild.exe': INSTALLER });

      const { code } = await eucora(['packages', 'add', 'm.json'], { url, cwd });

      expect(code).to.equal(0);
      expect(packages[0]!['artifact']).to.deep.equal({
        sha256: SHA256,
        size: INSTALLER.length,
        file_name: 'setup.exe',
      });
    });

    it('refuses a file that is not what the manifest says, and sends nothing', async () => {
      const { url, asked } = await host(givenStore().routes);
      const wrong = manifest({ sha256: 'a'.repeat(64) });
      const cwd = await folder({ 'esbuild.yaml': wrong, 'files/esbuild.exe': INSTALLER });

      const { code, err } = await eucora(['packages', 'add', 'esbuild.yaml'], { url, cwd });

      expect(code).to.equal(1);
      expect(err).to.include(`ARTIFACT_MISMATCH: esbuild.exe has sha256 ${SHA256}, and the manifest says aaaa`);
      expect(asked).to.be.empty;
    });

    it("refuses a size that is not the file's", async () => {
      const { url, asked } = await host(givenStore().routes);
      const cwd = await folder({ 'esbuild.yaml': manifest({ size: 7 }), 'files/esbuild.exe': INSTALLER });

      const { code, err } = await eucora(['packages', 'add', 'esbuild.yaml'], { url, cwd });

      expect(code).to.equal(1);
      expect(err).to.include('esbuild.exe has size 300000, and the manifest says 7');
      expect(asked).to.be.empty;
    });

    it('sends nothing when the SBOM is not there', async () => {
      const { url, asked } = await host(givenStore().routes);
      const cwd = await folder({ 'esbuild.yaml': manifest(), 'files/esbuild.exe': INSTALLER });

      const { code, err } = await eucora(['packages', 'add', 'esbuild.yaml', '--sbom', 'none.json'], { url, cwd });

      expect(code).to.equal(1);
      expect(err).to.include('INPUT_INVALID: none.json cannot be read: ENOENT');
      expect(asked).to.be.empty;
    });

    it('lets the host say whether it has bytes that are only named', async () => {
      const { routes } = givenStore();
      const { url } = await host({ ...routes, 'POST /api/packages/': () => problem(404, 'ARTIFACT_NOT_FOUND') });
      const named = { artifact: { sha256: SHA256, size: 3, file_name: 'x.exe' } };
      const cwd = await folder({ 'm.json': JSON.stringify(named) });

      const { code, err } = await eucora(['packages', 'add', 'm.json'], { url, cwd });

      expect(code).to.equal(1);
      expect(err).to.equal('ARTIFACT_NOT_FOUND: the host says ARTIFACT_NOT_FOUND\n-> do as ARTIFACT_NOT_FOUND asks\n');
    });

    it('tells the refusal of a host that stops reading in the middle', async () => {
      const { url } = await givenHostThatRefusesUnread();
      const cwd = await folder({ 'esbuild.yaml': manifest(), 'files/esbuild.exe': Buffer.alloc(20_000_000) });

      const { code, err } = await eucora(['packages', 'add', 'esbuild.yaml'], { url, cwd });

      expect(code).to.equal(2);
      expect(err).to.include('FORBIDDEN: not you');
    });

    for (const [what, content, code] of [
      ['is not there', undefined, 'INPUT_INVALID'],
      ['is not YAML', 'name: [', 'BODY_MALFORMED'],
      ['is a list', '- name', 'BODY_MALFORMED'],
      ['says an artifact that is no object', 'artifact: ./x.exe', 'INPUT_INVALID'],
    ] as const) {
      it(`says so when the manifest ${what}`, async () => {
        const cwd = await folder({ 'm.yaml': content ?? '' });
        if (content === undefined) await rm(join(cwd, 'm.yaml'));

        const heard = await eucora(['packages', 'add', 'm.yaml'], { cwd });

        expect(heard.code).to.equal(1);
        expect(heard.err).to.include(`${code}: `).and.to.include('m.yaml').and.to.include('\n-> ');
      });
    }
  });

  describe('list', () => {
    it('shows what is there', async () => {
      const { routes, packages } = givenStore();
      packages.push(givenPackage('0.25.0'), givenPackage('0.25.1'));
      const { url } = await host(routes);

      const { code, out } = await eucora(['packages', 'list'], { url });

      expect(code).to.equal(0);
      expect(out).to.match(/^PACKAGE\s+PUBLISHER\s+ARTIFACT/);
      expect(out).to.match(/^esbuild@0\.25\.0\/windows\s+Evan\s+esbuild\.exe\s+10\.4 MB\s+0{64}\s+-$/m);
      expect(out.trim().split('\n')).to.have.length(3);
    });

    it('reads page after page until there are as many as were asked for, and says where to go on', async () => {
      const { routes, packages } = givenStore();
      for (let patch = 0; patch < 5; patch++) packages.push(givenPackage(`0.25.${patch}`));
      const { url } = await host(routes);

      const all = await eucora(['packages', 'list', '--json'], { url });
      const some = await eucora(['packages', 'list', '--limit', '3'], { url });
      const rest = await eucora(['packages', 'list', '--json', '--after', '3'], { url });

      expect(all.json()['items']).to.have.length(5);
      expect(all.json()).not.to.have.property('next');
      expect(some.out).to.include('-> there is more: --after 3');
      expect(rest.json()['items']).to.have.length(2);
    });

    it('says what to do when there is nothing', async () => {
      const { url } = await host(givenStore().routes);

      const people = await eucora(['packages', 'list'], { url });
      const programs = await eucora(['packages', 'list', '--json'], { url });

      expect(people.out).to.equal('No package was added yet.\n-> eucora packages add --help\n');
      expect(programs.json()).to.deep.equal({ items: [] });
    });

    it('does not let a name move the cursor of the reader', async () => {
      const { routes, packages } = givenStore();
      packages.push(givenPackage('\u001b[2Jevil'));
      const { url } = await host(routes);

      const { out } = await eucora(['packages', 'list'], { url });

      expect(out).not.to.include('\u001b');
    });
  });
});

/** Answers when it has seen the headers, and hangs up. */
async function givenHostThatRefusesUnread() {
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/problem+json', connection: 'close' });
    response.end(JSON.stringify({ code: 'FORBIDDEN', detail: 'not you', remedy: 'ask', status: 403 }));
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Artifacts and packages, two to a page. */
function givenStore() {
  const artifacts = new Map<string, Buffer>();
  const packages: Record<string, unknown>[] = [];
  const put: Route = ({ path, bytes }) => {
    artifacts.set(path.split('/').at(-1)!, bytes);
    return { status: 201, body: { sha256: path.split('/').at(-1), size: bytes.length } };
  };
  const routes: Record<string, Route> = {
    'POST /api/packages/': ({ body }) => {
      packages.push(body);
      return { status: 201, body: { ...body, package_key: `${body['name']}@${body['version']}/${body['platform']}` } };
    },
    'GET /api/packages/': ({ query }) => {
      const start = Number(query.get('after') ?? 0);
      const end = start + Math.min(2, Number(query.get('limit')));
      const items = packages.slice(start, end);
      return { body: end < packages.length ? { items, next: String(end) } : { items } };
    },
  };
  return {
    routes: new Proxy(routes, { get: (all, name: string) => (name.startsWith('PUT ') ? put : all[name]) }),
    artifacts,
    packages,
  };
}

const manifest = (claims: Readonly<Record<string, unknown>> = {}) => `
name: esbuild
version: 0.25.1
platform: windows
publisher: Evan
artifact: ${JSON.stringify({ path: 'files/esbuild.exe', ...claims })}
install_command: copy esbuild.exe
uninstall_command: del esbuild.exe
detection: [{ kind: file, path: 'C:\\Tools', file_name: esbuild.exe }]
`;

const givenPackage = (version: string) => ({
  package_key: `esbuild@${version}/windows`,
  publisher: 'Evan',
  artifact: { sha256: '0'.repeat(64), size: 10_400_000, file_name: 'esbuild.exe' },
});
