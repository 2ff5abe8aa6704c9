/**
 * `make vendor`: copies files of other projects into the repository, and packs the pages' scripts and styles.
 *
 * - widgets/shared/static/vendor/: Lit at the version that package.json pins, with its licence. Three files (templates,
 *   lists, components), so that a page loads only those it uses.
 * - htmx in the same folder, as it comes: a module that the customers' pages use.
 * - @github/markdown-toolbar-element in the same folder, as it comes: the toolbar of the editor of articles.
 * - widgets/shared/static/icons.svg, and the smaller icons.svg and icons-first.svg of widgets/customer/static/: sprites of Lucide's
 *   icons. To add one, write `<symbol id="NAME"/>` with Lucide's name into the file; this script fills in the drawing. The
 *   mark is our own. The typeface, Inter, is a part of Inter 4 (docs/pages.md).
 * - widgets/packed/: scripts and styles as browsers load them (packing.mjs). manifest.json lists what is in the build.
 *   previous/ has the build of the last release, for pages that are open during an upgrade.
 *
 * The same sources give the same bytes. `--check` writes nothing, and exits with 1 if something would change. `--released`
 * (`make released`) copies the current build into previous/ first: run it once after a release, before anything changes.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { MANIFEST, PREVIOUS, buildIn, pack, TARGET } from './packing.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const WIDGETS = path.join(ROOT, 'widgets');
const VENDOR = path.join(WIDGETS, 'shared/static/vendor');
const PACKED = path.join(WIDGETS, 'packed');

/** The files to write, by path. @type {Map<string, string|Uint8Array>} */
const wanted = new Map();

/** Exports of each vendored file. A file imports what the files above it already contain. @type {Array<[string, string]>} */
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
/** What our scripts use of htmx, for tsc. */
const HTMX_TYPES = `// The types of htmx.js that are used here, for tsc.
type Api = { initSecurity: (policy: object, sync: Function, later: Function) => void };
declare const htmx: {
  config: object;
  registerExtension: (name: string, extension: { init: (api: Api) => void }) => void;
};
export default htmx;
`;

/** Modules that several of the files need. They are part of the first file. */
const LIT_CORE = /\/(lit-html\/(lit-html|directive|directive-helpers))\.js$/;

/**
 * Lit 3.3.1 to 3.3.3 leave a comment node in the document for each item that a list removes (lit/lit#5298): ten thousand
 * of them in a conversation of ten thousand messages. Once Lit has fixed that, this plugin throws. Then delete it.
 */
