import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, driven by playwright-core: `apt-get install -y chromium`, or CHROMIUM names another. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Shown {
  readonly page: Page;
  /** Everything that the page complained about, and everything it asked for. */
  readonly complaints: string[];
}

/** One browser with an empty profile, and pages in it that are watched. */
export class Browser {
  private constructor(
    private readonly context: BrowserContext,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Browser> {
    if (!existsSync(EXECUTABLE)) {
      throw new Error(
        `There is no Chromium at ${EXECUTABLE}; apt-get install -y chromium, or set CHROMIUM to its path.`,
      );
    }
    const folder = mkdtempSync(join(tmpdir(), 'prestop-browser-'));
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: EXECUTABLE,
      headless: true,
      args: FLAGS,
      viewport: { width: 1280, height: 900 },
    });
    context.setDefaultTimeout(30_000);
    return new Browser(context, folder);
  }

  async stop(): Promise<void> {
    await this.context.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The HTML as a file, in a page of its own. */
  async show(html: string, fragment = ''): Promise<Shown> {
    const file = join(this.folder, `page-${this.context.pages().length}.html`);
    writeFileSync(file, html);
    const page = await this.context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(?:file|data|blob):/.test(request.url())) complaints.push(`asks for ${request.url()}`);
    });
    await page.goto(`${pathToFileURL(file).href}${fragment}`);
    return { page, complaints };
  }
}
