/** The Learning Center: the sum of the chosen topics follows each choice. Without scripts, a button adds it up. */

import './portal.js';

const form = document.querySelector('form.build');
const sum = form?.querySelector('[data-sum]');

/** The minutes, as the page writes them. @param {number} minutes */
const written = (minutes) => {
  const language = document.documentElement.lang;
  /** @param {number} value @param {string} unit */
  const part = (value, unit) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  const hours = Math.floor(minutes / 60);
  return [hours ? part(hours, 'hour') : '', minutes % 60 || !hours ? part(minutes % 60, 'minute') : '']
    .join(' ')
    .trim();
};

const add = () => {
  if (!(form instanceof HTMLElement) || !(sum instanceof HTMLElement)) return;
  const rows = [...form.querySelectorAll('.topics .tick')].filter((row) => row.querySelector('input:checked'));
  const minutes = rows.reduce((all, row) => all + Number(row instanceof HTMLElement ? row.dataset.minutes : 0), 0);
  const total = sum.querySelector('.tot');
  if (total) total.textContent = rows.length ? written(minutes) : (sum.dataset.none ?? '');
  sum.querySelector('ul')?.remove();
  if (!rows.length) return;
  const list = document.createElement('ul');
  for (const row of rows) {
    const item = document.createElement('li');
    for (const span of row.querySelectorAll('.t > span')) item.append(span.cloneNode(true));
    list.append(item);
  }
  sum.append(list);
};

form?.addEventListener('change', (event) => {
  if (event.target instanceof HTMLSelectElement && form instanceof HTMLFormElement) form.requestSubmit();
  else add();
});
