/** Pictures and videos that an author drops, pastes or chooses. They are uploaded at once, and a line of Markdown is inserted. */

/**
 * @param {HTMLTextAreaElement} body
 * @param {string} address where files go. Empty for an article that is not saved yet
 * @param {(text: string) => void} insert
 */
export function addFiles(body, address, insert) {
  const input = /** @type {HTMLInputElement|null} */ (document.getElementById('file'));
  const told = /** @type {HTMLElement} */ (document.getElementById('upload'));

  /** @param {Iterable<File>} files */
  async function upload(files) {
    if (!address) {
      told.textContent = 'Save the draft first. Then you can add pictures and videos.';
      return;
    }
    for (const file of files) {
      told.textContent = `Uploading ${file.name} …`;
      const sent = new FormData();
      sent.append('file', file, file.name || 'picture.png');
      try {
        const answer = await fetch(address, { method: 'POST', body: sent, headers: { Accept: 'application/json' } });
        const made = await answer.json();
        if (answer.ok) insert(made.markdown);
        told.textContent = answer.ok ? '' : `${file.name}: ${made.detail ?? 'was refused.'}`;
      } catch {
        told.textContent = `${file.name} was not uploaded. Try again when you are online.`;
      }
    }
  }

  document.getElementById('add-file')?.addEventListener('click', () => (input ? input.click() : upload([])));
  input?.addEventListener('change', () => {
    upload([...(input.files ?? [])]);
    input.value = '';
  });
  for (const kind of /** @type {const} */ (['paste', 'drop']))
    body.addEventListener(kind, (event) => {
      const from = event instanceof ClipboardEvent ? event.clipboardData : event.dataTransfer;
      const files = [...(from?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      upload(files);
    });
  body.addEventListener('dragover', (event) => event.preventDefault());
}
