import assert from 'node:assert/strict';
import test from 'node:test';
import { clockWords, listed, openWords, opensWords, rowsOf } from '../../../widgets/shared/static/hours.js';

const NEW_YORK = { desk: 'America/New_York', reader: 'America/New_York' };
const CHICAGO = { desk: 'America/New_York', reader: 'America/Chicago' };
const TOKYO = { desk: 'America/New_York', reader: 'Asia/Tokyo' };
const NBSP = '\u00a0';
/** Tuesday, 20:00 in New York. */
const NOW = Date.parse('2026-11-25T01:00:00Z');
const WEDNESDAY_9 = '2026-11-25T14:00:00.000Z';

/** @param {object} more */
const team = (more) =>
  /** @type {any} */ ({
    team: 'finance',
    name: 'Finance',
    products: [],
    open: false,
    opens_at: null,
    closes_at: null,
    waiting: 0,
    wait_s: null,
    ...more,
  });

test('a closed team says when it opens, by the reader’s own calendar', () => {
  const opens = (/** @type {string|null} */ at, zones = NEW_YORK) => opensWords(team({ opens_at: at }), NOW, zones);
  assert.equal(opens(WEDNESDAY_9), 'Finance opens tomorrow morning');
  assert.equal(opens(WEDNESDAY_9, CHICAGO), 'Finance opens tomorrow morning');
  assert.equal(opens(WEDNESDAY_9, TOKYO), 'Finance opens this evening', 'in Tokyo it is Wednesday already');
  assert.equal(opens('2026-11-25T01:30:00Z', TOKYO), 'Finance opens this morning');
  assert.equal(opens('2026-11-27T18:00:00Z'), 'Finance opens Friday afternoon');
  assert.equal(opens('2026-11-26T07:00:00Z'), 'Finance opens tomorrow at 02:00'.replace('tomorrow', 'Thursday'));
  assert.equal(opens('2027-01-04T14:00:00Z'), `Finance opens on Mon,${NBSP}Jan${NBSP}4`);
  assert.equal(opens(null), 'Finance is closed');
});

test('a moment stands in the desk’s zone, and in the reader’s where their clocks differ then', () => {
  assert.deepEqual(rowsOf(WEDNESDAY_9, NEW_YORK), [{ zone: 'Eastern', time: `Wed,${NBSP}Nov${NBSP}25, 09:00` }]);
  assert.deepEqual(rowsOf(WEDNESDAY_9, { ...NEW_YORK, reader: 'America/Toronto' }).length, 1);
  assert.deepEqual(rowsOf(WEDNESDAY_9, CHICAGO)[1], {
    zone: 'Chicago, your time',
    time: `Wed,${NBSP}Nov${NBSP}25, 08:00`,
  });
  assert.deepEqual(
    rowsOf(WEDNESDAY_9, { ...NEW_YORK, reader: 'America/Argentina/Buenos_Aires' })[1].zone,
    'Buenos Aires, your time',
  );
  // The clocks of London go back a week before those of New York.
  const [there, here] = rowsOf('2026-10-26T13:00:00Z', { ...NEW_YORK, reader: 'Europe/London' });
  assert.deepEqual([there.time.slice(-5), here.time.slice(-5)], ['09:00', '13:00']);
});

test('an open team says until when, in both zones; not where that is no time of today', () => {
  const until = (/** @type {string|null} */ at, zones = NEW_YORK) =>
    openWords(team({ name: 'Media', open: true, closes_at: at }), Date.parse('2026-11-25T20:00:00Z'), zones);
  assert.equal(until('2026-11-26T00:00:00Z'), `Media is open until 19:00${NBSP}ET`);
  assert.equal(until('2026-11-26T00:00:00Z', CHICAGO), `Media is open until 19:00${NBSP}ET, 18:00${NBSP}yours`);
  assert.equal(until('2026-11-30T00:00:00Z'), 'Media is open now');
  assert.equal(until(null), 'Media is open now');
});

test('a zone without a short name is called by its city', () => {
  assert.equal(clockWords(WEDNESDAY_9, { desk: 'Europe/Paris', reader: 'Europe/Paris' }), `15:00${NBSP}Paris`);
  assert.equal(clockWords(WEDNESDAY_9, { desk: 'UTC', reader: 'UTC' }), `14:00${NBSP}UTC`);
});

test('names are listed as people say them', () => {
  assert.deepEqual(
    [listed([]), listed(['Media']), listed(['Media', 'Prod']), listed(['Media', 'Prod', 'Tech'])],
    ['', 'Media', 'Media and Prod', 'Media, Prod and Tech'],
  );
});
