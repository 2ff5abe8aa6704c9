/**
 * What browsers are given that is not written here, and what is packed of what is: `npm run vendor`.
 *
 * - widgets/shared/static/vendor/: Lit at the version that package.json pins, with its licence: templates, what lists are drawn
 *   with, and components, so that a page fetches those of the three that it uses.
 * - widgets/shared/static/icons.svg: the sprite, and widgets/customer/static/icons.svg, a small one for the widget. Each says
 *   itself which icons it has: add `<symbol id="NAME"/>` with a name of Lucide's, and its drawing comes from the version that
 *   package.json pins; the mark is our own. Inter comes as it is.
 * - widgets/packed/: each page's modules and styles as one file each, smaller; manifest.json says of which sources.
 *
 * The same sources give the same bytes. With `--check` nothing is written: it ends with 1 where something would change.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..');
const WIDGETS = path.join(ROOT, 'widgets');
const VENDOR = path.join(WIDGETS, 'shared/static/vendor');
const PACKED = path.join(WIDGETS, 'packed');
const TARGET = 'es2022';
const PAGE_CSS = 'page.css';

/** @type {Map<string, string|Uint8Array>} What is to stand in the tree, by its path. */
const wanted = new Map();

/** What each vendored file gives; of those above it, it takes what they have. @type {Array<[string, string]>} */
const LIT = [
  [
    'lit-html.js',
    `
export { html, noChange, nothing, render, _$LH } from 'lit-html';
export { Directive, PartType, directive } from 'lit-html/directive.js';
export * from 'lit-html/directive-helpers.js';
export { live } from 'lit-html/directives/live.js';
`,
  ],
  [
    'lit-lists.js',
    `
export { guard } from 'lit-html/directives/guard.js';
export { ref } from 'lit-html/directives/ref.js';
export { repeat } from 'lit-html/directives/repeat.js';
`,
  ],
  [
    'lit.js',
    `
export { html, live, noChange, nothing, render } from './lit-html.js';
export { guard, ref, repeat } from './lit-lists.js';
export { LitElement } from 'lit-element/lit-element.js';
`,
  ],
];
/** What more than one of them is made of stands in the first. */
const LIT_CORE = /\/(lit-html\/(lit-html|directive|directive-helpers))\.js$/;

/**
 * Lit 3.3.1 to 3.3.3 leave a comment in the document for each item that a list takes away (lit/lit#5298): in a conversation of ten
 * thousand messages, ten thousand. Where Lit has mended that this fails, and may go.
 */
const listsLeaveNothing = {
  name: 'lists leave nothing',
  setup(/** @type {import('esbuild').PluginBuild} */ building) {
    building.onLoad({ filter: /lit-html\/directive-helpers\.js$/ }, ({ path: file }) => {
      const [before, after] = ['_$AR(),o._$AA.remove()', '_$AR(),o._$AB?.remove(),o._$AA.remove()'];
      const source = readFileSync(file, 'utf8');
      if (!source.includes(before)) throw new Error(`${file} is another by now: is lit/lit#5298 mended?`);
      return { contents: source.replace(before, after), loader: 'js' };
    });
  },
};

/** @param {string} file @returns {import('esbuild').Plugin} */
const beside = (file) => ({
  name: 'beside',
  setup(building) {
    building.onResolve({ filter: /^\.\/lit-/ }, ({ path: named, importer }) =>
      importer === '<stdin>' ? { path: named, external: true } : undefined,
    );
    if (file === LIT[0][0]) return;
    // The component gives all of the templates besides, by name we give those that we use.
    building.onLoad({ filter: /lit-element\/lit-element\.js$/ }, ({ path: place }) => ({
      contents: readFileSync(place, 'utf8').replace('export*from"lit-html";', ''),
      loader: 'js',
    }));
    building.onResolve(
      { filter: /lit-html|directive/, namespace: 'file' },
      async ({ path: named, kind, resolveDir, pluginData }) => {
        if (pluginData === beside) return undefined;
        const found = await building.resolve(named, { kind, resolveDir, pluginData: beside });
        return LIT_CORE.test(found.path) ? { path: `./${LIT[0][0]}`, external: true } : found;
      },
    );
  },
});

