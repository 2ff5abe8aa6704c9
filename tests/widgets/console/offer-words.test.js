import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';
import { Offers } from '../../../widgets/console/static/offers.js';

const { announced, offerFacts, thenWords } = await import('../../../widgets/console/static/offer-words.js');

const NOW = Date.UTC(2026, 10, 25, 12);
const iso = (/** @type {number} */ seconds) => new Date(NOW + seconds * 1000).toISOString();

/** @param {object} [about] @param {object|null} [next] */
function offer(about = {}, next = { id: 'c', name: 'Camille Fournier' }) {
  const offers = new Offers();
  offers.offered(
    {
      type: 'chat.offered',
      about: {
        chat: 'a',
        team: 'canadian-spot',
        product: 'Spectra DS',
        locale: 'fr-CA',
        started_at: iso(-51),
        waiting_since: iso(-51),
        reply_owed_since: null,
        customer: { name: 'Jean-Baptiste' },
        ...about,
      },
      words: 'Bonjour',
      next,
      expires_at: iso(12),
    },
    NOW,
  );
  return offers.all[0];
}

test('an offer says whom it is for, how long they have waited, and in which language', () => {
  assert.equal(offerFacts(offer(), 'Canadian Spot', NOW), 'Canadian Spot, Spectra DS, waits 0:51, French');
  const english = offer({ locale: 'en-GB', product: null });
  assert.equal(offerFacts(english, 'Media', NOW + 9_000), 'Media, waits 1:00');
  assert.equal(offerFacts(offer({ locale: null }), 'Media', NOW), 'Media, Spectra DS, waits 0:51');
});

test('an offer says who is next, or that it goes back to the queue', () => {
  assert.equal(thenWords(offer(), NOW), '12 s, then Camille');
  assert.equal(thenWords(offer({}, null), NOW + 60_000), '0 s, then the queue');
});

test('an offer is announced without its clock', () => {
  assert.equal(
    announced(offer(), () => 'Canadian Spot'),
    'New chat offer: Jean-Baptiste, Canadian Spot',
  );
  assert.equal(
    announced(offer({ customer: { name: null } }), () => 'Media'),
    'New chat offer: Unnamed visitor, Media',
  );
  assert.equal(
    announced(undefined, () => ''),
    '',
  );
});
