/** What a file is and how large, in words. Pure. */

/** @type {Record<string, string>} */
const KINDS = { 'application/pdf': 'PDF', 'text/plain': 'Text', 'text/csv': 'CSV', 'application/zip': 'ZIP' };

/** What a file is, in a word: `PDF`, `PNG picture`, `File`. @param {string} type a media type */
export function kindOf(type) {
  const [family, kind = ''] = type.split('/');
  if (family === 'image') return `${kind.split('+')[0].toUpperCase()} picture`;
  if (/spreadsheet|excel/u.test(kind)) return 'Spreadsheet';
  if (/presentation|powerpoint/u.test(kind)) return 'Slides';
  return KINDS[type] ?? (/wordprocessing|msword/u.test(kind) ? 'Document' : 'File');
}

/** `412 bytes`, `18 KB`, `2.4 MB`, `20 MB` @param {number} size */
export function bytes(size) {
  if (size < 1_000) return size === 1 ? '1 byte' : `${size} bytes`;
  if (size < 999_500) return `${Math.round(size / 1_000)} KB`;
  return `${Number((size / 1_000_000).toFixed(1))} MB`;
}

/** A name in two: the end says what it is, and stays when the middle does not fit. @param {string} name @returns {[string, string]} */
export function nameParts(name) {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 8 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}
