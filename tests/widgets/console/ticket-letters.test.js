import assert from 'node:assert/strict';
import test from 'node:test';
import { letter, mail } from '../support/mail-of-tickets.js';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { TicketLetters, ofTickets } = await import('../../../widgets/console/static/ticket-letters.js');
const { addressWords } = await import('../../../widgets/console/static/mail-words.js');

/** @import { Address, Letter } from '../../../widgets/console/static/ticket-letters.js' */

const clock = () => '14:05';
/** @type {Address} */
const address = { email: 'ana@northlake.example', verified: true, health: 'ok', since: null, why: null };

/** Letters whose answers are given one after the other. @param {Array<Letter[]|Error>} answers */
function letters(...answers) {
  /** @type {string[]} */
  const asked = [];
  /** @type {Array<() => void>} */
  const timers = [];
  const it = new TicketLetters({
    number: 7,
    ask: async (method, path) => {
      asked.push(`${method} ${path}`);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return { data: { letters: answer, address, mails: [mail()], text: 'On Monday Maya wrote' }, etag: null };
    },
    later: (then) => {
      timers.push(then);
      return setTimeout(() => {}, 0);
    },
  });
  return { it, asked, timers };
}

test('letters are read again until none waits', async () => {
  const { it, asked, timers } = letters([letter({ state: 'waiting' })], [letter()]);
  await it.refresh();
  assert.equal(timers.length, 1);
  timers[0]();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([asked.length, timers.length, it.about(4)?.state], [2, 1, 'accepted']);
});

test('the requester’s language is known to whoever has the ticket', async () => {
  const work = Object.assign(new EventTarget(), { ticket: null });
  const it = new TicketLetters({
    number: 7,
    ask: async () => ({ data: { letters: [], address, mails: [], earlier: null, locale: 'fr-CA' }, etag: null }),
  });
  it.follow(/** @type {never} */ (/** @type {unknown} */ (work)));
  await it.refresh();
  assert.equal(ofTickets.get(work)?.locale, 'fr-CA');
});

test('earlier letters and mails are read once, page by page', async () => {
  /** @type {string[]} */
  const asked = [];
  const page = (/** @type {number[]} */ ids, /** @type {number} */ before) => {
    const earlier = before ? { letters_before: before, mails_before: before } : null;
    return { letters: ids.map((id) => letter({ id })), address, mails: ids.map((id) => mail({ id })), earlier };
  };
  /** @type {Record<string, unknown>} */
  const pages = { '': page([5, 6], 5), '?letters_before=5&mails_before=5': page([3, 4], 3) };
  pages['?letters_before=3&mails_before=3'] = page([1, 2], 0);
  const ask = async (/** @type {string} */ _, /** @type {string} */ path) => {
    asked.push(path.replace('/api/tickets/7/letters', ''));
    return { data: pages[asked.at(-1) ?? ''], etag: null };
  };
  const it = new TicketLetters({ number: 7, ask });
  await it.refresh();
  assert.deepEqual(asked, ['', '?letters_before=5&mails_before=5', '?letters_before=3&mails_before=3']);
  pages[''] = page([6, 7], 6);
  await it.refresh();
  assert.equal(asked.length, 4);
  for (const list of [it.list, it.mails])
    assert.deepEqual(
      [...list].map(({ id }) => id),
      [1, 2, 3, 4, 5, 6, 7],
    );
});

test('earlier letters and mails whose reading was refused are read again, and stand there once', async () => {
  const newest = {
    letters: [letter({ id: 3 })],
    address,
    mails: [mail({ id: 3 })],
    earlier: { letters_before: 3, mails_before: 3 },
  };
  const middle = {
    letters: [letter({ id: 2 })],
    address,
    mails: [mail({ id: 2 })],
    earlier: { letters_before: 2, mails_before: 2 },
  };
  const oldest = { letters: [letter({ id: 1 })], address, mails: [mail({ id: 1 })], earlier: null };
  /** @type {unknown[]} */
  const answers = [newest, middle, new Refused(429, { detail: 'Too many requests.' }), newest, middle, oldest];
  const ask = async () => {
    const data = answers.shift();
    if (data instanceof Error) throw data;
    return { data, etag: null };
  };
  const it = new TicketLetters({ number: 7, ask });
  await it.refresh();
  await it.refresh();
  for (const list of [it.list, it.mails])
    assert.deepEqual(
      [...list].map(({ id }) => id),
      [1, 2, 3],
    );
});

test('letters of a ticket that was shown before are read at once, and again after each change', () => {
  const { it, asked } = letters([]);
  const work = Object.assign(new EventTarget(), { ticket: {} });
  it.follow(
    /** @type {import('../../../widgets/console/static/ticket-work.js').TicketWork} */ (/** @type {unknown} */ (work)),
  );
  assert.equal(asked.length, 1);
  work.dispatchEvent(new Event('change'));
  assert.equal(asked.length, 1);
  work.ticket = {};
  work.dispatchEvent(new Event('change'));
  assert.equal(asked.length, 2);
});

