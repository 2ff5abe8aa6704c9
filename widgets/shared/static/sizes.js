/** Kind and size of a file in words. Pure. */

import { figure, n, t } from './words.js';

/** @type {Record<string, string>} */
const KINDS = { 'application/pdf': 'PDF', 'text/csv': 'CSV', 'application/zip': 'ZIP' };
const MEBI = 2 ** 20;
/** Characters that are shown of a long name: of its beginning, and of its end. */
const [START, END] = [40, 15];

/** The kind of a file in a word: `PDF`, `PNG picture`, `File`. @param {string} type a media type */
export function kindOf(type) {
  const [family, kind = ''] = type.split('/');
  if (family === 'image') return t('{kind} picture', { kind: kind.split('+')[0].toUpperCase() });
  if (/spreadsheet|excel/u.test(kind)) return t('Spreadsheet');
  if (/presentation|powerpoint/u.test(kind)) return t('Slides');
  if (/wordprocessing|msword|opendocument.text/u.test(kind)) return t('Document');
  return KINDS[type] ?? (type === 'text/plain' ? t('Text') : t('File'));
}

/** `412 bytes`, `18 KB`, `2.4 MB`; a limit of 20 × 1024 × 1024 is `20 MB` @param {number} size */
export function bytes(size) {
  if (size < 1_000) return n('{count} byte', '{count} bytes', size);
  if (size < 999_500) return t('{size} KB', { size: figure(Math.round(size / 1_000)) });
  return t('{size} MB', { size: figure(size % MEBI ? size / 1_000_000 : size / MEBI) });
}

/** A file's name where it has space to wrap: a very long one without its middle, because its end tells the kind. @param {string} name */
export function shortName(name) {
  const signs = [...name];
  return signs.length > START + END + 1 ? `${signs.slice(0, START).join('')}…${signs.slice(-END).join('')}` : name;
}
