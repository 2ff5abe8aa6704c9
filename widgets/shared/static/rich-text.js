/**
 * What people write, as parts to draw: links in every text, and in that of staff also a subset of Markdown. Texts are stored
 * and searched as they were typed. Pure: nothing here makes markup, and every pattern is linear or bounded.
 *
 * @typedef {{link: string, href: string}} Link
 * @typedef {{strong: Part[]}|{em: Part[]}|{code: string}|{block: string}|{list: Part[][], start: number|null}} Mark
 *   `block`: lines of code; `start`: the first number, null for bullets
 * @typedef {string|Link|Mark} Part
 */

const LINK_MAX = 2_000;
const PUNCTUATION = '.,;:!?)]}*_…';
const SPAN_MAX = 500;

const WEB = '(?:https?://|www\\.)[^\\s<>"\'`]+';
const EMAIL = '(?<![\\w.+-])[\\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,8}(?![\\w@])';
/** With a country's number, or as in North America or France: other numbers may be orders, dates or amounts. */
const PHONE =
  '(?<![\\w+.,/:#-])(?:\\+\\d(?:[ .()-]{0,2}\\d){7,14}|(?:1[ .-])?(?:\\(\\d{3}\\) ?|\\d{3}[ .-])\\d{3}[ .-]\\d{4}|0\\d(?:[ .]\\d\\d){4})(?![\\w/-]|[ .,]\\d)';
const LINKS = `${WEB}|${EMAIL}|${PHONE}`;
const span = (/** @type {string} */ name, /** @type {string} */ mark, /** @type {string} */ inner) =>
  `(?<![\\p{L}\\p{N}${mark[1]}])${mark}(?<${name}>[^\\s${mark[1]}](?:${inner}{0,${SPAN_MAX}}?[^\\s${mark[1]}])?)${mark}(?![\\p{L}\\p{N}${mark[1]}])`;
const MARKS = [
  '`(?<code>[^`\\n]+)`',
  `(?<link>${LINKS})`,
  span('strong', '\\*\\*', '(?:\\*(?!\\*)|[^*\\n])'),
  span('em', '\\*', '[^*\\n]'),
  '(?<![\\p{L}\\p{N}_])_(?<under>[^\\s_](?:[^_\\n]{0,500}?[^\\s_])?)_(?![\\p{L}\\p{N}_])',
].join('|');

/** A text with its links: web and email addresses, telephone numbers. @param {string} text @returns {Array<string|Link>} */
export function withLinks(text) {
  return split(text, LINKS, ([found]) => linkOf(found));
}

/** The same with bold, italic, code and lists. @param {string} text @returns {Part[]} */
export function richText(text) {
  const lines = text.split('\n');
  /** @type {Part[]} */
  const parts = [];
  /** @type {string[]} */
  let plain = [];
  const flush = () => {
    // Blocks have space around them.
    const said = plain.join('\n').replace(parts.length ? /^\n+/ : /^/, '');
    if (said) parts.push(...marked(said));
    plain = [];
  };
  for (let at = 0; at < lines.length; ) {
    const { part, after } = fenced(lines, at) ?? listed(lines, at) ?? { part: null, after: at + 1 };
    if (part) {
      while (plain.at(-1)?.trim() === '') plain.pop();
      flush();
      parts.push(part);
    } else plain.push(lines[at]);
    at = after;
  }
  flush();
  return parts;
}

/** The same as a single line, for previews. @param {string} text */
export const plainText = (text) => flat(richText(text)).replaceAll(/\s+/g, ' ').trim();

/** @param {Part[]} parts @returns {string} */
function flat(parts) {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('list' in part) return ` ${part.list.map(flat).join(', ')} `;
      if ('block' in part) return ` ${part.block} `;
      if ('strong' in part) return flat(part.strong);
      return 'em' in part ? flat(part.em) : 'code' in part ? part.code : part.link;
    })
    .join('');
}

/** @param {string[]} lines @param {number} at @returns {{part: Part, after: number}|null} */
function fenced(lines, at) {
  if (!/^ {0,3}```[\w+#.-]{0,20}\s*$/.test(lines[at])) return null;
  const end = lines.findIndex((line, here) => here > at && /^ {0,3}```\s*$/.test(line));
  return end < 0 ? null : { part: { block: lines.slice(at + 1, end).join('\n') }, after: end + 1 };
}

/** @param {string[]} lines @param {number} at @returns {{part: Part, after: number}|null} */
function listed(lines, at) {
  const first = itemOf(lines[at]);
  if (!first) return null;
  const items = [];
  let after = at;
  for (let item = itemOf(lines[after]); item && item.numbered === first.numbered; item = itemOf(lines[after] ?? '')) {
    items.push(marked(item.text));
    after += 1;
  }
  return { part: { list: items, start: first.numbered ? first.number : null }, after };
}

/** @param {string} line */
function itemOf(line) {
  const found = /^ {0,3}(?:[-*•]|(\d{1,3})[.)])[ \t]+(\S.*)$/.exec(line);
  return found && { numbered: found[1] !== undefined, number: Number(found[1]), text: found[2] };
}

/** @param {string} text @returns {Part[]} */
function marked(text) {
  return split(
    text,
    MARKS,
    /** @returns {[Exclude<Part, string>, string]|null} */ ({ groups: { code, link, strong, em, under } = {} }) => {
      if (code !== undefined) return [{ code }, ''];
      if (link !== undefined) return linkOf(link);
      return [strong === undefined ? { em: marked(em ?? under) } : { strong: marked(strong) }, ''];
    },
  );
}

/**
 * @template T
 * @param {string} text
 * @param {string} pattern
 * @param {(found: RegExpExecArray) => [T, string]|null} read the part, and what follows it as text; null: it is text
 * @returns {Array<string|T>}
 */
function split(text, pattern, read) {
  /** @type {Array<string|T>} */
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(new RegExp(pattern, 'giu'))) {
    const part = read(found);
    if (!part) continue;
    if (found.index > from) parts.push(text.slice(from, found.index));
    parts.push(part[0]);
    from = found.index + found[0].length - part[1].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** @param {string} found @returns {[Link, string]|null} */
function linkOf(found) {
  if (!/^(https?:|www\.)/i.test(found)) {
    const href = found.includes('@') ? `mailto:${found}` : `tel:${found.replaceAll(/[^\d+]/g, '')}`;
    return [{ link: found, href }, ''];
  }
  const link = withoutPunctuation(found);
  const href = /^www/i.test(link) ? `https://${link}` : link;
  const fine = href.length <= LINK_MAX && URL.canParse(href) && (href === link || /^www\.[^./]+\.\w/i.test(link));
  return fine ? [{ link, href }, found.slice(link.length)] : null;
}

/** An address without the punctuation around it. A parenthesis that the address opens is part of it. Loops, because a pattern would be quadratic. @param {string} address */
function withoutPunctuation(address) {
  let end = address.length;
  while (end > 0 && PUNCTUATION.includes(address.charAt(end - 1))) end -= 1;
  let open = 0;
  for (const sign of address.slice(0, end)) open += sign === '(' ? 1 : sign === ')' ? -1 : 0;
  return address.slice(0, open > 0 && address.charAt(end) === ')' ? end + 1 : end);
}
