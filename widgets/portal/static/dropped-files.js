/** Files that are dropped on a form, or pasted into its text, become files of its file field. */

import { ring } from '../shared/drop-ring.js';
import { t } from '../shared/words.js';

/** @param {HTMLFormElement} form with a file field */
export function takesFiles(form) {
  const field = form.querySelector('input[type="file"]');
  if (!(field instanceof HTMLInputElement)) return;
  form.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    ring(event, t('Drop to attach'));
  });
  form.addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    add(field, event.dataTransfer.files);
  });
  form.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    // Programs that copy text add a picture of it: the text is what is meant.
    if (!files?.length || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    add(field, files);
  });
}

/** @param {HTMLInputElement} field @param {FileList} files */
function add(field, files) {
  const all = new DataTransfer();
  for (const file of [...(field.files ?? []), ...files]) all.items.add(file);
  field.files = all.files;
  field.dispatchEvent(new Event('change', { bubbles: true }));
}
