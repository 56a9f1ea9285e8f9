// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const all = data.findings;
  const batch = 100;
  const costs = { waits: 2, long: 1, unknown: 0 };

  // --- helpers ---------------------------------------------------------------

  function element(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'class') e.className = value;
      else if (key.startsWith('on')) e.addEventListener(key.slice(2), value);
      else if (value !== null) e.setAttribute(key, value);
    }
    for (const child of children)
      if (child !== null && child !== undefined) e.append(child);
    return e;
  }

  // What the reader decided; the page works without a place to keep it.
  const verdicts = (() => {
    const key = 'cancel-tidy:' + data.run.root;
    let kept = {};
    try { kept = JSON.parse(localStorage.getItem(key)) || {}; } catch (e) { /* none */ }
    return {
      of: (f) => kept[f.fingerprint] || '',
      set: (f, value) => {
        if (kept[f.fingerprint] === value) delete kept[f.fingerprint];
        else kept[f.fingerprint] = value;
        try { localStorage.setItem(key, JSON.stringify(kept)); } catch (e) { /* none */ }
      },
      text: () => JSON.stringify(all.filter((f) => kept[f.fingerprint]).map((f) => ({
        fingerprint: f.fingerprint, verdict: kept[f.fingerprint],
        check: f.check, file: f.file, line: f.line, message: f.message,
      })), null, 1),
      any: () => all.some((f) => kept[f.fingerprint]),
    };
  })();

  // --- filters ---------------------------------------------------------------

  for (const f of all) {
    f.hay = (f.message + ' ' + f.file + ' ' + f.check + ' ' + (f.function || '') + ' ' +
             (f.family || '')).toLowerCase();
    const parts = f.file.split('/');
    f.folders = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/') + '/');
    f.hasFix = f.fixes.length ? 'with' : 'without';
  }
  const chosenChecks = new Set();
  let shown = [];   // what passes the filters, in order
  let from = 0, to = 0; // those of it that have a row
  let current = null;
  const narrow = matchMedia('(max-width: 820px)'); // a finding takes the place of the list
  let listScroll = 0;

  function options(id, entries) {
    $(id).replaceChildren(...entries.map(([value, label]) =>
      element('option', { value }, label)));
  }
  function countBy(get) {
    const counts = new Map();
    for (const f of all)
      for (const value of [].concat(get(f))) counts.set(value, (counts.get(value) || 0) + 1);
    return counts;
  }
  const states = countBy((f) => f.state);
  options('state', [['', `all (${all.length})`],
    ...['new', 'baseline', 'suppressed'].filter((s) => states.has(s))
      .map((s) => [s, `${s} (${states.get(s)})`])]);
  if (states.has('new') && states.size > 1) $('state').value = 'new';
  const folders = [...countBy((f) => f.folders)].filter(([name]) => name.split('/').length <= 5)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  options('folder', [['', 'all'], ...folders.slice(0, 400).map(([name, n]) => [name, `${name} (${n})`])]);
  options('confidence', [['', 'all'], ['strong', 'strong'], ['weak', 'weak']]);
  options('fix', [['', 'all'], ['with', 'with a fix'], ['without', 'without']]);
  options('verdict', [['', 'all'], ['none', 'none yet'], ['true', 'true'], ['false', 'false alarm'],
    ['later', 'later']]);

  const checkCounts = countBy((f) => f.check);
  for (const id of [...checkCounts.keys()].sort()) {
    $('checks').append(element('li', {}, element('button', {
      type: 'button', 'aria-pressed': 'false', 'data-check': id,
      title: (data.checks[id] || {}).summary || '',
      onclick: (event) => {
        const on = !chosenChecks.delete(id);
        if (on) chosenChecks.add(id);
        event.currentTarget.setAttribute('aria-pressed', String(on));
        filter();
      },
    }, id.replace(/^cancel-/, ''), ' ', element('span', { class: 'count-of', 'data-count': id }, ''))));
  }

  const order = {
    place: (a, b) => a.index - b.index,
    cost: (a, b) => costs[b.cost] - costs[a.cost] || a.index - b.index,
    check: (a, b) => (a.check < b.check ? -1 : a.check > b.check ? 1 : a.index - b.index),
  };
  all.forEach((f, i) => { f.index = i; });

  function filter() {
    const words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = $('state').value, folder = $('folder').value;
    const confidence = $('confidence').value, fix = $('fix').value, verdict = $('verdict').value;
    const counts = {};
    shown = all.filter((f) => {
      if ((state && f.state !== state) || (confidence && f.confidence !== confidence) ||
          (fix && f.hasFix !== fix) || (folder && !f.file.startsWith(folder)) ||
          (verdict && (verdicts.of(f) || 'none') !== verdict) ||
          !words.every((w) => f.hay.includes(w))) return false;
      counts[f.check] = (counts[f.check] || 0) + 1;
      return !chosenChecks.size || chosenChecks.has(f.check);
    });
    shown.sort(order[$('sort').value]);
    shown.forEach((f, i) => { f.position = i; });
    for (const e of document.querySelectorAll('[data-count]'))
      e.textContent = counts[e.dataset.count] || 0;
    show(0);
    $('count').textContent = shown.length === all.length
      ? `${all.length} findings` : `${shown.length} of ${all.length} findings`;
    if (!all.length) $('count').textContent = 'Nothing was found.';
    const used = ['state', 'folder', 'confidence', 'fix', 'verdict'].filter((id) => $(id).value).length;
    $('filters-button').textContent = used ? `Filters (${used})` : 'Filters';
  }

  // --- the list --------------------------------------------------------------

  function tags(f) {
    const out = [];
    if (f.severity === 'error') out.push(element('span', { class: 'tag error' }, 'error'));
    out.push(element('span', { class: 'tag' }, f.check.replace(/^cancel-/, '')));
    if (f.cost !== 'unknown')
      out.push(element('span', { class: 'tag ' + f.cost }, f.cost === 'waits' ? 'waits' : 'runs long'));
    if (f.fixes.length) out.push(element('span', { class: 'tag fix' }, 'fix'));
    if (f.state !== 'new') out.push(element('span', { class: 'tag' }, f.state));
    if (f.confidence === 'weak') out.push(element('span', { class: 'tag' }, 'weak'));
    const verdict = verdicts.of(f);
    if (verdict) out.push(element('span', { class: 'tag' }, verdict === 'false' ? 'false alarm' : verdict));
    return out;
  }
  function fillRow(row, f) {
    row.replaceChildren(
      element('span', { class: 'what' }, f.message),
      element('span', { class: 'where' }, `${f.file}:${f.line}`),
      element('span', {}, ...tags(f)));
  }
  function rowsOf(findings) {
    return findings.map((f) => {
      const row = element('button', {
        type: 'button', class: 'row', id: 'row' + f.index,
        'aria-current': String(f === current),
        onclick: () => select(f, true),
      });
      fillRow(row, f);
      return element('li', { 'aria-setsize': shown.length, 'aria-posinset': f.position + 1 }, row);
    });
  }
  function labelMore() {
    $('less').hidden = from === 0;
    $('less').textContent = `Show those before (${from} left)`;
    $('more').hidden = to === shown.length;
    $('more').textContent = `Show more (${shown.length - to} left)`;
  }
  /// Gives rows to those around a place in the list, unless it has one. Never to
  /// all: a browser needs seconds for the rows of 10,000 findings.
  function show(at) {
    from = Math.max(0, Math.min(at - batch / 2, shown.length - batch));
    to = Math.min(shown.length, from + batch);
    $('rows').replaceChildren(...rowsOf(shown.slice(from, to)));
    labelMore();
  }
  function showMore() {
    const next = shown.slice(to, to + batch);
    to += next.length;
    $('rows').append(...rowsOf(next));
    labelMore();
    if (next.length) $('row' + next[0].index).focus();
  }
  function showBefore() {
    const before = shown.slice(Math.max(0, from - batch), from);
    from -= before.length;
    $('rows').prepend(...rowsOf(before));
    labelMore();
    if (before.length) $('row' + before[before.length - 1].index).focus();
  }

  // --- source ----------------------------------------------------------------

  const keywords = new Set(('alignas alignof auto bool break case catch char char8_t char16_t char32_t ' +
    'class co_await co_return co_yield concept const consteval constexpr constinit const_cast continue ' +
    'decltype default delete do double dynamic_cast else enum explicit export extern false final float for ' +
    'friend goto if inline int long mutable namespace new noexcept nullptr operator override private ' +
    'protected public register reinterpret_cast requires return short signed sizeof static static_assert ' +
    'static_cast struct switch template this thread_local throw true try typedef typeid typename union ' +
    'unsigned using virtual void volatile wchar_t while').split(' '));
  const lexer = /(\/\/.*|\/\*.*?(?:\*\/|$))|("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(^\s*#\s*\w+)|(\b\d[\w.']*)|([A-Za-z_]\w*)|([^])/gu;

  /// Text in spans by kind; the UTF-8 bytes [from, to) of the line are marked.
  function highlight(text, from, to) {
    const out = [];
    const encoder = new TextEncoder();
    let at = 0;
    const put = (piece, kind) => {
      const e = kind ? element('span', { class: kind }, piece) : document.createTextNode(piece);
      const begin = at;
      at += encoder.encode(piece).length;
      if (from !== undefined && begin >= from && begin < to) {
        const last = out[out.length - 1];
        if (last && last.tagName === 'U') last.append(e);
        else out.push(element('u', {}, e));
      } else out.push(e);
    };
    for (const m of text.matchAll(lexer)) {
      if (m[1]) put(m[1], 'c');
      else if (m[2]) put(m[2], 's');
      else if (m[3]) put(m[3], 'p');
      else if (m[4]) put(m[4], 'n');
      else if (m[5]) put(m[5], keywords.has(m[5]) ? 'k' : '');
      else put(m[0], '');
    }
    return out;
  }

  function codeBlock(f, file, places) {
    const lines = data.files[file] || {};
    const wanted = new Set();
    for (const p of places) {
      const around = p.kind === 'main' ? 4 : 2;
      for (let l = p.line - around; l <= p.line + around; ++l) if (l in lines) wanted.add(l);
    }
    // A short way is shown without gaps.
    const steps = places.filter((p) => p.kind !== 'info').map((p) => p.line);
    if (steps.length > 1 && Math.max(...steps) - Math.min(...steps) < 60)
      for (let l = Math.min(...steps); l <= Math.max(...steps); ++l) if (l in lines) wanted.add(l);
    const body = element('div', { class: 'body' });
    const rowOf = new Map();
    let last = null;
    for (const l of [...wanted].sort((a, b) => a - b)) {
      if (last !== null && l !== last + 1) body.append(element('div', { class: 'gap' }, '⋮'));
      last = l;
      const here = places.filter((p) => p.line === l);
      const main = here.find((p) => p.kind === 'main') || here[0];
      const from = main ? main.column - 1 : undefined;
      const row = element('div', { class: 'ln' + (here.some((p) => p.kind === 'main') ? ' here' : '') },
        element('span', { class: 'no' }, String(l)),
        element('span', {}, ...highlight(lines[l], from, from + Math.max(1, (main || {}).length || 1))));
      body.append(row);
      rowOf.set(l, row);
      for (const p of here)
        body.append(element('div', { class: 'say ' + p.kind }, (p.number ? `${p.number}. ` : '') + p.message));
    }
    if (!wanted.size)
      body.append(...places.map((p) => element('div', { class: 'say ' + p.kind },
        `line ${p.line}: ` + (p.number ? `${p.number}. ` : '') + p.message)));
    const block = element('div', {
      class: 'code', tabindex: '0', role: 'region', 'aria-label': 'Source of ' + file,
    }, element('div', { class: 'file' }, file), body);
    block.draw = () => drawWay(body, rowOf, places.filter((p) => p.kind !== 'info'),
      f.check === 'cancel-check-in-loop');
    return block;
  }

  /// Draws the way through the steps beside the lines; a loop goes back to where
  /// it began.
  function drawWay(body, rowOf, steps, isLoop) {
    const ns = 'http://www.w3.org/2000/svg';
    const make = (name, attributes, text) => {
      const e = document.createElementNS(ns, name);
      for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
      if (text) e.textContent = text;
      return e;
    };
    const known = steps.filter((s) => rowOf.has(s.line));
    if (known.length < 2) return;
    body.classList.add('way'); // makes room, so that messages may wrap
    const y = (s) => { const r = rowOf.get(s.line); return r.offsetTop + r.offsetHeight / 2; };
    // Several steps on one line stand side by side.
    const used = new Map();
    const points = known.map((s) => {
      const n = used.get(s.line) || 0;
      used.set(s.line, n + 1);
      return { s, x: 34 - 16 * Math.min(n, 1), y: y(s) };
    });
    const svg = make('svg', { 'aria-hidden': 'true' });
    for (let i = 1; i < points.length; ++i)
      svg.append(make('path', { d: `M${points[i - 1].x} ${points[i - 1].y} L${points[i].x} ${points[i].y}` }));
    if (isLoop) {
      const a = points[points.length - 1], b = points[0];
      svg.append(make('path', { d: `M${a.x} ${a.y} C 2 ${a.y}, 2 ${b.y}, ${b.x - 10} ${b.y}` }));
      svg.append(make('path', { class: 'tip', d: `M${b.x - 8} ${b.y} l-7 -4 v8 z` }));
    }
    for (const p of points) {
      svg.append(make('circle', { cx: p.x, cy: p.y, r: 8, class: p.s.kind === 'main' ? 'start' : '' }));
      svg.append(make('text', { x: p.x, y: p.y }, p.s.number ? String(p.s.number) : '!'));
    }
    body.prepend(svg);
  }

  function diffBlock(fix) {
    return fix.diff.map((d) => element('div', {
      class: 'code diff', tabindex: '0', role: 'region', 'aria-label': 'Fix in ' + d.file,
    }, element('div', { class: 'file' }, d.file), element('div', { class: 'body' },
      ...d.lines.map(([sign, number, text]) => element('div', {
        class: 'ln' + (sign === '+' ? ' add' : sign === '-' ? ' del' : ''),
      }, element('span', { class: 'no' }, number ? String(number) : ''),
      element('span', {}, sign + ' '), element('span', {}, ...highlight(text)))))));
  }

  // --- pages of checks: as much Markdown as they use ---------------------------

  function inline(text) {
    const out = [];
    for (const m of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\]]+)\]\(([^)]*)\)|([^])/g)) {
      if (m[1]) out.push(element('code', {}, m[1]));
      else if (m[2]) out.push(element('strong', {}, m[2]));
      else if (m[3]) out.push(element('em', {}, m[3]));
      else if (m[4]) out.push(...inline(m[4]));
      else out.push(m[0]);
    }
    return out;
  }
  function markdown(text) {
    const out = [];
    const lines = text.split('\n');
    for (let i = 0; i < lines.length;) {
      const line = lines[i];
      if (line.startsWith('```')) {
        const code = [];
        for (++i; i < lines.length && !lines[i].startsWith('```'); ++i) code.push(lines[i]);
        ++i;
        out.push(element('pre', { tabindex: '0' }, code.join('\n')));
      } else if (/^#+ /.test(line)) {
        if (!line.startsWith('# ')) out.push(element('h3', {}, ...inline(line.replace(/^#+ /, ''))));
        ++i;
      } else if (/^\|/.test(line)) {
        const rows = [];
        for (; i < lines.length && /^\|/.test(lines[i]); ++i)
          if (!/^\|[-| :]+\|$/.test(lines[i])) rows.push(lines[i].split('|').slice(1, -1));
        out.push(element('table', {}, ...rows.map((cells, n) => element('tr', {},
          ...cells.map((c) => element(n ? 'td' : 'th', n ? {} : { scope: 'col' }, ...inline(c.trim())))))));
      } else if (/^[*-] /.test(line)) {
        const items = [];
        for (; i < lines.length && /^([*-] | {2}\S)/.test(lines[i]); ++i)
          if (/^[*-] /.test(lines[i])) items.push(lines[i].slice(2));
          else items[items.length - 1] += ' ' + lines[i].trim();
        out.push(element('ul', {}, ...items.map((t) => element('li', {}, ...inline(t)))));
      } else if (!line.trim()) {
        ++i;
      } else {
        const paragraph = [];
        for (; i < lines.length && lines[i].trim() && !/^(```|#|\||[*-] )/.test(lines[i]); ++i)
          paragraph.push(lines[i]);
        out.push(element('p', {}, ...inline(paragraph.join(' '))));
      }
    }
    return out;
  }

  // --- the finding -------------------------------------------------------------

  function select(f, focus) {
    const before = current;
    current = f;
    for (const g of [before, f])
      if (g && $('row' + g.index)) $('row' + g.index).setAttribute('aria-current', String(g === f));
    const row = $('row' + f.index);
    if (row) row.scrollIntoView({ block: 'nearest' });
    // On a phone, the way back out of a finding is the browser's.
    const opens = focus && narrow.matches && !document.body.classList.contains('open');
    if (opens) listScroll = scrollY;
    history[opens ? 'pushState' : 'replaceState'](opens ? { opened: true } : history.state, '', '#' + f.fingerprint);

    let number = 0;
    const places = [{ ...f, kind: 'main' }, ...f.notes.map((n) => ({
      ...n, kind: n.step ? 'step' : 'info', number: n.step ? ++number : 0,
    }))];
    const files = [...new Set(places.map((p) => p.file))];
    const blocks = files.map((file) => codeBlock(f, file, places.filter((p) => p.file === file)));
    const check = data.checks[f.check] || {};
    const costText = { waits: 'waits or never ends', long: 'may run long', unknown: '' }[f.cost];
    const verdictButtons = [['true', 'True'], ['false', 'False alarm'], ['later', 'Later']].map(([value, label]) =>
      element('button', {
        type: 'button', 'aria-pressed': String(verdicts.of(f) === value),
        onclick: () => decide(f, value),
      }, label));
    $('detail').replaceChildren(
      element('div', { class: 'bar' },
        element('button', { type: 'button', class: 'back', onclick: back }, '← All findings'),
        ...[[-1, 'Previous', '↑'], [1, 'Next', '↓']].map(([by, label, sign]) => element('button', {
          type: 'button', 'aria-label': label + ' finding', title: label + ' finding',
          disabled: shown[f.position + by] ? null : '', onclick: () => turn(by),
        }, sign))),
      element('h2', {}, f.message),
      element('p', { class: 'meta' }, `${f.file}:${f.line}:${f.column}`, f.function ? ` in ${f.function}` : ''),
      element('p', { class: 'meta' }, ...tags(f), [f.family && `family ${f.family}`, costText].filter(Boolean).join(', ')),
      ...blocks,
      ...f.fixes.flatMap((fix) => [element('h3', {}, 'Fix: ' + fix.description), ...diffBlock(fix)]),
      element('div', { class: 'verdict', role: 'group', 'aria-label': 'Verdict' }, 'Verdict:', ...verdictButtons,
        element('button', { type: 'button', onclick: saveVerdicts, title: 'All verdicts of this report as JSON' }, 'Save verdicts')),
      element('p', { class: 'meta' }, 'Silence it: ', element('code', {}, `// NOLINT(${f.check})`),
        ' · id ', element('code', {}, f.fingerprint)),
      check.page ? element('details', { class: 'page' }, element('summary', {}, 'About ' + f.check),
        element('div', { class: 'text' }, ...markdown(check.page))) : null);
    document.body.classList.add('open');
    for (const b of blocks) b.draw();
    $('detail').scrollTop = 0;
    if (focus && narrow.matches) {
      scrollTo(0, 0);
      $('detail').focus();
    }
  }
  function turn(by) {
    const next = shown[current.position + by];
    if (next.position < from || next.position >= to) show(next.position);
    select(next, true);
  }
  function toList() {
    document.body.classList.remove('open');
    scrollTo(0, listScroll);
    if (current && $('row' + current.index)) $('row' + current.index).focus();
  }
  function back() {
    if (narrow.matches && (history.state || {}).opened) history.back(); // and then toList()
    else toList();
  }
  function decide(f, value) {
    verdicts.set(f, value);
    if ($('row' + f.index)) fillRow($('row' + f.index), f);
    select(f, false);
  }
  function saveVerdicts() {
    const link = element('a', {
      href: URL.createObjectURL(new Blob([verdicts.text()], { type: 'application/json' })),
      download: 'cancel-tidy-verdicts.json',
    });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // --- keys, theme, start ------------------------------------------------------

  function go(at) {
    if (at < 0 || at >= shown.length) return;
    if (at < from || at >= to) show(at);
    select(shown[at], false);
    $('row' + shown[at].index).focus();
  }
  function step(by) { go(shown.indexOf(current) + by); }
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && !$('help').open) { back(); return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || $('help').open) return;
    const actions = {
      j: () => step(1), k: () => step(-1), d: toggleTheme,
      Home: () => go(0), End: () => go(shown.length - 1),
      '/': () => $('search').focus(), '?': () => $('help').showModal(),
      t: () => current && decide(current, 'true'), f: () => current && decide(current, 'false'),
      l: () => current && decide(current, 'later'),
    };
    if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
  });
  function setTheme(dark) {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    $('theme').textContent = dark ? 'Light' : 'Dark';
  }
  function toggleTheme() { setTheme(document.documentElement.dataset.theme !== 'dark'); }
  setTheme(matchMedia('(prefers-color-scheme: dark)').matches);
  $('theme').addEventListener('click', toggleTheme);
  $('help-button').addEventListener('click', () => $('help').showModal());
  $('filters-button').addEventListener('click', (event) => {
    const on = document.body.classList.toggle('filtering');
    event.currentTarget.setAttribute('aria-expanded', String(on));
  });
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => {
    if (narrow.matches && document.body.classList.contains('open') && location.hash !== '#detail') toList();
  });
  $('filters').addEventListener('input', filter);
  $('filters').addEventListener('submit', (event) => event.preventDefault());
  $('more').addEventListener('click', showMore);
  $('less').addEventListener('click', showBefore);

  const run = data.run;
  $('facts').textContent = [
    `${run.analysed} ${run.analysed === 1 ? 'TU' : 'TUs'} analysed` + (run.withoutToken ? ` (${run.withoutToken} without token)` : ''),
    run.complete ? '' : 'the run was not complete',
    run.families.length ? 'token families: ' + run.families.join(', ') : '',
    run.version ? 'version ' + run.version : '',
  ].filter(Boolean).join(' · ');
  filter();
  const wanted = all.find((f) => '#' + f.fingerprint === location.hash);
  if (wanted) {
    if (!shown.includes(wanted)) { $('state').value = ''; filter(); }
    show(wanted.position);
    select(wanted, false);
  } else if (shown.length && !narrow.matches) select(shown[0], false);
  else if (!shown.length) $('detail').append(element('p', { class: 'empty' }, 'Nothing to show.'));
})();
