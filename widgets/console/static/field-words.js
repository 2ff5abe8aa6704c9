/**
 * Names and values of custom fields, as people read them. Pure.
 *
 * @import { Field, Option } from './custom-fields.js'
 */

/** @param {Option} option */
export const named = ({ labels, key }) => labels.en ?? key;

/** True if a ticket of this team and product has the field. @param {Pick<Field, 'teams'|'products'>} field @param {string} team @param {string|null|undefined} product */
export const belongs = ({ teams, products }, team, product) =>
  (!teams.length || teams.includes(team)) && (!products.length || products.includes(product ?? ''));

/** @param {Field} field @param {unknown} value */
export function worded(field, value) {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const name = (/** @type {unknown} */ key) => {
    const option = field.options.find((one) => one.key === key);
    return option ? named(option) : String(key);
  };
  return Array.isArray(value) ? value.map(name).join(', ') : name(value);
}