async function lit() {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules/lit/package.json'), 'utf8'));
  for (const [file, contents] of LIT) {
    const made = await build({
      stdin: { contents, resolveDir: path.join(ROOT, 'node_modules/lit') },
      bundle: true,
      format: 'esm',
      minify: true,
      write: false,
      target: TARGET,
      legalComments: 'none',
      conditions: ['production'],
      plugins: [listsLeaveNothing, beside(file)],
    });
    wanted.set(
      path.join(VENDOR, file),
      `/* Lit ${version}, BSD-3-Clause: lit-LICENSE.txt; lists take their last comment along (scripts/vendor.mjs) */\n${made.outputFiles[0].text}`,
    );
    wanted.set(
      path.join(VENDOR, file.replace(/js$/, 'd.ts')),
      `// The types of ${file}, for tsc.\n${contents.trim()}\n`,
    );
  }
  wanted.set(path.join(VENDOR, 'lit-LICENSE.txt'), readFileSync(path.join(ROOT, 'node_modules/lit/LICENSE')));
}

/** @type {{bundle: true, minify: true, write: false, metafile: true, legalComments: 'none', absWorkingDir: string}} */
const PACKING = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  legalComments: 'none',
  absWorkingDir: ROOT,
};

/** @param {string} place */
function sprite(place) {
  const file = path.join(WIDGETS, place);
  const [mark] = /** @type {RegExpMatchArray} */ (readFileSync(file, 'utf8').match(/<symbol id="mark".*?<\/symbol>/su));
  const names = [...readFileSync(file, 'utf8').matchAll(/<symbol id="([^"]+)"/gu)]
    .map(([, name]) => name)
    .filter((name) => name !== 'mark')
    .sort();
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'node_modules/lucide-static/package.json'), 'utf8'));
  const symbols = names.map((name) => {
    const drawn = readFileSync(path.join(ROOT, 'node_modules/lucide-static/icons', `${name}.svg`), 'utf8');
    const [, shapes] = /** @type {RegExpMatchArray} */ (drawn.match(/<svg[^>]*>(.*)<\/svg>/su));
    return `  <symbol id="${name}" viewBox="0 0 24 24">${shapes.replaceAll(/\s*\n\s*/gu, '').replaceAll(' />', '/>')}</symbol>`;
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg">\n  <!-- Lucide ${version}, ISC licence: icons-LICENSE.txt. The mark is our own. -->\n`;
  wanted.set(file, `${head}  ${mark}\n${symbols.join('\n')}\n</svg>\n`);
  wanted.set(
    path.join(WIDGETS, 'shared/static/icons-LICENSE.txt'),
    readFileSync(path.join(ROOT, 'node_modules/lucide-static/LICENSE')),
  );
}

/** In a style sheet that all share: from the one to the other stands what no customer's page has, or what it has no need of yet. */
const FOR_STAFF = /\/\* Staff: .*?\/\* For all \*\//gsu;
const FOR_LATER = /\/\* Later: .*?\/\* For all \*\//gsu;

/** @param {(css: string) => string} take @returns {import('esbuild').Plugin} */
const parts = (take) => ({
  name: 'a part of each sheet',
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, ({ path: file }) => ({
      contents: take(readFileSync(file, 'utf8').replaceAll(FOR_STAFF, '')),
      loader: 'css',
    }));
  },
});

/** Each in the layer that it stands in; all of a sheet that has no such parts. @param {string} css */
function later(css) {
  const found = [...css.matchAll(FOR_LATER)].map(
    ({ 0: part, index }) => `${[...css.slice(0, index).matchAll(/@layer \w+ \{/gu)].at(-1)?.[0]}\n${part}\n}`,
  );
  return found.length ? found.join('\n') : css;
}

/** @param {string[]} styles @param {import('esbuild').Plugin[]} plugins */
const sheet = (styles, ...plugins) =>
  build({
    ...PACKING,
    plugins: [asServed, ...plugins],
    target: 'esnext',
    stdin: {
      contents: styles.map((one) => `@import "/static/${one}";`).join('\n'),
      loader: 'css',
      resolveDir: path.join(WIDGETS, 'shared/static'),
      sourcefile: path.join(WIDGETS, 'shared/static', PAGE_CSS),
    },
  });

