import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Figures } = await import('../../../widgets/customer/static/figures.js');

const team = (/** @type {string} */ key, waiting = 0) => ({
  team: key,
  name: key,
  products: [],
  open: true,
  opens_at: null,
  closes_at: null,
  waiting,
  wait_s: null,
});

/** A form that is open, with Media chosen, and a desk at which more wait each time that it is asked. */
function form() {
  const chat = {
    open: true,
    view: /** @type {'form'|'queued'} */ ('form'),
    beginning: { team: team('media') },
    visit: { teams: [team('media')] },
    desk: { state: { line: 'live' } },
    drawn: 0,
    changed() {
      this.drawn += 1;
    },
  };
  const desk = { now: 1000, seen: true, asked: 0, ask: async () => ({ teams: [team('media', ++desk.asked)] }) };
  const typed = /** @type {import('../../../widgets/customer/static/figures.js').Figures['chat']} */ (
    /** @type {unknown} */ (chat)
  );
  const figures = new Figures(typed, { ask: () => desk.ask(), now: () => desk.now, seen: () => desk.seen });
  return { chat, desk, figures };
}

test('while the form shows, who is ahead is asked for at once, and then every half minute', async () => {
  const { chat, desk, figures } = form();
  await figures.look();
  await figures.look();
  assert.deepEqual([desk.asked, chat.visit.teams[0].waiting, chat.drawn], [1, 1, 1]);
  desk.now += 29_999;
  await figures.look();
  assert.equal(desk.asked, 1);
  desk.now += 1;
  await figures.look();
  assert.deepEqual([desk.asked, chat.visit.teams[0].waiting, chat.drawn], [2, 2, 2]);
});

test('a team that is chosen is looked at anew', async () => {
  const { chat, desk, figures } = form();
  await figures.look();
  chat.beginning.team = team('prod');
  await figures.look();
  assert.equal(desk.asked, 2);
});

test('nobody is asked for a form that is not seen, nor without a line', async () => {
  const { chat, desk, figures } = form();
  for (const away of [{ open: false }, { view: 'queued' }, { desk: { state: { line: 'waiting' } } }]) {
    const before = { ...chat };
    Object.assign(chat, away);
    await figures.look();
    Object.assign(chat, before);
  }
  desk.seen = false;
  await figures.look();
  assert.equal(desk.asked, 0);
});

test('what the desk tells meanwhile is newer, and a desk that does not answer is asked again', async () => {
  const { chat, desk, figures } = form();
  const told = [team('media', 9)];
  desk.ask = async () => {
    chat.visit.teams = told;
    return { teams: [team('media', 1)] };
  };
  await figures.look();
  assert.deepEqual([chat.visit.teams, chat.drawn], [told, 0]);
  desk.ask = async () => {
    throw new TypeError('Failed to fetch');
  };
  desk.now += 30_000;
  await figures.look();
  assert.equal(chat.visit.teams, told);
  desk.ask = async () => ({ teams: [team('media', 3)] });
  desk.now += 30_000;
  await figures.look();
  assert.equal(chat.visit.teams[0].waiting, 3);
});
