// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is wrong with what the page shows just now, for a phone; see phone_test.py.
(() => {
  'use strict';
  const wrong = new Set();
  const width = 390;
  const name = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (e.className.length ? '.' + e.className : '');
  const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1;
  const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));

  // Nothing is cut off, and nothing makes the page wider or smaller.
  if (document.documentElement.scrollWidth > width || innerWidth !== width || visualViewport.scale !== 1)
    wrong.add(`the page is ${document.documentElement.scrollWidth} wide, scale ${visualViewport.scale}`);
  for (const e of document.body.querySelectorAll('*'))
    if (visible(e) && !e.closest('svg, .skip, .open header') && !scrolls(e.parentElement) &&
        (e.getBoundingClientRect().right > width + 0.5 || e.getBoundingClientRect().left < -0.5))
      wrong.add(`${name(e)} is cut off`);

  // Text can be read: its size, and its contrast as WCAG has it.
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const light = (colour) => colour.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !visible(e) || e.closest('svg, script, .skip, option, :disabled')) continue;
    const style = getComputedStyle(e);
    if (parseFloat(style.fontSize) < 12) wrong.add(`the text of ${name(e)} is ${style.fontSize}`);
    const [a, b] = [light(numbers(style.color)), light(behind(e))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) wrong.add(`the contrast of ${name(e)} is ${contrast.toFixed(1)}`);
  }

  // A finger hits what it means, and a reader's voice can name it.
  for (const e of document.querySelectorAll('button, select, input, summary')) {
    if (!visible(e)) continue;
    const box = e.getBoundingClientRect();
    if (box.height < 32 || box.width < 32) wrong.add(`${name(e)} is small: ${box.width} x ${box.height}`);
    if (box.height > 60 && !e.classList.contains('row')) wrong.add(`${name(e)} is high: ${box.height}`);
    // A phone zooms in when one goes into a field of smaller text.
    if (e.matches('select, input') && parseFloat(getComputedStyle(e).fontSize) < 16)
      wrong.add(`${name(e)} makes a phone zoom in`);
    if (!(e.textContent.trim() || e.getAttribute('aria-label') || (e.labels || []).length)) wrong.add(`${name(e)} has no name`);
  }
  if (![...document.querySelectorAll('h1')].some(visible)) wrong.add('the page has no title');
  return [...wrong].join('\n');
})()