const listsLeaveNothing = {
  name: 'lists leave nothing',
  setup(/** @type {import('esbuild').PluginBuild} */ building) {
    building.onLoad({ filter: /lit-html\/directive-helpers\.js$/ }, ({ path: file }) => {
      const [before, after] = ['_$AR(),o._$AA.remove()', '_$AR(),o._$AB?.remove(),o._$AA.remove()'];
      const source = readFileSync(file, 'utf8');
      if (!source.includes(before)) throw new Error(`${file} has changed: is lit/lit#5298 fixed?`);
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
    // lit-element re-exports all of lit-html; lit.js exports by name what is used.
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
      `/* Lit ${version}, BSD-3-Clause: lit-LICENSE.txt; with a fix for lists (scripts/vendor.mjs) */\n${made.outputFiles[0].text}`,
    );
    wanted.set(
      path.join(VENDOR, file.replace(/js$/, 'd.ts')),
      `// The types of ${file}, for tsc.\n${contents.trim()}\n`,
    );
  }
  wanted.set(path.join(VENDOR, 'lit-LICENSE.txt'), readFileSync(path.join(ROOT, 'node_modules/lit/LICENSE')));
}

/** htmx as a module. Its types are those of its author. */
function htmx() {
  const folder = path.join(ROOT, 'node_modules/htmx.org');
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const made = readFileSync(path.join(folder, 'dist/htmx.esm.min.js'), 'utf8').replace(
    /\n?\/\/# sourceMappingURL=.*\s*$/u,
    '',
  );
  wanted.set(path.join(VENDOR, 'htmx.js'), `/* htmx ${version}, Zero-Clause BSD: htmx-LICENSE.txt */\n${made}\n`);
  wanted.set(path.join(VENDOR, 'htmx.d.ts'), HTMX_TYPES);
  wanted.set(path.join(VENDOR, 'htmx-LICENSE.txt'), readFileSync(path.join(folder, 'LICENSE')));
}

/** The toolbar of the editor of articles, as it comes: a module that defines its elements. */
function toolbar() {
  const folder = path.join(ROOT, 'node_modules/@github/markdown-toolbar-element');
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const made = readFileSync(path.join(folder, 'dist/index.js'), 'utf8');
  wanted.set(
    path.join(VENDOR, 'markdown-toolbar.js'),
    `/* @github/markdown-toolbar-element ${version}, MIT: markdown-toolbar-LICENSE.txt */\n${made}`,
  );
  wanted.set(path.join(VENDOR, 'markdown-toolbar.d.ts'), '// It only defines elements.\nexport {};\n');
  wanted.set(path.join(VENDOR, 'markdown-toolbar-LICENSE.txt'), readFileSync(path.join(folder, 'LICENSE')));
}

/** The shapes with neighbouring paths as one, which every page loads. A path that begins with `m` counts from the one before. @param {string} shapes @returns {string} */
function joined(shapes) {
  const fewer = shapes.replaceAll(/(<path d="[^"]*)"\/><path d="(M[^"]*"\/>)/gu, '$1$2');
  return fewer === shapes ? shapes : joined(fewer);
}

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
    return `  <symbol id="${name}" viewBox="0 0 24 24">${joined(shapes.replaceAll(/\s*\n\s*/gu, '').replaceAll(' />', '/>'))}</symbol>`;
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg">\n  <!-- Lucide ${version}, ISC licence: icons-LICENSE.txt. The mark is our own. -->\n`;
  wanted.set(file, `${head}  ${mark}\n${symbols.join('\n')}\n</svg>\n`);
  wanted.set(
    path.join(WIDGETS, 'shared/static/icons-LICENSE.txt'),
    readFileSync(path.join(ROOT, 'node_modules/lucide-static/LICENSE')),
  );
}

async function packing() {
  const previous = buildIn(process.argv.includes('--released') ? PACKED : path.join(PACKED, PREVIOUS));
  const { files, manifest } = await pack(WIDGETS);
  for (const [name, contents] of files) wanted.set(path.join(PACKED, name), contents);
  wanted.set(path.join(PACKED, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  for (const [name, contents] of previous) wanted.set(path.join(PACKED, PREVIOUS, name), contents);
}

/** Files in the tree that differ from what they should be. */
const changed = () =>
  [...wanted]
    .filter(([file, contents]) => !existsSync(file) || !readFileSync(file).equals(Buffer.from(contents)))
    .map(([file]) => file);

/** Packed files that no page has any more. */
function leftover() {
  const files = existsSync(PACKED) ? readdirSync(PACKED, { recursive: true, withFileTypes: true }) : [];
  return files
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    .filter((file) => !wanted.has(file));
}

function write() {
  for (const [file, contents] of wanted) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}

const checking = process.argv.includes('--check');
await lit();
htmx();
toolbar();
sprite('shared/static/icons.svg');
sprite('customer/static/icons.svg');
sprite('customer/static/icons-first.svg');
// Packing reads the vendored files.
if (!checking) write();
await packing();
if (checking) {
  const stale = [...leftover(), ...changed()];
  for (const file of stale) process.stderr.write(`${path.relative(ROOT, file)} is out of date: make vendor\n`);
  process.exitCode = stale.length ? 1 : 0;
} else {
  write();
  for (const file of leftover()) rmSync(file);
}
