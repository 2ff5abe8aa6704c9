import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const WIDGETS = path.resolve(import.meta.dirname, '../../../widgets');
const MOST = 40 * 1024;
/** Of a sheet that all share: what no customer's page has, or not yet. */
const NOT_FIRST = [/\/\* Staff: .*?\/\* For all \*\//gsu, /\/\* Later: .*?\/\* For all \*\//gsu];

/** A module names those that all faces share by the address at which both are served. @type {import('esbuild').Plugin} */
const asServed = {
  name: 'as served',
  setup: (building) =>
    building.onResolve({ filter: /\/shared\// }, ({ path: named, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.join(WIDGETS, 'shared/static', named.split('/shared/')[1]) },
    ),
};

/** Bytes as they go over the line. @param {string|Uint8Array} contents */
const weight = (contents) => gzipSync(contents, { level: 9 }).length;

/** @param {string} place */
const sheet = (place) =>
  NOT_FIRST.reduce((css, part) => css.replaceAll(part, ''), readFileSync(path.join(WIDGETS, place), 'utf8'));

async function packed() {
  const made = await build({
    entryPoints: [path.join(WIDGETS, 'customer/static/widget.js')],
    outdir: '/packed',
    plugins: [asServed],
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    write: false,
    metafile: true,
    target: 'es2022',
    legalComments: 'none',
  });
  const outputs = Object.entries(made.metafile.outputs).map(([place, { imports, inputs }]) => ({
    name: path.basename(place),
    imports,
    inputs: Object.keys(inputs).map((input) => path.basename(input)),
  }));
  const main = outputs.find(({ name }) => name === 'widget.js');
  const first = outputs.filter(
    ({ name }) =>
      name === 'widget.js' ||
      main?.imports.some((one) => one.kind === 'import-statement' && path.basename(one.path) === name),
  );
  const bytes = first.map(({ name }) =>
    weight(made.outputFiles.find((file) => path.basename(file.path) === name)?.contents ?? ''),
  );
  return { bytes, modules: first.flatMap(({ inputs }) => inputs) };
}

test('all that is loaded up to the first message is 40 KB at most, with the script on the page', async () => {
  const { bytes } = await packed();
  const { code: style } = await transform(
    ['shared/static/tokens.css', 'shared/static/parts.css', 'customer/static/widget.css'].map(sheet).join('\n'),
    { loader: 'css', minify: true },
  );
  const others = [
    'customer/static/icons.svg',
    'shared/static/theme.js',
    'customer/templates/widget.html',
    'shared/templates/base.html',
  ].map((place) => weight(readFileSync(path.join(WIDGETS, place))));
  const { code: loader } = await transform(readFileSync(path.join(WIDGETS, 'customer/static/loader.js'), 'utf8'), {
    minify: true,
    target: 'es2022',
  });
  const all = [...bytes, weight(style), weight(loader), ...others];
  const sum = all.reduce((one, other) => one + other, 0);
  assert.ok(sum <= MOST, `${sum} bytes: ${all.join(', ')}`);
});

test('nobody fetches the conversation before there is one', async () => {
  const { modules } = await packed();
  assert.ok(modules.includes('entry.js'));
  for (const later of [
    'talk.js',
    'queue.js',
    'after.js',
    'message.js',
    'story.js',
    'uploads.js',
    'remove.js',
    'lit-lists.js',
    'lit.js',
  ])
    assert.ok(!modules.includes(later), later);
});
