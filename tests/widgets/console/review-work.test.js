import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { ReviewWork } = await import('../../../widgets/console/static/review-work.js');
const { vocabulary } = await import('../../../widgets/shared/static/vocabulary.js');

const SETTINGS = { rows: [{ id: 1, text: 'Tone' }], share: 10, rules: ['words'], card: 'sample' };
const FIGURES = {
  agreement: { pairs: 0, same_code: 0, differ: [], answers: 0, same_answer: 0, differences: [], settled: 0 },
  codes: [],
};

/** @param {number} ticket @param {object} [facts] */
const row = (ticket, facts = {}) => ({
  ticket,
  code: 'set_up',
  sampled: true,
  rules: [],
  state: 'open',
  mine: null,
  others: [],
  version: 1,
  ...facts,
}); // prettier-ignore

/** The review of a desk with so many tickets. @param {number} count @param {{teams?: string[], judged?: (ticket: number) => unknown}} [given] */
function review(count, { teams = [], judged } = {}) {
  /** @type {string[]} */
  const log = [];
  /** @type {unknown[]} */
  const sent = [];
  const list = () => ({
    day: '2026-11-23',
    drawn_at: '2026-11-24T05:00:00Z',
    counts: { sample: count, by_rule: 0, all: count, rules: {}, together: [] },
    tickets: Array.from({ length: count }, (_, at) => row(at + 1)),
    left_out: 0,
  });
  const ask = async (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {{body?: {verdict?: string}}|undefined} */ options,
  ) => {
    log.push(`${method} ${path}`);
    const ticket = Number(/tickets\/(\d+)/u.exec(path)?.[1]);
    if (method === 'POST') sent.push(options?.body);
    if (method === 'POST') await judged?.(ticket);
    if (method === 'POST')
      return { data: row(ticket, { state: 'done', mine: { verdict: options?.body?.verdict } }), etag: null };
    if (method === 'PATCH') return { data: { ...SETTINGS, ...options?.body }, etag: null };
    if (ticket) return { data: { number: ticket, version: 3, resolution: 'set_up', status: 'solved' }, etag: null };
    return { data: path.endsWith('settings') ? SETTINGS : path.endsWith('figures') ? FIGURES : list(), etag: null };
  };
  const me = { id: 'i', name: 'Ines', email: 'ines@desk.example', role: 'supervisor', teams };
  const words = vocabulary({ statuses: [] });
  const work = new ReviewWork({ ask, me, day: '2026-11-23', today: '2026-11-24', words, storage: null });
  return {
    work,
    log,
    sent,
    read: () => log.filter((one) => /^GET .*tickets/u.test(one)).map((one) => Number(one.split('/')[3])),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('the next four chats are read ahead of time, each once', async () => {
  const { work, read } = review(8);
  await work.load();
  assert.deepEqual([work.open, read()], [1, [1, 2, 3, 4, 5]]);
  work.fill({ right: true });
  work.save();
  assert.deepEqual([work.open, work.story?.number], [2, 2]);
  await settled();
  assert.deepEqual(read(), [1, 2, 3, 4, 5, 6]);
});

test('judgements are shown at once, and saved with the version that was read', async () => {
  const { work, log } = review(2);
  await work.load();
  work.save();
  assert.match(work.wrong, /^Say first/u);
  work.fill({ right: true });
  work.save();
  assert.deepEqual([work.tally.right, work.tally.due, work.open], [1, 1, 2]);
  assert.equal(work.tally.place, 2);
  await settled();
  assert.deepEqual(
    log.filter((one) => one.startsWith('POST')),
    ['POST /api/tickets/1/review'],
  );
});

test('a chat that is read out of turn is numbered after those that are read', async () => {
  const { work } = review(4);
  await work.load();
  await work.show(3);
  const places = () => Object.values(work.numbered).map((rows) => rows.map(({ ticket }) => ticket));
  assert.deepEqual([places(), work.tally.place], [[[], [3], [1, 2, 4]], 1]);
  work.fill({ right: true });
  work.save();
  assert.deepEqual([places(), work.tally.place], [[[3], [4], [1, 2]], 2]);
  await work.show(3);
  assert.deepEqual([places(), work.tally.place], [[[], [3], [1, 2, 4]], 1]);
});

test('a change of the settings keeps the open chat, and judgements that are not saved', async () => {
  /** @type {(value?: unknown) => void} */
  let save = () => {};
  const saving = new Promise((resolve) => {
    save = resolve;
  });
  const { work, log } = review(3, { judged: () => saving });
  await work.load();
  work.fill({ right: true });
  work.save();
  await settled();
  await work.change({ rules: [], share: 20 });
  assert.deepEqual([work.settings?.share, work.open, work.tally.right, work.tally.due], [20, 2, 1, 2]);
  assert.ok(log.includes('PATCH /api/reviews/settings'));
  save();
  await settled();
  assert.equal(work.waiting.count, 0);
});

test('after the last judgement, back leads to the last chat of the day', async () => {
  const { work } = review(2);
  await work.load();
  await work.step(-1);
  assert.equal(work.open, 1);
  for (const _ of work.tickets) {
    work.fill({ right: true });
    work.save();
  }
  assert.equal(work.open, null);
  await work.step(-1);
  assert.equal(work.open, 2);
});

test('only who supervises all teams may change the settings', () => {
  assert.equal(review(1).work.mayChange, true);
  assert.equal(review(1, { teams: ['media'] }).work.mayChange, false);
});

test('a chat that is put aside comes last', async () => {
  const { work } = review(3);
  await work.load();
  await work.putAside();
  assert.deepEqual([work.open, work.tickets.map(({ ticket }) => ticket)], [2, [2, 3, 1]]);
});

test('a correction leaves the review open, and is saved with the scorecard', async () => {
  const { work, sent } = review(2);
  await work.load();
  let told = 0;
  work.addEventListener('corrected', () => {
    told += 1;
  });
  const correction = { resolution: 'data_fix', reason: 'The order was patched' };
  work.correct(correction);
  await settled();
  assert.deepEqual([told, work.open, sent], [1, 1, []]);
  work.turn(1);
  work.save();
  await settled();
  assert.deepEqual([work.open, work.tally.corrected], [2, 1]);
  assert.deepEqual(sent, [{ verdict: 'corrected', ...correction, scores: { 1: 'yes' } }]);
});

test('a correction that the desk refuses is there again, with what was filled in', async () => {
  const { work } = review(2, {
    judged: () => {
      throw new Refused(422, { detail: 'There is no ticket #99.' });
    },
  });
  await work.load();
  work.correct({ resolution: 'duplicate', reason: 'Same as 99', duplicate_of: 99 });
  work.turn(1);
  work.save();
  await settled();
  assert.deepEqual([work.open, work.wrong, work.tally.due], [1, 'There is no ticket #99.', 2]);
  assert.deepEqual([work.draft.correction?.duplicate_of, work.draft.scores], [99, { 1: 'yes' }]);
});

test('a ticket without a code has nothing to correct, and says so', async () => {
  const { work } = review(1);
  await work.load();
  let asked = 0;
  work.addEventListener('correct', () => {
    asked += 1;
  });
  work.askCorrection();
  assert.deepEqual([asked, work.wrong], [1, '']);
  if (work.current) work.current.code = null;
  work.askCorrection();
  assert.deepEqual([asked, work.wrong], [1, 'The ticket is not solved yet, so there is no code to correct.']);
});
