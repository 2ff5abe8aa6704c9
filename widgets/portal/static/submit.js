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
// The product may have been chosen while the answer was on its way.
beforeSwap(() => {
  const field = product();
  if (field instanceof HTMLSelectElement) chosen = field.value;
});
afterSwap(() => {
  const field = product();
  if (!(field instanceof HTMLSelectElement)) return;
  field.value = chosen;
  if (field.selectedIndex < 0) field.value = '';
});
