import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Assist, messagesOf } = await import('../../../widgets/console/static/assist.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const SAID = { text: 'A suggestion.', codes: [], sources: [], host: 'models.example.com', characters: 90 };

test('what is found is about the conversation on the screen, and forgotten with it', async () => {
  /** @type {[string, object|undefined][]} */
  const asked = [];
  const assist = new Assist(async (_, path, options) => {
    asked.push([path, options?.body]);
    return { data: SAID, etag: null };
  });
  await assist.find('summary');
  assert.deepEqual(asked, []);
  assist.about('/api/tickets/7');
  await assist.find('translation', { to: 'fr', text: 'Hello' });
  assert.deepEqual(asked, [['/api/tickets/7/assist', { what: 'translation', to: 'fr', text: 'Hello' }]]);
  assert.deepEqual([assist.found?.what, assist.found?.text, assist.asking], ['translation', 'A suggestion.', null]);
  assist.about('/api/tickets/8');
  assert.equal(assist.found, null);
});

test('an answer that comes after another conversation was opened is not shown', async () => {
  /** @type {(value: {data: object, etag: null}) => void} */
  let answer = () => {};
  const assist = new Assist(
    () =>
      new Promise((then) => {
        answer = then;
      }),
  );
  assist.about('/api/chats/a');
  const asking = assist.find('summary');
  assert.equal(assist.asking, 'summary');
  assist.about('/api/chats/b');
  answer({ data: SAID, etag: null });
  await asking;
  assert.deepEqual([assist.found, assist.asking, assist.fault], [null, null, '']);
});

test('a refusal is said in the words of the desk', async () => {
  const assist = new Assist(async () => {
    throw new Refused(503, { code: 'unavailable', detail: 'models.example.com answered 500. Try again.' });
  });
  assist.about('/api/chats/a');
  await assist.find('reply');
  assert.deepEqual(
    [assist.fault, assist.found, assist.asking],
    ['models.example.com answered 500. Try again.', null, null],
  );
});

test('notes of staff are not offered for a translation', () => {
  const from = { name: 'Ana' };
  const transcript = [
    { type: 'reply', text: 'Hello', from },
    { type: 'note', text: 'A secret note', from },
    { type: 'message.redacted', from },
    { type: 'message', text: 'Anybody there?' },
  ];
  assert.deepEqual(messagesOf(transcript), [
    { who: 'The requester', text: 'Anybody there?' },
    { who: 'Ana', text: 'Hello' },
  ]);
});