test('that there are none is known after the answer, also after a refusal', async () => {
  for (const answer of [[], new Refused(503, {})]) {
    const { it } = letters(/** @type {never} */ (/** @type {unknown} */ (answer)));
    let told = 0;
    it.addEventListener('change', () => (told += 1));
    await Promise.all([it.refresh(), it.refresh()]);
    assert.deepEqual([it.known, it.list.length, told > 0], [true, 0, true]);
  }
});

test('letters of a ticket that is on its way are read with it, once', () => {
  const { it, asked } = letters([]);
  const work = Object.assign(new EventTarget(), { ticket: /** @type {object|null} */ (null) });
  it.follow(/** @type {never} */ (/** @type {unknown} */ (work)));
  assert.equal(asked.length, 1);
  work.ticket = {};
  work.dispatchEvent(new Event('change'));
  assert.equal(asked.length, 1);
  work.ticket = {};
  work.dispatchEvent(new Event('change'));
  assert.equal(asked.length, 2);
});

test('sending again asks the desk, and a refusal is shown', async () => {
  const { it, asked } = letters(new Refused(409, { detail: 'This letter was delivered.' }), [letter()]);
  await it.send(1);
  assert.deepEqual(asked, ['POST /api/tickets/7/letters/1/send', 'GET /api/tickets/7/letters']);
  assert.equal(it.refused.get(1), 'This letter was delivered.');
});

test('letters that stand below no reply are listed only if they need attention', async () => {
  const { it } = letters([
    letter({ id: 1, kind: 'received', reply: null }),
    letter({ id: 2, kind: 'reminder_1', reply: null, state: 'failed', error: 'x' }),
    letter({ id: 3, state: 'failed', error: 'x' }),
    letter({ id: 4, kind: 'received', state: 'waiting', error: 'x' }),
    letter({ id: 5, kind: 'received', state: 'waiting' }),
  ]);
  await it.refresh();
  assert.deepEqual(
    it.others.map(({ id }) => id),
    [2, 4],
  );
});

test('the address says whether mail arrives, and can be tried again once it came back', () => {
  assert.deepEqual(addressWords(address, clock), { text: 'Arrives', why: '', bad: false, action: '' });
  const open = addressWords({ ...address, verified: false }, clock);
  assert.deepEqual([open.text, open.bad], ['Not confirmed: number and link only', false]);
  const back = addressWords({ ...address, health: 'bounced', since: 'x', why: '550 No' }, clock);
  assert.deepEqual(back, {
    text: 'Came back (14:05): no reminders, no auto-solving',
    why: '550 No',
    bad: true,
    action: 'Try again',
  });
  const late = addressWords({ ...address, health: 'soft', since: 'x' }, clock);
  assert.deepEqual([late.text, late.bad, late.action], ['Delayed (14:05)', true, '']);
});

test('trying the address again asks the desk, and a refusal is shown', async () => {
  const { it, asked } = letters(new Refused(409, { detail: 'Nothing came back.' }), [letter()]);
  await it.tryAgain();
  assert.deepEqual(asked, ['POST /api/tickets/7/address/try-again', 'GET /api/tickets/7/letters']);
  assert.deepEqual([it.addressRefused, it.address], ['Nothing came back.', address]);
});

test('what was cut off a mail is read when it is wanted, and hidden again', async () => {
  const { it, asked } = letters([letter()]);
  await it.refresh();
  assert.deepEqual([it.behind(5)?.id, it.behind(4)], [9, undefined]);
  await it.toggleQuoted(9);
  assert.equal(it.quoted.get(9), 'On Monday Maya wrote');
  await it.toggleQuoted(9);
  assert.deepEqual([it.quoted.size, asked.length], [0, 2]);
  assert.equal(asked[1], 'GET /api/tickets/7/mails/9/quoted');
});

test('mailing the conversation asks the desk, and a refusal is shown', async () => {
  const mailed = letter({ id: 3, kind: 'transcript', reply: null, state: 'waiting' });
  const { it, asked } = letters([mailed]);
  await it.mailTranscript();
  assert.deepEqual(asked, ['POST /api/tickets/7/transcript', 'GET /api/tickets/7/letters']);
  assert.deepEqual([it.transcript?.id, it.transcriptRefused, it.others], [3, '', []]);
  const { it: other } = letters(new Refused(409, { detail: 'Letters come back.' }), [mailed]);
  await other.mailTranscript();
  assert.equal(other.transcriptRefused, 'Letters come back.');
});
