import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, type TestContext } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

const CHROMIUM = process.env.SAMPAN_TEST_CHROMIUM ?? '/usr/bin/chromium';
/** Set to a folder to keep what was seen. */
const SCREENSHOTS = process.env.SAMPAN_TEST_SCREENSHOTS;

/** For whoever is not about motion: a click in the middle of an opening dialog, which no person makes, may miss. */
export const CALM = { reducedMotion: 'reduce' } as const;

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

/** After a test that failed, tells what the person had before them; for a machine that nobody can look at. */
export function tellWhatWasSeen(person: () => Person | undefined): void {
  afterEach(async (context) => {
    const t = context as TestContext;
    if (!t.passed) t.diagnostic(`${t.name}: the person saw ${await person()?.sight().catch(String)}`);
  });
}

/** A person at a page: everything the page complains about is kept, and fails the test at its end. */
export class Person {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #underway = new Set<Request>();
  readonly #refused: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(60_000);
    page.on('request', (request) => this.#underway.add(request));
    page.on('requestfinished', (request) => this.#underway.delete(request));
    page.on('requestfailed', (request) => {
      this.#underway.delete(request);
      this.#refused.push(`${lineOf(request)} ${request.failure()?.errorText}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        this.complaints.push(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.#refused.push(`${lineOf(response.request())} ${response.status()}`);
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
    await this.row(remoteId).locator(`[data-state=${state}]`).waitFor({ timeout: 90_000 });
  }

  async logIn(url: string, username: string, password: string): Promise<void> {
    await this.page.goto(new URL('/login', url).href);
    await this.at('login-username').fill(username);
    await this.at('login-password').fill(password);
    await this.at('login-submit').click();
    await this.at('user-menu').waitFor();
  }

  /** What is before the person, in words: the place, dialogs, panels and notices, and how the latest requests went. */
  async sight(): Promise<string> {
    const open = await this.page
      .locator('.ant-modal-container, .ant-drawer-content, .ant-notification-notice, .ant-message-notice, [role=alert]')
      .allInnerTexts();
    return JSON.stringify({
      url: this.page.url(),
      open: open.map((text) => text.slice(0, 600)),
      focus: await this.page.evaluate('document.activeElement?.outerHTML.slice(0, 200)'),
      underway: [...this.#underway].map(lineOf),
      refused: this.#refused.slice(-5),
      complaints: this.complaints,
    });
  }

  async look(name: string): Promise<void> {
    if (!SCREENSHOTS) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
}

function lineOf(request: Request): string {
  return `${request.method()} ${new URL(request.url()).pathname}`;
}
