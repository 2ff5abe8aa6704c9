import assert from 'node:assert/strict';
import test from 'node:test';
import { Notices, markWith, titleWith } from '../../../widgets/console/static/ringing.js';

test('the mark carries a number where there is one', () => {
  assert.equal(markWith(0), '/static/shared/mark.svg');
  assert.match(decodeURIComponent(markWith(3)), />3<\/text>/u);
  assert.match(decodeURIComponent(markWith(12)), />9\+<\/text>/u);
});

test('where the browser knows no notices, none are shown or allowed', async () => {
  const notices = new Notices(() => assert.fail('nobody can turn to one'));
  notices.show({ chat: 'a', name: 'Danielle', text: 'hello', owed: true });
  notices.hide('a');
  assert.equal(await Notices.allowed(), false);
});

test('a title says what is unread once, whatever stood there before', () => {
  assert.equal(titleWith('Tickets · Switchboard', 0), 'Tickets · Switchboard');
  assert.equal(titleWith('(2) Tickets · Switchboard', 12), '(12) Tickets · Switchboard');
  assert.equal(titleWith('(2) #4 (1) order', 0), '#4 (1) order');
});
