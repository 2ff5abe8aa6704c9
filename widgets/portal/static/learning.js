/** The Learning Center: the sum of the chosen topics follows each choice. Without scripts, a button adds it up. */

import './portal.js';
import { ofTheBrowser, showStopped } from './places.js';

showStopped(document, ofTheBrowser());

const form = document.querySelector('form.build');
const sum = form?.querySelector('[data-sum]');

/** The minutes, as the page writes them. @param {DOMStringMap} words @param {number} minutes */
const written = (words, minutes) => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const text = (hours && rest ? words.both : hours ? words.hours : words.minutes) ?? '';
  return text.replace('{hours}', String(hours)).replace('{minutes}', String(rest));
};

/** The minutes of the resources on these topics. One on several topics counts once. @param {Element[]} rows */
const minutesOf = (rows) => {
  const listed = rows.flatMap((row) => (row instanceof HTMLElement ? (row.dataset.resources ?? '').split(' ') : []));
  return [...new Set(listed)].reduce((all, one) => all + Number(one.split(':')[1] ?? 0), 0);
};

const add = () => {
  if (!(form instanceof HTMLElement) || !(sum instanceof HTMLElement)) return;
  const rows = [...form.querySelectorAll('.topics .tick')].filter((row) => row.querySelector('input:checked'));
  const total = sum.querySelector('.tot');
  if (total) total.textContent = rows.length ? written(sum.dataset, minutesOf(rows)) : (sum.dataset.none ?? '');
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
