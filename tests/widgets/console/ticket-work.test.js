import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import '../support/served.js';

const { TicketWork } = await import('../../../widgets/console/static/ticket-work.js');
const { vocabulary } = await import('../../../widgets/shared/static/vocabulary.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

/** @import { Me, Ticket } from '../../../widgets/shared/static/types.js' */

/** @type {Me} */
const ME = { id: 'priya', name: 'Priya', email: 'priya@desk.example', role: 'agent', teams: ['media'] };
const STORED = { number: 7, status: 'open', product: 'Spectra', team: 'media', subject: 'Dates', version: 3 };

/** A desk with one ticket, and somebody's work on it. */
function desk(more = {}) {
  let stored = /** @type {Ticket} */ ({ .../** @type {object} */ (STORED), ...more });
  /** @type {Array<{method: string, path: string, body: object|undefined, headers: Record<string, string>}>} */
  const asked = [];
  /** @type {Error[]} */
  const refusals = [];
  /** @type {string[]} */
  const told = [];
  /** @type {() => void} */
  let meanwhile = () => {};
  const drafts = new Drafts('ticket.priya', null);
  const work = new TicketWork({
    ask: async (method, path, { body, headers = {} } = {}) => {
      const said = body;
      asked.push({ method, path, body: said, headers });
      if (method !== 'GET') meanwhile();
      const refusal = method === 'GET' ? undefined : refusals.shift();
      if (refusal) throw refusal;
      if (path === '/api/hours') return { data: { teams: [{ team: 'media', name: 'Media' }] }, etag: null };
      if (path === '/api/staff') return { data: [{ staff: 'bo', name: 'Bo', teams: ['media'] }], etag: null };
      if (method === 'PATCH') stored = { ...stored, ...said, version: stored.version + 1 };
      if (method === 'POST') return { data: { number: 7 }, etag: null };
      return { data: stored, etag: `"${stored.version}"` };
    },
    number: 7,
    me: ME,
    words: vocabulary({ statuses: [] }),
    drafts,
  });
  for (const name of ['faulty', 'sent', 'leave'])
    work.addEventListener(name, (event) => told.push(event instanceof CustomEvent ? `${name} ${event.detail}` : name));
  const last = () => asked.filter(({ method }) => method !== 'GET').at(-1);
  const change = (/** @type {object} */ fields) => {
    stored = { ...stored, ...fields, version: stored.version + 1 };
  };
  return {
    work,
    drafts,
    told,
    refusals,
    last,
    change,
    during: (/** @type {() => void} */ act) => {
      meanwhile = act;
    },
  };
}

test('what was changed is saved under the version that was read, and is no change any more', async () => {
  const { work, last } = desk();
  await work.load();
  assert.deepEqual(
    [work.form.subject, work.teamName('media'), work.nameOf('bo'), work.changed],
    ['Dates', 'Media', 'Bo', []],
  );
  work.set('subject', 'Dates are refused');
  assert.deepEqual(work.changed, ['subject']);
  await work.save();
  assert.deepEqual(last()?.body, { subject: 'Dates are refused' });
  assert.equal(last()?.headers['If-Match'], '"3"');
  assert.deepEqual([work.changed, work.said, work.saving], [[], 'Saved', false]);
});

test('nothing is sent where nothing was changed, and undo takes changes back', async () => {
  const { work, last } = desk();
  await work.load();
  work.set('subject', 'Other');
  work.undo();
  await work.save();
  assert.deepEqual([last(), work.form.subject], [undefined, 'Dates']);
});

test('somebody else saved first: their changes are shown, and what was typed stays', async () => {
  const { work, refusals, change } = desk();
  await work.load();
  work.set('subject', 'Mine');
  change({
    product: 'Lumina',
    history: [{ at: '', by: { name: 'Bo' }, field: 'product', from: 'Spectra', to: 'Lumina' }],
  });
  refusals.push(new Refused(412, {}));
  await work.save();
  assert.deepEqual(work.conflict, {
    by: { name: 'Bo' },
    differences: [{ field: 'product', from: 'Spectra', to: 'Lumina' }],
  });
  assert.deepEqual([work.form.subject, work.form.product, work.changed], ['Mine', 'Lumina', ['subject']]);
  await work.save();
  assert.deepEqual([work.conflict, work.ticket?.subject, work.ticket?.product], [null, 'Mine', 'Lumina']);
});

test('a refusal is said at its field, and at the form if no field shown is to blame', async () => {
  const { work, refusals, told } = desk();
  await work.load();
  work.set('subject', 'Mine');
  refusals.push(new Refused(422, { detail: 'Not like this.', fields: { subject: 'Too short.' } }));
  await work.save();
  assert.deepEqual([work.wrong, work.message, told], [{ subject: 'Too short.' }, '', ['faulty']]);
  refusals.push(new Refused(422, { detail: 'Not like this.', fields: { finding: 'Is missing.' } }));
  await work.save();
  assert.equal(work.message, 'Not like this.');
});

test('a reply takes the status along, and a note that was begun stays', async () => {
  const { work, drafts, last, told } = desk();
  await work.load();
  work.note(true);
  work.write('a note');
  work.note(false);
  work.write('a reply');
  work.set('status', 'awaiting_reply');
  work.set('subject', 'Not sent along');
  await work.reply();
  assert.deepEqual(last()?.body, { text: 'a reply', public: true, status: 'awaiting_reply' });
  assert.deepEqual([work.text, drafts.get('7.note'), work.form.subject], ['', 'a note', 'Not sent along']);
  assert.deepEqual([told, work.said, work.sending], [['sent'], 'Sent', false]);
});

test('what is written while a reply is under way stays', async () => {
  const { work, during } = desk();
  await work.load();
  work.write('one');
  during(() => work.write('one and more'));
  await work.reply();
  assert.equal(work.text, 'one and more');
});

test('a reply whose fate is unknown is sent again under the same key, one that was refused under another', async () => {
  const { work, refusals, last } = desk();
  await work.load();
  work.write('one');
  refusals.push(new Refused(0, { detail: 'No connection.' }));
  await work.reply();
  const key = last()?.headers['Idempotency-Key'];
  assert.match(work.replyWrong, /^No connection\. It may have been saved anyway/u);
  refusals.push(new Refused(422, { detail: 'No.', fields: { text: 'Too long.' } }));
  await work.reply();
  assert.equal(last()?.headers['Idempotency-Key'], key);
  assert.equal(work.replyWrong, 'Too long.');
  await work.reply();
  assert.notEqual(last()?.headers['Idempotency-Key'], key);
  assert.equal(work.replyWrong, '');
});

test('an empty reply is not sent', async () => {
  const { work, last } = desk();
  await work.load();
  work.write('  ');
  await work.reply();
  assert.deepEqual([last(), work.replyWrong], [undefined, 'Write a few words first.']);
});

for (const [status, missing] of /** @type {Array<[number, boolean]>} */ ([
  [404, true],
  [403, true],
  [503, false],
]))
  test(`without a ticket (${status}) it is said why`, async () => {
    const it = desk();
    const work = new TicketWork({
      ask: () => Promise.reject(new Refused(status, { detail: 'Why.' })),
      number: 7,
      me: ME,
      words: it.work.words,
      drafts: it.drafts,
    });
    await work.load();
    assert.deepEqual([work.ticket, work.fault, work.loading], [null, { missing, message: 'Why.' }, false]);
  });

test('somebody who was signed out goes to the sign-in page, and back from there', async () => {
  const it = desk();
  const work = new TicketWork({
    ask: () => Promise.reject(new Refused(401, {})),
    number: 7,
    me: ME,
    words: it.work.words,
    drafts: it.drafts,
  });
  /** @type {string[]} */
  const left = [];
  work.addEventListener('leave', (event) => event instanceof CustomEvent && left.push(event.detail));
  await work.load();
  assert.deepEqual(left, ['/sign-in?next=%2Ftickets%2F7']);
});
