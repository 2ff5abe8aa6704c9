/**
 * Pictures, videos and captions that an author drops, pastes or chooses. They are uploaded at once. A line of Markdown is
 * inserted, and captions go to the video before the cursor.
 */

const SILENT = /!\[[^\]\n]*\]\(\/[^)\s]+\.(?:mp4|webm)\)/g;

/**
 * The place in a text at which captions go to a video: the last one without captions before `at`, otherwise the first.
 * @param {string} text @param {number} at @returns {number|undefined}
 */
export function placeOfCaptions(text, at) {
  const places = [...text.matchAll(SILENT)].map((found) => found.index + found[0].length - 1);
  return places.findLast((place) => place <= at) ?? places[0];
}

/**
 * @param {HTMLTextAreaElement} body
 * @param {string} address where files go. Empty for an article that is not saved yet
 * @param {(text: string) => void} insert
 */
export function addFiles(body, address, insert) {
  const input = /** @type {HTMLInputElement|null} */ (document.getElementById('file'));
  const told = /** @type {HTMLElement} */ (document.getElementById('upload'));

  /** @param {string} markdown `![words](address)` */
  function addCaptions(markdown) {
    const place = placeOfCaptions(body.value, body.selectionStart);
    if (place === undefined) return 'Add the video first. The captions go to the video before the cursor.';
    body.setSelectionRange(place, place);
    body.focus();
    document.execCommand('insertText', false, ` "${markdown.slice(markdown.lastIndexOf('(') + 1, -1)}"`);
    return 'The video has captions now.';
  }

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
        const captions = answer.ok && made.markdown.endsWith('.vtt)');
        if (answer.ok && !captions) insert(made.markdown);
        const refused = answer.ok ? '' : `${file.name}: ${made.detail ?? 'was refused.'}`;
        told.textContent = captions ? addCaptions(made.markdown) : refused;
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
