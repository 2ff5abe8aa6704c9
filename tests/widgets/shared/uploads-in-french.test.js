import assert from 'node:assert/strict';
import test from 'node:test';

const messages = {
  'Archives are not accepted. Send the files themselves: one message can have several.': 'Pas d’archives.',
  'This file can’t be sent. Pictures, PDFs, Office documents and text can, without macros or passwords.':
    'Pas ce fichier.',
};
Object.assign(globalThis, {
  document: { getElementById: () => ({ textContent: JSON.stringify({ locale: 'fr-CA', plurals: {}, messages }) }) },
});
const { Uploads } = await import('../../../widgets/shared/static/uploads.js');

test('what is wrong with a file is said in the reader’s language, by its fault', () => {
  /** @type {import('../../../widgets/shared/static/uploads.js').Told[]} */
  const posts = [];
  const uploads = new Uploads({
    limits: () => ({ count: 9, size: 1_000, types: [] }),
    changed: () => {},
    post: (_, told) => {
      posts.push(told);
      return { abort: () => {} };
    },
  });
  uploads.add([new File(['x'], 'a.zip'), new File(['x'], 'b.bin')]);
  posts[0].done(422, { fields: { file: 'Archives are not accepted.' }, fault: 'archive' });
  posts[1].done(422, { fields: { file: 'Something new.' }, fault: 'something new' });
  assert.deepEqual(
    uploads.list.map(({ reason }) => reason),
    ['Pas d’archives.', 'Pas ce fichier.'],
  );
});
