import assert from 'node:assert/strict';
import test from 'node:test';
import { desk } from './support/ticket-desk.js';

const { Undoing } = await import('../../../widgets/console/static/ticket-undo.js');

/** @param {object} [more] of the ticket */
async function opened(more = {}) {
  const at = desk({ assignee: { id: 'bo', name: 'Bo' }, ...more });
  await at.work.load();
  const moved = /** @type {string[]} */ ([]);
  at.work.addEventListener('moved', () => moved.push('moved'));
  return { ...at, moved, undoing: new Undoing(at.work, () => {}) };
}

test('a change by the palette is saved at once, and undone with what went with it', async () => {
  const { work, last, undoing, moved } = await opened();
  work.me = { ...work.me, teams: ['media', 'tech'] };
  await undoing.set('team', 'tech');
  assert.deepEqual([last()?.body, undoing.line?.words], [{ team: 'tech' }, 'Moved to tech']);
  await undoing.line?.undo();
  assert.deepEqual([last()?.body, undoing.line, work.form.team], [{ team: 'media' }, null, 'media']);
  await undoing.set('assignee', 'priya');
  assert.equal(undoing.line?.words, 'Assigned to you');
  assert.deepEqual(moved, []);
});

test('an undo leaves what somebody else has changed since, and what is half typed', async () => {
  const { work, last, undoing, change } = await opened();
  await undoing.set('assignee', 'priya');
  change({ assignee: { id: 'cy', name: 'Cy' } });
  await work.catchUp();
  assert.equal(undoing.line, null);
  await undoing.set('assignee', 'priya');
  work.set('subject', 'Half typed');
  await /** @type {import('../../../widgets/console/static/ticket-undo.js').Line|null} */ (undoing.line)?.undo();
  assert.deepEqual([last()?.body, work.changed], [{ assignee: 'cy' }, ['subject']]);
  assert.match(last()?.headers['If-Match'] ?? '', /^"\d+"$/u);
});

test('a move to a team that the reader is not on waits for their word', async () => {
  const { work, last, undoing, moved } = await opened();
  await undoing.set('team', 'finance');
  assert.deepEqual([last(), work.changed], [undefined, []]);
  assert.match(undoing.line?.words ?? '', /won’t see this ticket/u);
  undoing.line?.undo();
  assert.deepEqual([undoing.line], [null]);
  await undoing.set('team', 'finance');
  await undoing.line?.go?.();
  assert.deepEqual([last()?.body, undoing.line, moved], [{ team: 'finance' }, null, ['moved']]);
});

test('nothing is promised where the change was refused, or waits to be saved with others', async () => {
  const { work, refusals, last, undoing } = await opened();
  const { Refused } = await import('../../../widgets/shared/static/http.js');
  refusals.push(new Refused(422, { fields: { assignee: 'No such person.' } }));
  await undoing.set('assignee', 'priya');
  assert.deepEqual([undoing.line, work.wrong], [null, { assignee: 'No such person.' }]);
  const { length } = work.changed;
  await undoing.set('team', 'tech');
  assert.deepEqual([length, last()?.body, work.form.team], [1, { assignee: 'priya' }, 'tech']);
});