/** A module at widgets/FACE/static/… is served at /static/FACE/…, and imports by that address. */
const asServed = {
  name: 'as served',
  setup(/** @type {import('esbuild').PluginBuild} */ building) {
    building.onResolve({ filter: /./ }, ({ path: wanted, importer, kind }) => {
      if (kind === 'entry-point') return undefined;
      const [, face, rest] = /** @type {RegExpMatchArray} */ (
        importer.slice(WIDGETS.length + 1).match(/^(\w+)\/static\/(.*)$/)
      );
      const [, toFace, toRest] = /** @type {RegExpMatchArray} */ (
        path.posix.resolve('/static', face, path.posix.dirname(rest), wanted).match(/^\/static\/(\w+)\/(.*)$/)
      );
      const external = kind === 'url-token';
      return external
        ? { path: `/static/${toFace}/${toRest}`, external }
        : { path: path.join(WIDGETS, toFace, 'static', toRest) };
    });
  },
};

async function pack() {
  const { pages } = JSON.parse(readFileSync(path.join(WIDGETS, 'pages.json'), 'utf8'));
  /** @type {Set<string>} */ const sources = new Set([path.join(WIDGETS, 'pages.json')]);
  /** @type {Record<string, string[]>} */ const chunks = {};
  for (const [name, { script, first, styles = [], later: laterOnes = [], classic = false }] of Object.entries(pages)) {
    const ofCustomers = script?.startsWith('customer/');
    const style = await sheet(styles, ...(ofCustomers ? [parts((css) => css.replaceAll(FOR_LATER, ''))] : []));
    const rest = await sheet(laterOnes, parts(later));
    if (styles.length) wanted.set(path.join(PACKED, `${name}.css`), style.outputFiles[0].text);
    if (laterOnes.length) wanted.set(path.join(PACKED, `${name}-later.css`), rest.outputFiles[0].text);
    for (const input of [style, rest].flatMap(({ metafile }) => Object.keys(metafile.inputs)))
      if (!input.endsWith(PAGE_CSS)) sources.add(input);
    if (!script) continue;
    const made = await build({
      ...PACKING,
      plugins: [asServed],
      target: TARGET,
      ...(classic ? { format: 'iife' } : { format: 'esm', splitting: true }),
      outdir: PACKED,
      chunkNames: `${name}-[hash]`,
      entryPoints: Object.fromEntries(
        [
          [name, script],
          [`${name}-first`, first],
        ]
          .filter(([, file]) => file)
          .map(([as, file]) => [as, path.join(WIDGETS, file.replace('/', '/static/'))]),
      ),
    });
    for (const file of made.outputFiles) wanted.set(file.path, file.text);
    for (const input of Object.keys(made.metafile.inputs)) sources.add(input);
    const main = Object.entries(made.metafile.outputs).find(([file]) => path.basename(file) === `${name}.js`);
    chunks[name] = (main?.[1].imports ?? [])
      .filter(({ kind }) => kind === 'import-statement')
      .map((one) => path.basename(one.path))
      .sort();
  }
  const files = [...sources].map((file) => path.relative(WIDGETS, path.resolve(ROOT, file))).sort();
  /** @type {Record<string, string>} */ const digests = {};
  for (const file of files)
    digests[file] = digest(wanted.get(path.join(WIDGETS, file)) ?? readFileSync(path.join(WIDGETS, file)));
  wanted.set(path.join(PACKED, 'manifest.json'), `${JSON.stringify({ sources: digests, chunks }, null, 1)}\n`);
}

/** @param {string|Uint8Array} contents */
const digest = (contents) => createHash('sha256').update(contents).digest('hex');

/** @param {string} folder */
const filesIn = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : []);

const checking = process.argv.includes('--check');
await lit();
sprite('shared/static/icons.svg');
sprite('customer/static/icons.svg');
// What is packed is made of these: they have to stand there first.
if (!checking) write();
await pack();
const left = filesIn(PACKED).filter((file) => !wanted.has(file));
if (checking) {
  for (const file of [...left, ...changed()])
    process.stderr.write(`${path.relative(ROOT, file)} is not what its sources give: make vendor\n`);
  process.exitCode = left.length || changed().length ? 1 : 0;
} else {
  write();
  for (const file of left) rmSync(file);
}

/** Which files are not as they should be. */
function changed() {
  return [...wanted]
    .filter(([file, contents]) => !existsSync(file) || !readFileSync(file).equals(Buffer.from(contents)))
    .map(([file]) => file);
}

function write() {
  for (const [file, contents] of wanted) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}
