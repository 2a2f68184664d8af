import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env.SAMPAN_TEST_CHROMIUM ?? '/usr/bin/chromium';
/** Set to a folder to keep what was seen. */
const SCREENSHOTS = process.env.SAMPAN_TEST_SCREENSHOTS;

/** Debian's Chromium, without everything it would fetch from elsewhere. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A person at a page: everything the page complains about is kept, and fails the test at its end. */
export class Person {
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 500) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }

  static async in(context: BrowserContext): Promise<Person> {
    return new Person(await context.newPage());
  }

  at(testId: string) {
    return this.page.getByTestId(testId);
  }

  row(remoteId: string) {
    return this.page.getByTestId(`instance-row-${remoteId}`);
  }

  /** The first instance in this state on the page, by the cloud's id. */
  async firstInstance(state: string): Promise<string> {
    const row = this.page
      .locator('[data-testid^=instance-row-]')
      .filter({ has: this.page.locator(`[data-state=${state}]`) });
    const testId = await row.first().getAttribute('data-testid');
    if (testId === null) throw new Error(`no instance is ${state}`);
    return testId.slice('instance-row-'.length);
  }

  async untilInstance(remoteId: string, state: string): Promise<void> {
    await this.row(remoteId).locator(`[data-state=${state}]`).waitFor({ timeout: 30_000 });
  }

  async logIn(url: string, username: string, password: string): Promise<void> {
    await this.page.goto(new URL('/login', url).href);
    await this.at('login-username').fill(username);
    await this.at('login-password').fill(password);
    await this.at('login-submit').click();
    await this.at('user-menu').waitFor();
  }

  async look(name: string): Promise<void> {
    if (!SCREENSHOTS) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
}
