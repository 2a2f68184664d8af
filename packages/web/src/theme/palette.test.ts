import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PALETTES, type Theme } from './palette.ts';

const css = readFileSync(new URL('./base.css', import.meta.url), 'utf8');

function properties(theme: Theme): Map<string, string> {
  const selector = theme === 'light' ? ':root {' : ':root[data-theme="dark"] {';
  const from = css.indexOf(selector);
  const block = css.slice(from, css.indexOf('}', from));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

for (const theme of ['light', 'dark'] as const) {
  const colours = properties(theme);
  const colour = (name: string) => {
    const value = colours.get(name);
    assert.ok(value, `${theme} has no ${name}`);
    return value;
  };

  test(`${theme}: the components and our own styles have the same colours`, () => {
    for (const [name, value] of Object.entries(PALETTES[theme])) assert.equal(colour(name), value, name);
  });

  test(`${theme}: texts reach the contrast of WCAG AA (4.5) wherever they stand`, () => {
    for (const text of ['text', 'text-secondary', 'text-tertiary', 'link', 'good', 'warning', 'bad', 'busy']) {
      for (const ground of ['canvas', 'surface', 'surface-raised', 'surface-hover', 'surface-selected']) {
        assert.ok(
          contrast(colour(text), colour(ground)) >= 4.5,
          `${text} on ${ground}: ${contrast(colour(text), colour(ground))}`,
        );
      }
    }
    for (const tone of ['good', 'busy', 'warning', 'bad', 'idle', 'simulated']) {
      const ratio = contrast(colour(tone), colour(`${tone}-soft`));
      assert.ok(ratio >= 4.5, `${tone} on ${tone}-soft: ${ratio}`);
    }
    assert.ok(contrast('#ffffff', colour('accent')) >= 4.5, 'white on accent');
  });
}
