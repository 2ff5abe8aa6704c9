/**
 * The files of a canned reply, put on a text as if the agent had chosen them.
 *
 * @typedef {{id: string, name: string, type: string, size: number, url: string}} ReplyFile
 */

/** Reads the files of a reply. @param {ReplyFile[]} files @param {typeof fetch} [get] @returns {Promise<File[]>} */
export function read(files, get = fetch) {
  return Promise.all(
    files.map(async ({ name, type, url }) => {
      const answer = await get(url);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return new File([await answer.blob()], name, { type });
    }),
  );
}

/** Puts files into the form of a text box, whose own paper clip takes them. @param {HTMLFormElement} form @param {File[]} files */
export function attach(form, files) {
  const input = /** @type {HTMLInputElement|null} */ (form.querySelector('input[type=file]'));
  if (!input) return;
  const all = new DataTransfer();
  for (const file of files) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}
