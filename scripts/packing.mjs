/**
 * Packs scripts and styles of the pages in widgets/pages.json for the browser: bundled, minified, and split into chunks.
 *
 * - Pages of one `group` are packed in one run. Code that two of them import goes into a chunk that both load. So the
 *   second page of a visit fetches little more than its own code.
 * - A name without a slash in `styles` is a sheet of `sheets`, packed once for all pages that name it.
 * - The build id is a digest of all packed files. It is part of each file's address: `/static/packed/BUILD/FILE`.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** The language that browsers must support. */
export const TARGET = 'es2022';
/** A generated sheet that esbuild reads instead of a file. It has one `@import` for each source. */
const SHEET = 'sheet.css';
const BUILD_LENGTH = 12;
export const MANIFEST = 'manifest.json';
/** The folder of the last release's build, inside widgets/packed/. */
export const PREVIOUS = 'previous';

/**
 * @typedef {{group?: string, script: string|null, first?: string, styles?: string[], later?: string[], classic?: boolean}} Page
 * @typedef {{sheets: Record<string, string[]>, pages: Record<string, Page>}} Pages
 * @typedef {{build: string, files: Record<string, string>, chunks: Record<string, string[]>, sources: Record<string, string>}} Manifest
 *   `files`: SHA-256 of each packed file by its name; `chunks`: what each page's script imports, by page;
 *   `sources`: SHA-256 of each source, by its place in widgets/
 */

/** @param {string|Uint8Array} contents */
const digest = (contents) => createHash('sha256').update(contents).digest('hex');

/**
 * Pack every page. The same sources give the same bytes.
 *
 * @param {string} widgets the folder widgets/
 * @returns {Promise<{files: Map<string, string>, modules: Map<string, string[]>, manifest: Manifest}>}
 *   `modules`: the sources in each packed script, by their places in widgets/
 */
export async function pack(widgets) {
  const packing = new Packing(widgets);
  const { sheets, pages } = /** @type {Pages} */ (JSON.parse(readFileSync(path.join(widgets, 'pages.json'), 'utf8')));
  for (const [name, styles] of Object.entries(sheets)) await packing.sheet(name, styles);
  for (const [name, { styles = [], later = [] }] of Object.entries(pages)) {
    await packing.sheet(
      name,
      styles.filter((style) => !(style in sheets)),
    );
    await packing.sheet(`${name}-later`, later);
  }
  for (const group of new Set(Object.entries(pages).map(([name, page]) => page.group ?? name))) {
    const members = Object.entries(pages).filter(([name, page]) => (page.group ?? name) === group);
    await packing.scripts(group, Object.fromEntries(members));
  }
  return { files: packing.files, modules: packing.modules, manifest: packing.manifest() };
}

/**
 * The files of a build, by name. The map is empty if the folder has no build.
 *
 * @param {string} folder widgets/packed/, or the folder of the previous build inside it
 * @returns {Map<string, Uint8Array>}
 */
export function buildIn(folder) {
  const manifest = manifestIn(folder);
  const names = manifest ? [MANIFEST, ...Object.keys(manifest.files)] : [];
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name))]));
}

/** @param {string} folder @returns {Manifest|null} */
function manifestIn(folder) {
  const file = path.join(folder, MANIFEST);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

class Packing {
  /** @type {Map<string, string>} */
  files = new Map();
  /** @type {Map<string, string[]>} */
  modules = new Map();
  /** @type {Record<string, string[]>} */
  #chunks = {};
  /** @type {Set<string>} By their places in widgets/. */
  #sources = new Set(['pages.json']);

  /** @param {string} widgets */
  constructor(widgets) {
    this.widgets = widgets;
  }

  /** @param {string} name @param {string[]} styles */
  async sheet(name, styles) {
    if (!styles.length) return;
    const shared = path.join(this.widgets, 'shared/static');
    const made = await this.#build({
      target: 'esnext',
      stdin: {
        contents: styles.map((style) => `@import "/static/${style}";`).join('\n'),
        loader: 'css',
        resolveDir: shared,
        sourcefile: path.join(shared, SHEET),
      },
    });
    // esbuild keeps the space before the value of a custom property, which means nothing.
    this.files.set(`${name}.css`, made.outputFiles[0].text.replace(/([{;]--[\w-]+): /g, '$1:'));
  }

  /** Pack the scripts of the pages of one group, which share chunks. @param {string} group @param {Record<string, Page>} pages */
  async scripts(group, pages) {
    const entries = Object.entries(pages).flatMap(([name, { script, first }]) => [
      ...(script ? [[name, script]] : []),
      ...(first ? [[`${name}-first`, first]] : []),
    ]);
    if (!entries.length) return;
    const classic = Object.values(pages).some((page) => page.classic);
    const made = await this.#build({
      ...(classic ? { format: 'iife' } : { format: 'esm', splitting: true }),
      target: TARGET,
      outdir: '.',
      chunkNames: `${group}-[hash]`,
      entryPoints: Object.fromEntries(
        entries.map(([name, script]) => [name, path.join(this.widgets, script.replace('/', '/static/'))]),
      ),
    });
    for (const { path: file, text } of made.outputFiles) this.files.set(path.basename(file), text);
    for (const [file, { inputs }] of Object.entries(made.metafile.outputs)) this.modules.set(file, Object.keys(inputs));
    for (const name of Object.keys(pages))
      if (pages[name].script) this.#chunks[name] = imports(made.metafile.outputs, `${name}.js`);
  }

  /** @returns {Manifest} */
  manifest() {
    const files = Object.fromEntries([...this.files].sort().map(([name, contents]) => [name, digest(contents)]));
    const sources = [...this.#sources]
      .sort()
      .map((file) => [file, digest(readFileSync(path.join(this.widgets, file)))]);
    return {
      build: digest(JSON.stringify(files)).slice(0, BUILD_LENGTH),
      files,
      chunks: this.#chunks,
      sources: Object.fromEntries(sources),
    };
  }

  /** @param {import('esbuild').BuildOptions} options */
  async #build(options) {
    const made = await build({
      ...options,
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      legalComments: 'none',
      absWorkingDir: this.widgets,
      plugins: [asServed(this.widgets)],
    });
    for (const input of Object.keys(made.metafile.inputs)) if (path.basename(input) !== SHEET) this.#sources.add(input);
    return made;
  }
}

/** A file at widgets/FACE/static/… is served at /static/FACE/…, and imports others by that address. @param {string} widgets @returns {import('esbuild').Plugin} */
const asServed = (widgets) => ({
  name: 'as served',
  setup(building) {
    building.onResolve({ filter: /./ }, ({ path: named, importer, kind }) => {
      if (kind === 'entry-point') return undefined;
      const [face, , ...rest] = path.relative(widgets, importer).split(path.sep);
      const address = path.posix.resolve('/static', face, path.posix.dirname(rest.join('/')), named);
      // Fonts and pictures stay where they are.
      if (kind === 'url-token') return { path: address, external: true };
      const [, , toFace, ...toRest] = address.split('/');
      return { path: path.join(widgets, toFace, 'static', ...toRest) };
    });
  },
});

/** The chunks that a script imports statically, and their imports. @param {import('esbuild').Metafile['outputs']} outputs @param {string} script */
function imports(outputs, script) {
  const found = new Set([script]);
  // Iterating over a set includes items that are added on the way.
  for (const file of found)
    for (const { path: imported, kind } of outputs[file].imports) if (kind === 'import-statement') found.add(imported);
  return [...found].filter((file) => file !== script).sort();
}
