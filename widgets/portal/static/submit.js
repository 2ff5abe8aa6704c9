/** Submit a request: what depends on the team follows its field (`data-hx-…` in submit.html). Files can be dropped. */

import './portal.js';
import { takesFiles } from './dropped-files.js';
import { MayAnswer } from './may-answer.js';
import { afterSwap, beforeSwap } from './swap.js';

for (const form of document.querySelectorAll('form.form')) if (form instanceof HTMLFormElement) takesFiles(form);

const form = document.querySelector('form.form');
const written = document.querySelector('#may-answer');
if (form instanceof HTMLFormElement && written) new MayAnswer(form, written);

const product = () => document.querySelector('#product');
let chosen = '';
/** What was typed into fields that the answer replaces. @type {Map<string, HTMLInputElement|HTMLSelectElement>} */
let typed = new Map();

/** @returns {Iterable<HTMLInputElement|HTMLSelectElement>} */
const fields = () => document.querySelectorAll('#fields :is(input, select)');

// The product may have been chosen while the answer was on its way.
beforeSwap(() => {
  const field = product();
  if (field instanceof HTMLSelectElement) chosen = field.value;
  typed = new Map([...fields()].map((one) => [one.name, one]));
});
afterSwap(() => {
  for (const one of fields()) {
    const before = typed.get(one.name);
    if (!before) continue;
    one.value = before.value;
    if (one instanceof HTMLInputElement && before instanceof HTMLInputElement) one.checked = before.checked;
  }
  const field = product();
  if (!(field instanceof HTMLSelectElement)) return;
  field.value = chosen;
  if (field.selectedIndex < 0) field.value = '';
});
