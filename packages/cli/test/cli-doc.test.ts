import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { GENERATED_BELOW, renderReference } from './cli-doc.js';
import { eucora } from './eucora.js';
import { given } from './given.js';

const DOC = fileURLToPath(new URL('../../../docs/cli.md', import.meta.url));

describe('docs/cli.md', () => {
  const { folder, host } = given();

  it('describes the commands that there are', async () => {
    const [head] = (await readFile(DOC, 'utf8')).split(GENERATED_BELOW);
    const fresh = `${head}${GENERATED_BELOW}\n\n${renderReference()}`;
    if (process.env['UPDATE_DOCS']) await writeFile(DOC, fresh);

    expect(await readFile(DOC, 'utf8')).to.equal(fresh, 'UPDATE_DOCS=1 npx mocha packages/cli/test/cli-doc.test.ts');
  });

  it('shows a manifest and an intent that the command reads', async () => {
    const [manifest, intent] = yamlBlocksOf(await readFile(DOC, 'utf8'));
    const cwd = await folder({
      'm.yaml': manifest!,
      'i.yaml': intent!,
      'esbuild.exe': 'bytes',
      'esbuild.cdx.json': '{}',
    });
    const { url, asked } = await host({});

    await eucora(['packages', 'add', 'm.yaml'], { url, cwd });
    await eucora(['intents', 'create', 'i.yaml'], { url, cwd });

    expect(asked[0]!.path).to.match(/^\/api\/artifacts\//);
    expect(asked[1]!.path).to.equal('/api/deployments/intents/');
    expect(asked[1]!.body).to.include.keys('package_key', 'planes', 'rings');
  });

  it('names every exit code of the help', async () => {
    const { out } = await eucora(['--help']);
    const codes = [...out.matchAll(/\b(\d+) (ok|error|access denied|refused by a gate|Ctrl-C while waiting)/g)];
    const doc = await readFile(DOC, 'utf8');

    expect(codes).to.have.length(5);
    for (const [, code] of codes) expect(doc).to.match(new RegExp(`^\\| ${code} +\\|`, 'm'));
  });
});

const yamlBlocksOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block!);
