// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs in the page of an HTML report and writes what it saw into #result. Put
// behind the page's own script by page_test.py.
'use strict';
(async () => {
  const seen = [];
  const $ = (id) => document.getElementById(id);
  const expect = (what, got, wanted) => {
    if (got !== wanted) seen.push(`FAIL ${what}: got ${got}, wanted ${wanted}`);
    else seen.push(`ok ${what}`);
  };
  const rows = () => document.querySelectorAll('.row').length;
  const set = (id, value) => {
    $(id).value = value;
    const start = performance.now();
    $('filters').dispatchEvent(new Event('input'));
    void document.body.offsetHeight; // laid out, too
    return performance.now() - start;
  };
  const key = (k) => document.dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true }));
  const shown = () => parseInt($('count').textContent, 10);
  const data = JSON.parse($('data').textContent);
  const all = data.findings;
  const fresh = all.filter((f) => f.state === 'new').length;
  expect('only new ones are shown first', shown(), fresh);
  expect('the first is chosen', document.querySelectorAll('[aria-current="true"]').length, 1);
  expect('the source is shown', document.querySelectorAll('.code .here').length >= 1, true);

  // Filters.
  const times = [];
  times.push(set('state', ''));
  expect('all are shown', shown(), all.length);
  times.push(set('search', 'no such text anywhere'));
  expect('a search may find nothing', rows(), 0);
  times.push(set('search', 'check-in-loop'));
  expect('a search finds checks', shown(), all.filter((f) => f.check === 'cancel-check-in-loop').length);
  times.push(set('search', ''));
  times.push(set('fix', 'with'));
  expect('those with a fix', shown(), all.filter((f) => f.fixes.length).length);
  times.push(set('fix', ''));
  times.push(set('sort', 'check'));
  times.push(set('sort', 'cost'));
  const chip = document.querySelector('[data-check="cancel-forward-token"]');
  const start = performance.now();
  chip.click();
  times.push(performance.now() - start);
  expect('one check', shown(), all.filter((f) => f.check === 'cancel-forward-token').length);
  chip.click();
  expect('all checks again', shown(), all.length);

  // A loop's way is drawn, and its fix is shown as a diff.
  const loop = all.find((f) => f.check === 'cancel-check-in-loop' && f.notes.some((n) => n.step));
  set('search', 'check-in-loop');
  document.querySelector('.row').click();
  expect('the way is drawn', document.querySelectorAll('.code svg circle').length >= 2, true);
  expect('the loop is closed', document.querySelectorAll('.code svg .tip').length, 1);
  expect('the address names it', location.hash.length, 17);
  set('search', '');
  set('fix', 'with');
  document.querySelector('.row').click();
  expect('the fix is a diff', document.querySelectorAll('.diff .add').length >= 1, true);
  expect('the page of the check is there', document.querySelector('details.page .text').textContent.includes('What it reports'), true);
  set('fix', '');

  // Text of the source stays text.
  expect('nothing of the source runs', window.injected, undefined);

  // Keys.
  document.querySelector('.row').click();
  const first = document.querySelector('[aria-current="true"]').id;
  key('j');
  expect('j goes on', document.querySelector('[aria-current="true"]').id !== first, true);
  key('k');
  expect('k goes back', document.querySelector('[aria-current="true"]').id, first);
  key('t');
  expect('t is a verdict', document.querySelector('.verdict [aria-pressed="true"]').textContent, 'True');
  expect('which can be filtered', (set('verdict', 'true'), shown()), 1);
  key('t');
  set('verdict', '');
  key('/');
  expect('/ goes to the search', document.activeElement.id, 'search');
  document.activeElement.blur();
  const theme = document.documentElement.dataset.theme;
  key('d');
  expect('d changes the theme', document.documentElement.dataset.theme !== theme, true);

  const slowest = Math.max(...times);
  seen.push(`slowest filter: ${slowest.toFixed(1)} ms over ${all.length} findings`);
  if (window.axe) {
    for (const theme of ['light', 'dark']) {
      if (document.documentElement.dataset.theme !== theme) key('d');
      const result = await window.axe.run(document, { resultTypes: ['violations'] });
      expect(`violations in ${theme}`, result.violations.map((v) =>
        v.id + ' ' + v.nodes.map((n) => n.target + ': ' + n.failureSummary).slice(0, 3).join('; ')).join('\n'), '');
    }
  }
  const out = document.createElement('pre');
  out.id = 'result';
  out.textContent = seen.join('\n') + '\ndone';
  document.body.append(out);
})();
