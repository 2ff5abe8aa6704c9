/**
 * Files of a form: each that is chosen is uploaded at once, and becomes a checked box with the name of the file. Without scripts, files
 * can only be left out.
 *
 * @param {HTMLElement} place has `data-uploads`, the beginning of the names of the boxes, and `data-most`, the number of files
 */
export function takeFiles(place) {
  const input = /** @type {HTMLInputElement} */ (place.querySelector('input[type=file]'));
  const button = /** @type {HTMLButtonElement} */ (place.querySelector('button'));
  const told = /** @type {HTMLElement} */ (place.querySelector('[role=status]'));
  const chosen = /** @type {HTMLElement} */ (place.querySelector('.chosen'));
  let busy = false;
  place.hidden = button.hidden = false;

  /** @param {{id: string, name: string}} file */
  function add({ id, name }) {
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: true, value: name });
    box.name = `${place.dataset.uploads}${id}`;
    const words = Object.assign(document.createElement('span'), { dir: 'auto', textContent: name });
    const label = Object.assign(document.createElement('label'), { className: 'tick' });
    label.append(box, words);
    chosen.append(label);
  }

  /** What went wrong with a file, or nothing. @param {File} file */
  async function upload(file) {
    if (chosen.querySelectorAll(':checked').length >= Number(place.dataset.most))
      return `${file.name}: not added, ${place.dataset.most} files at most.`;
    told.textContent = `Uploading ${file.name} …`;
    const body = new FormData();
    body.append('file', file, file.name);
    try {
      const answer = await fetch('/api/files', { method: 'POST', body });
      const made = await answer.json();
      if (!answer.ok) return `${file.name}: ${made.fields?.file ?? made.detail ?? 'was refused.'}`;
      add(made);
      return '';
    } catch {
      return `${file.name} was not uploaded. Try again when you are online.`;
    }
  }

  button.addEventListener('click', () => input.click());
  input.addEventListener('change', async () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    busy = button.disabled = true;
    const faults = [];
    for (const file of files) faults.push(await upload(file));
    told.textContent = faults.filter(Boolean).join(' ');
    busy = button.disabled = false;
  });
  // What is sent before a file is there would lack it.
  input.form?.addEventListener('submit', (event) => {
    if (!busy) return;
    event.preventDefault();
    told.textContent = 'A file is still uploading. Save when it’s there.';
  });
}
