/**
 * `make weights`: compressed sizes of the staff pages, each by itself and as the second page of a visit, of the widget up to
 * the first message, and of the customers' pages. HTML, scripts, styles and icons count. The typeface (19 KB, cached for a week) does not.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const WIDGETS = path.resolve(import.meta.dirname, '../widgets');
export const STAFF_PAGES = ['console', 'tickets', 'ticket', 'mail', 'floor', 'account'];
export const PORTAL_PAGES = ['home', 'submit', 'requests', 'request', 'contacts', 'gate'];
export const ARTICLE_PAGES = ['article', 'product'];

/** @param {string} place in widgets/ @returns {number} bytes */
export const weight = (place) => gzipSync(readFileSync(path.join(WIDGETS, place)), { level: 9 }).length;

/** The files that a page of staff loads, by their places in widgets/. @param {string} page */
export function filesOf(page) {
  const { pages, sheets } = JSON.parse(readFileSync(path.join(WIDGETS, 'pages.json'), 'utf8'));
  const { chunks } = JSON.parse(readFileSync(path.join(WIDGETS, 'packed/manifest.json'), 'utf8'));
  const { first, styles } = pages[page];
  const packed = [
    ...(first ? [`${page}-first.js`] : []),
    `${page}.js`,
    ...chunks[page],
    ...styles
      .filter((/** @type {string} */ style) => style in sheets)
      .map((/** @type {string} */ style) => `${style}.css`),
    `${page}.css`,
  ];
  return [
    ...packed.map((file) => `packed/${file}`),
    `console/templates/${page}.html`,
    'shared/templates/staff.html',
    'shared/templates/base.html',
    'shared/static/theme.js',
    'shared/static/icons.svg',
  ];
}

/** The bytes that a customer's page loads first, with the button for the chat. @param {string} page */
export function loadOfPortal(page) {
  const { pages } = JSON.parse(readFileSync(path.join(WIDGETS, 'pages.json'), 'utf8'));
  const { chunks } = JSON.parse(readFileSync(path.join(WIDGETS, 'packed/manifest.json'), 'utf8'));
  const sheets = pages[page].styles.filter((/** @type {string} */ style) => !style.includes('/'));
  const packed = [
    `${page}.js`,
    ...chunks[page],
    ...sheets.map((/** @type {string} */ name) => `${name}.css`),
    `${page}.css`,
    'loader.js',
  ];
  return [
    ...packed.map((file) => `packed/${file}`),
    `portal/templates/${page}.html`,
    'portal/templates/portal.html',
    'portal/templates/parts.html',
    'shared/templates/base.html',
    'shared/static/theme.js',
    'shared/static/icons.svg',
  ].reduce((sum, file) => sum + weight(file), 0);
}

/** The files that a browser loads up to the first message, with the script on the site's page. */
export function filesOfWidget() {
  const { chunks } = JSON.parse(readFileSync(path.join(WIDGETS, 'packed/manifest.json'), 'utf8'));
  return [
    ...['widget.js', ...chunks.widget, 'widget.css', 'loader.js', 'chat-frame.js'].map((file) => `packed/${file}`),
    'customer/static/icons-first.svg',
    'customer/templates/widget.html',
    'shared/templates/base.html',
  ];
}

/** @param {string} page @param {string} [before] the page that was loaded before it @returns {number} bytes */
export function load(page, before) {
  const had = new Set(before ? filesOf(before).filter((file) => !file.endsWith('.html')) : []);
  return filesOf(page)
    .filter((file) => !had.has(file))
    .reduce((sum, file) => sum + weight(file), 0);
}

if (import.meta.filename === process.argv[1]) {
  const rows = STAFF_PAGES.map((page) => [
    page,
    load(page),
    ...STAFF_PAGES.map((before) => (before === page ? '' : load(page, before))),
  ]);
  const table = [['page', 'first', ...STAFF_PAGES.map((page) => `after ${page}`)], ...rows];
  const widget = filesOfWidget().reduce((sum, file) => sum + weight(file), 0);
  process.stdout.write(
    `${table.map((row) => row.map((cell) => String(cell).padStart(14)).join('')).join('\n')}\nwidget, up to the first message: ${widget}, of that the loader: ${weight('packed/loader.js')}\n`,
  );
  process.stdout.write(
    `pages for customers: ${[...PORTAL_PAGES, ...ARTICLE_PAGES].map((page) => `${page} ${loadOfPortal(page)}`).join(', ')}\n`,
  );
}
