import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { itemsOf, lastSeen } = await import('../../../widgets/console/static/ticket-story.js');

const PRIYA = { kind: 'staff', id: 'u', name: 'Priya Raman' };
const INES = { kind: 'staff', id: 's', name: 'Ines Moreau' };
const DANIELLE = { kind: 'customer', id: 'c', name: 'Danielle Okonkwo' };
const WORDS = {
  team: (/** @type {string} */ key) => key,
  status: (/** @type {string} */ key) => key,
  code: (/** @type {string} */ key) => key,
};
const at = (/** @type {number} */ s) => new Date(Date.now() - 10_000_000 + s * 1_000).toISOString();

/** @param {object} ticket */
const told = (ticket) =>
  itemsOf(
    /** @type {import('../../../widgets/shared/static/types.js').Ticket} */ ({
      channel: 'chat',
      requester: null,
      ...ticket,
    }),
    { side: 'staff', id: 'u' },
    WORDS,
  ).filter(({ kind }) => kind !== 'day');
/** @param {string} type @param {object} from @param {number} seq @param {number} s */
const inChat = (type, from, seq, s, more = {}) => ({ type, chat: 'c1', seq, from, at: at(s), ...more });

test('what staff wrote down for somebody stands on that person’s side, with who wrote it; what they answer does not', () => {
  const transcript = [1, 2].map((seq) => ({ type: 'reply', ticket: 7, seq, from: PRIYA, at: at(seq), text: `${seq}` }));
  const [asked, answered] = told({
    channel: 'staff',
    requester: { id: null, name: null, email: 'sofia@northlake.example' },
    transcript,
  });
  assert.deepEqual(
    [asked.by?.name, asked.mine, asked.own, asked.scribe],
    ['sofia@northlake.example', false, false, 'you'],
  );
  assert.deepEqual(
    [answered.by?.name, answered.mine, answered.own, answered.scribe],
    ['Priya Raman', true, true, undefined],
  );
  const [byAnother] = told({ channel: 'staff', transcript: [{ ...transcript[0], from: INES }] });
  assert.equal(byAnother.scribe, 'Ines Moreau');
  const [ownRequest] = told({ channel: 'form', transcript: [{ ...transcript[0], from: DANIELLE }] });
  assert.equal(ownRequest.scribe, undefined);
});

test('an answer that took long has a line before it that says how long', () => {
  const items = told({
    transcript: [
      inChat('message', DANIELLE, 1, 0, { text: 'a' }),
      inChat('message', PRIYA, 2, 245, { text: 'b' }),
      inChat('message', PRIYA, 3, 900, { text: 'c' }),
    ],
  });
  assert.deepEqual(
    items.map(
      ({ kind, text, parts }) =>
        text ?? `${kind}: ${parts?.map((part) => (typeof part === 'string' ? part : part.strong)).join('')}`,
    ),
    ['a', 'line: The customer waited 4 min 5 s', 'b', 'c'],
  );
});

test('what was taken away is gone from where it stood, and who did it is said where it was another', () => {
  const items = told({
    transcript: [
      inChat('message', DANIELLE, 1, 0, { text: 'a card' }),
      inChat('message.redacted', INES, 2, 9, { of: 1 }),
    ],
  });
  assert.deepEqual(
    items.map(({ text, redacted, removedBy }) => [text, redacted, removedBy]),
    [[undefined, true, 'Ines Moreau']],
  );
});

test('new is what came after the reader last looked, and nothing on a first visit', () => {
  const own = [1, 2, 3].map((seq) => ({ type: 'reply', ticket: 7, seq, from: PRIYA, at: at(seq), text: `${seq}` }));
  const redaction = { type: 'message.redacted', ticket: 7, seq: 4, of: 1, from: PRIYA, at: at(4) };
  const transcript = [inChat('message', DANIELLE, 1, 0, { text: 'Hello' }), ...own, redaction];
  const seen = (/** @type {number|undefined} */ unread) =>
    lastSeen(/** @type {never} */ (/** @type {unknown} */ ({ transcript, unread })));
  assert.deepEqual([seen(2), seen(1), seen(0), seen(undefined), seen(3)], [1, 2, 4, 4, 4]);
  assert.equal(lastSeen(null), 0);
});
