// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs in the page of an HTML report, see page_test.py. Its value is what it saw,
// and how long the slowest answer took, in milliseconds.
(async () => {
  'use strict';
  const seen = [];
  const $ = (id) => document.getElementById(id);
  const expect = (what, got, wanted) => {
    if (got !== wanted) seen.push(`FAIL ${what}: got ${got}, wanted ${wanted}`);
    else seen.push(`ok ${what}`);
  };
  const rows = () => document.querySelectorAll('.row').length;
  // From an input to the end of the frame that answers it: laid out and painted.
  const times = [];
  const timed = async (what, act) => {
    const start = performance.now();
    act();
    await new Promise((done) => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    }));
    times.push([what, performance.now() - start]);
  };
  const set = (id, value) => timed(`${id} '${value}'`, () => {
    $(id).value = value;
    $('filters').dispatchEvent(new Event('input'));
  });
  const key = (k) => timed(`key ${k}`, () =>
    (document.activeElement || document.body).dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true })));
  const shown = () => parseInt($('count').textContent, 10);
  const current = () => document.querySelector('[aria-current="true"]');
  const data = JSON.parse($('data').textContent);
  const all = data.findings;
  const fresh = all.filter((f) => f.state === 'new').length;
  expect('only new ones are shown first', shown(), fresh);
  expect('the first is chosen', document.querySelectorAll('[aria-current="true"]').length, 1);
  expect('the source is shown', document.querySelectorAll('.code .here').length >= 1, true);

  // Filters.
  await set('state', '');
  expect('all are shown', shown(), all.length);
  const words = 'no such text anywhere';
  for (let i = 1; i <= words.length; ++i) await set('search', words.slice(0, i));
  expect('a search may find nothing', rows(), 0);
  await set('search', 'check-in-loop');
  expect('a search finds checks', shown(), all.filter((f) => f.check === 'cancel-check-in-loop').length);
  await set('search', '');
  await set('fix', 'with');
  expect('those with a fix', shown(), all.filter((f) => f.fixes.length).length);
  await set('fix', '');
  for (const option of [...$('folder').options].slice(0, 5)) await set('folder', option.value);
  await set('folder', '');
  for (const confidence of ['strong', 'weak', '']) await set('confidence', confidence);
  for (const verdict of ['none', 'true', '']) await set('verdict', verdict);
  for (const order of ['check', 'place', 'cost']) await set('sort', order);
  const chip = document.querySelector('[data-check="cancel-forward-token"]');
  await timed('a check', () => chip.click());
  expect('one check', shown(), all.filter((f) => f.check === 'cancel-forward-token').length);
  await timed('a check again', () => chip.click());
  expect('all checks again', shown(), all.length);

  // A loop's way is drawn, and its fix is shown as a diff.
  await set('search', 'check-in-loop');
  await timed('a choice', () => document.querySelector('.row').click());
  expect('the way is drawn', document.querySelectorAll('.code svg circle').length >= 2, true);
  expect('the loop is closed', document.querySelectorAll('.code svg .tip').length, 1);
  expect('the address names it', location.hash.length, 17);
  await set('search', '');
  await set('fix', 'with');
  document.querySelector('.row').click();
  expect('the fix is a diff', document.querySelectorAll('.diff .add').length >= 1, true);
  expect('the page of the check is there', document.querySelector('details.page .text').textContent.includes('What it reports'), true);
  await set('fix', '');

  // Text of the source stays text.
  expect('nothing of the source runs', window.injected, undefined);

  // Keys.
  document.querySelector('.row').click();
  const first = current().id;
  await key('j');
  expect('j goes on', current().id !== first, true);
  expect('and the focus with it', document.activeElement, current());
  await key('k');
  expect('k goes back', current().id, first);
  await key('End');
  expect('End goes to the last', [...document.querySelectorAll('.row')].pop(), current());
  await key('k');
  await key('j');
  expect('the last is the last', $('more').hidden, true);
  expect('the list says where it is', current().parentNode.getAttribute('aria-posinset'), String(all.length));
  const many = rows();
  expect('not all have a row', many, Math.min(all.length, 100));
  await timed('those before', () => $('less').click());
  expect('those before are shown', rows(), Math.min(all.length, 200));
  await key('Home');
  expect('Home goes to the first', document.querySelector('.row'), current());
  await timed('more', () => $('more').click());
  expect('more are shown', rows(), Math.min(all.length, 200));
  await key('t');
  expect('t is a verdict', document.querySelector('.verdict [aria-pressed="true"]').textContent, 'True');
  await set('verdict', 'true');
  expect('which can be filtered', shown(), 1);
  await key('t');
  await set('verdict', '');
  await key('/');
  expect('/ goes to the search', document.activeElement.id, 'search');
  document.activeElement.blur();
  const theme = document.documentElement.dataset.theme;
  await key('d');
  expect('d changes the theme', document.documentElement.dataset.theme !== theme, true);

  const [slowest, most] = times.reduce((a, b) => (b[1] > a[1] ? b : a));
  seen.push(`slowest answer: ${most.toFixed(0)} ms, ${slowest}, over ${all.length} findings; ` +
    `the page was ready after ${performance.getEntriesByType('navigation')[0].domComplete.toFixed(0)} ms`);
  if (window.axe) {
    for (const theme of ['light', 'dark']) {
      if (document.documentElement.dataset.theme !== theme) await key('d');
      chip.click(); // a chosen check has colours of its own
      const result = await window.axe.run(document, { resultTypes: ['violations'] });
      expect(`violations in ${theme}`, result.violations.map((v) =>
        v.id + ' ' + v.nodes.map((n) => n.target + ': ' + n.failureSummary).slice(0, 3).join('; ')).join('\n'), '');
      chip.click();
    }
  }
  return [seen.join('\n') + '\ndone', most];
})()
