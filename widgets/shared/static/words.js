/**
 * Translations. The English text in the source is the key in the catalogues (`widgets/locale/`); the server writes the
 * catalogue in use into the page. Values replace `{name}`.
 *
 * @typedef {string|number} Value
 * @typedef {{locale: string, plurals: Record<string, number>, messages: Record<string, string|string[]>}} Catalogue
 *   `plurals`: which of a text's forms is for which category of `Intl.PluralRules`
 */

/** @returns {Catalogue} */
function inThePage() {
  const held = globalThis.document?.getElementById('words')?.textContent;
  return { plurals: {}, messages: {}, locale: 'en-US', ...(held && JSON.parse(held)) };
}

const catalogue = inThePage();
const messages = new Map(Object.entries(catalogue.messages));

/** The locale for `Intl`: `en-US`, `fr-CA`. */
export const { locale } = catalogue;

const kinds = new Intl.PluralRules(locale);
const figures = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

/** Translates a text. @param {string} text English @param {Record<string, Value>} [values] */
export const t = (text, values) => pieces(text, values ?? {}).join('');

/** Translates a text in the plural form of a number, which is `{count}`. @param {string} one @param {string} many @param {number} count @param {Record<string, Value>} [values] */
export function n(one, many, count, values = {}) {
  const forms = messages.get(one) ?? [one, many];
  const form = Array.isArray(forms)
    ? forms[catalogue.plurals[kinds.select(count)] ?? (count === 1 ? 0 : forms.length - 1)]
    : forms;
  return fill(form, { count: figures.format(count), ...values }).join('');
}

/** The translated text, split where its values are, for values that are more than text. @template V @param {string} text @param {Record<string, V>} values @returns {Array<string|V>} */
export function pieces(text, values) {
  const found = messages.get(text);
  return fill(typeof found === 'string' ? found : text, values);
}

/** @template V @param {string} text @param {Record<string, V>} values @returns {Array<string|V>} */
function fill(text, values) {
  return text
    .split(/\{(\w+)\}/u)
    .map((piece, at) => (at % 2 && Object.hasOwn(values, piece) ? values[piece] : at % 2 ? `{${piece}}` : piece))
    .filter((piece) => piece !== '');
}

/** Formats a number: `2.4`, `2,4`. @param {number} value */
export const figure = (value) => figures.format(value);
