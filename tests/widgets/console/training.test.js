import assert from 'node:assert/strict';
import test from 'node:test';
import { desk } from './support/ticket-desk.js';

const { Training, trains } = await import('../../../widgets/console/static/training.js');
const { withMacro } = await import('../../../widgets/console/static/macro-words.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const SUGGESTED = {
  resources: [
    { id: 3, title: 'Split orders', minutes: 5 },
    { id: 1, title: 'First steps', minutes: 9 },
    { id: 2, title: 'Orders basics', minutes: 20 },
  ],
  playlist: [2, 3],
  sessions: [{ id: 7, title: 'Orders live', starts_at: '2026-12-01T16:00:00.000Z', places_left: 0 }],
};

/** @param {unknown} answer */
const training = (answer = SUGGESTED) => {
  /** @type {string[]} */
  const asked = [];
  /** @type {typeof import('../../../widgets/shared/static/http.js').ask} */
  const ask = async (_method, url) => {
    asked.push(url);
    if (answer instanceof Error) throw answer;
    return { data: answer, etag: null };
  };
  const one = new Training({ ask, changed: () => {} });
  return { one, asked };
};

test('what the desk suggests is chosen at first, in its order', async () => {
  const { one, asked } = training();
  await one.read('Lumina', 'Split an order');
  assert.deepEqual(asked, ['/api/training?words=Split+an+order&product=Lumina']);
  assert.deepEqual(one.wanted, { training: { resources: [2, 3] } });
});

test('further resources follow the suggested order, and a session is added', async () => {
  const { one } = training();
  await one.read('Lumina', '');
  one.toggle(1);
  one.toggle(2);
  one.take(7);
  assert.deepEqual(one.wanted, { training: { resources: [3, 1], session: 7 } });
});

test('nothing that is chosen attaches nothing', async () => {
  const { one } = training();
  await one.read('Lumina', '');
  for (const id of [2, 3]) one.toggle(id);
  assert.deepEqual(one.wanted, { training: { resources: [] } });
});

test('another product is asked for again, and the same one is not', async () => {
  const { one, asked } = training();
  await one.read('Lumina', '');
  await one.read('Lumina', '');
  await one.read('', '');
  assert.deepEqual(asked, ['/api/training?words=&product=Lumina', '/api/training?words=']);
});

test('without an answer the desk decides', async () => {
  const { one } = training(new Refused(503, { message: 'Later' }));
  await one.read('Lumina', '');
  assert.deepEqual(one.wanted, {});
});

const SOLVED = { status: 'solved', resolution: 'training_suggested' };

/** @param {object} stored @param {Record<string, string>} form */
async function changed(stored, form) {
  const { work, last } = desk(stored);
  await work.load();
  for (const [name, value] of Object.entries(form)) work.set(name, value);
  return { work, last };
}

test('training is chosen by a change that solves the ticket with a training code', async () => {
  const { work } = await changed({}, SOLVED);
  assert.equal(trains(work), true);
  work.set('resolution', 'works_as_designed');
  assert.equal(trains(work), false);
  work.set('resolution', 'utilized_elearning');
  work.set('status', 'fixed_pending_rca');
  assert.deepEqual([trains(work), trains(work, 'solved')], [false, true], 'a reply may solve it too');
});

test('another change of a solved ticket does not attach training again', async () => {
  const { work } = await changed(SOLVED, { subject: 'Dates again' });
  assert.equal(trains(work), false);
  work.set('resolution', 'utilized_elearning');
  assert.equal(trains(work), true, 'a correction of the code does');
});

test('the chosen training is sent with the change, and with a reply that solves the ticket', async () => {
  for (const send of ['save', 'reply']) {
    const { work, last } = await changed({}, SOLVED);
    work.also = (status = work.form.status) => (trains(work, status) ? { training: { resources: [4] } } : {});
    if (send === 'save') await work.save();
    else {
      work.writing.write('See the course.');
      work.writing.choose('solved');
      await work.writing.send();
    }
    const { status, resolution, training } = last()?.body ?? {};
    assert.deepEqual([status, resolution, training], ['solved', 'training_suggested', { resources: [4] }], send);
  }
});

test('what a macro sets is sent with the reply, and with no other change', async () => {
  const { work, last } = await changed({}, {});
  const macro = { add_tags: ['invoices'], assignee: 'priya', custom_fields: { market: 'Canada', cause: 'rain' } };
  work.also = withMacro(work.also, () => ({ custom_fields: { market: 'France' } }));
  work.also = withMacro(work.also, () => macro);
  work.set('subject', 'Dates again');
  await work.save();
  assert.deepEqual(last()?.body, { subject: 'Dates again' });
  work.writing.write('Done.');
  await work.writing.send();
  const { add_tags: tags, assignee, custom_fields: custom } = last()?.body ?? {};
  assert.deepEqual([tags, assignee], [['invoices'], 'priya']);
  assert.deepEqual(custom, { market: 'France', cause: 'rain' }, 'what was filled in by hand goes first');
});
