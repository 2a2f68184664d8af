import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds wrong with what is shown, or with a part of it, a line each. */
export async function axeFaults(page: Page, part?: string): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await readFile(AXE, 'utf8'));
  const options = { runOnly: RULES, resultTypes: ['violations'] };
  const { violations } = (await page.evaluate(
    `axe.run(${part ? JSON.stringify(part) : 'document'}, ${JSON.stringify(options)})`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`),
  );
}

/** What is beside the screen, or cut off without a sign of it. Commands and wide tables may be scrolled. */
export async function layoutFaults(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    const name = (element) => element.tagName + ' ' + element.className + ' ' + element.textContent.slice(0, 40);
    const faults = [];
    if (document.documentElement.scrollWidth > width) faults.push('the page is too wide');
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest('pre, table.small-table, svg, .skip-link, .ant-switch')) continue;
      const { left, right, height } = element.getBoundingClientRect();
      if (right - left < 3 || height < 3) continue;
      if (left < -1 || right > width + 1) faults.push('beside the screen: ' + name(element));
      const { overflowX, textOverflow } = getComputedStyle(element);
      const cuts = (overflowX === 'hidden' || overflowX === 'clip') && textOverflow !== 'ellipsis';
      if (cuts && element.scrollWidth > element.clientWidth + 1) faults.push('cut off: ' + name(element));
    }
    return faults;
  })()`)) as string[];
}
