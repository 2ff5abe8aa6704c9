import assert from 'node:assert/strict';
import test from 'node:test';

/** @type {import('../../../widgets/shared/static/words.js').Catalogue} */
const page = {
  locale: 'fr-CA',
  plurals: { one: 0, other: 1 },
  messages: {
    Eastern: 'heure de l’Est',
    'it’s too long': 'le message est trop long',
    'this conversation is too long: end it and start a new one':
      'cette conversation est trop longue\u00a0: terminez-la et commencez-en une nouvelle',
    'that’s not possible right now': 'ce n’est pas possible pour l’instant',
    'You’re next': 'C’est bientôt à vous',
    '{name} joined': '{name} vous a rejoint',
    'about {count} minute': ['environ {count} minute', 'environ {count} minutes'],
  },
};
Object.assign(globalThis, {
  document: {
    getElementById: (/** @type {string} */ id) => (id === 'words' ? { textContent: JSON.stringify(page) } : null),
  },
});
const { figure, locale, n, pieces, t } = await import('../../../widgets/shared/static/words.js');
const { sentenceOf } = await import('../../../widgets/shared/static/refusals.js');
const { opensWords, clockWords, rowsOf } = await import('../../../widgets/shared/static/hours.js');

test('a text is that of the catalogue, or English where there is none', () => {
  assert.equal(locale, 'fr-CA');
  assert.deepEqual(
    [t('You’re next'), t('Nobody translated this, {name}', { name: 'Ana' }), t('constructor')],
    ['C’est bientôt à vous', 'Nobody translated this, Ana', 'constructor'],
  );
});

test('what a person wrote goes in as it is, braces included', () => {
  assert.equal(t('{name} joined', { name: '{name} $& <b>' }), '{name} $& <b> vous a rejoint');
  assert.equal(t('{name} joined', {}), '{name} vous a rejoint');
});

test('what is counted takes the form of its number, in French the same for none and one', () => {
  const about = (/** @type {number} */ count) => n('about {count} minute', 'about {count} minutes', count);
  assert.deepEqual([0, 1, 2, 1_500, 1_000_000].map(about), [
    'environ 0 minute',
    'environ 1 minute',
    'environ 2 minutes',
    'environ 1\u00a0500 minutes',
    'environ 1\u00a0000\u00a0000 minutes',
  ]);
  assert.equal(n('{count} file', '{count} files', 1), '1 file');
  assert.equal(n('{count} file', '{count} files', 3), '3 files');
});

test('values that are more than text keep their place', () => {
  const name = { strong: 'Priya' };
  assert.deepEqual(pieces('{name} joined', { name }), [name, ' vous a rejoint']);
});

test('figures, clocks and zones are written as in the reader’s country', () => {
  assert.equal(figure(2.44), '2,4');
  const zones = { desk: 'America/New_York', reader: 'America/New_York' };
  assert.equal(clockWords('2026-11-25T14:00:00.000Z', zones), '09\u00a0h\u00a000\u00a0HE');
  assert.equal(rowsOf('2026-11-25T14:00:00.000Z', zones)[0].zone, 'heure de l’Est', 'small, as in a sentence');
  assert.equal(
    rowsOf('2026-11-25T14:00:00.000Z', { desk: 'Europe/Paris', reader: 'Europe/Paris' })[0].zone,
    'heure de l’Europe centrale',
  );
  /** @type {import('../../../widgets/shared/static/types.js').Team} */
  const team = {
    team: 'finance',
    name: 'Finance',
    products: [],
    open: false,
    opens_at: '2027-01-04T14:00:00Z',
    closes_at: null,
    waiting: 0,
    wait_s: null,
  };
  assert.equal(opensWords(team, Date.parse('2026-11-25T14:00:00Z'), zones), 'Finance opens on lun.\u00a04\u00a0janv.');
});

test('why something was refused is said in the reader’s language, whatever the desk said in its own', () => {
  const said = (/** @type {string} */ code, more = {}) => sentenceOf({ code, message: 'It rains.', ...more });
  assert.equal(said('too_large', { fields: { text: '8,000 characters are the most.' } }), 'Le message est trop long.');
  assert.equal(
    said('too_large', { chat: 'c1' }),
    'Cette conversation est trop longue\u00a0: terminez-la et commencez-en une nouvelle.',
  );
  assert.deepEqual(
    ['forbidden', 'conflict', 'something_new'].map((code) => said(code)),
    Array(3).fill('Ce n’est pas possible pour l’instant.'),
  );
  assert.equal(
    said('unavailable', { status: 0, message: 'Pas de connexion.' }),
    'Pas de connexion.',
    'it was said here',
  );
});
