/** What the page around suggests for the form. Loaded with the first suggestion. */

/** @import { Beginning, Form } from './beginning.js' */

/** Longest values that the page around may suggest, in characters. @type {Array<[keyof Form, number]>} */
const LIMITS = [
  ['team', 32],
  ['product', 200],
  ['name', 200],
  ['email', 254],
  ['text', 8_000],
];

/** Fills in the form. Text of the customer is kept. @param {Beginning} beginning @param {Record<string, unknown>} first */
export function suggest(beginning, first) {
  const { chat, choosing, form, suggested } = beginning;
  if (['closed', 'left'].includes(chat.visit.phase)) chat.again();
  if (chat.visit.phase === 'form') chat.opened = null;
  if (!['form', 'opening', 'unconfirmed'].includes(chat.view)) return;
  /** @type {Partial<Form>} */
  const fields = {};
  for (const [name, most] of LIMITS) {
    const given = first[name];
    const own = name !== 'team' && name !== 'product' && form[name].trim() && form[name] !== suggested[name];
    if (typeof given === 'string' && given.trim() && !own) fields[name] = [...given].slice(0, most).join('');
  }
  Object.assign(suggested, fields);
  Object.assign(choosing.suggested, suggested);
  beginning.check();
  beginning.fill(fields);
}
