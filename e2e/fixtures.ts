// What every browser test starts from: one web process per file, and the lab page in words a test can read.
import AxeBuilder from '@axe-core/playwright'
import { type BrowserContextOptions, test as base, expect, type Locator, type Page } from '@playwright/test'
import { startWebProcess, type WebProcess } from './web-process.ts'

export const test = base.extend<{ lab: LabPage }, { web: WebProcess; webEnv: Record<string, string> }>({
  webEnv: [{}, { option: true, scope: 'worker' }],
  web: [
    async ({ webEnv }, use) => {
      const web = await startWebProcess(webEnv)
      await use(web)
      await web.dispose()
    },
    { scope: 'worker' },
  ],
  lab: async ({ page, web }, use) => {
    await use(createLabPage(page, web))
    for (const id of web.labs()) web.podwire('lab', 'stop', id)
  },
})
export { expect }

export interface LabPage {
  page: Page
  /** Opens a lab's page and starts it, up to a prompt. */
  start(scenario: string): Promise<void>
  /** The text of the terminal in front (rows on screen, not scrollback). */
  screen(): Promise<string>
  /** Types a line and Enter. */
  type(line: string): Promise<void>
  expectScreen(text: string | RegExp): Promise<void>
  task(id: string): Locator
  guard(id: string): Locator
}

export function createLabPage(page: Page, web: WebProcess): LabPage {
  const front = page.locator('.screen.front')
  const screen = async () => (await front.locator('.xterm-rows').innerText()).replaceAll(' ', ' ')
  const expectScreen = (text: string | RegExp) =>
    expect.poll(screen, { timeout: 15_000 }).toEqual(typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text))
  return {
    page,
    screen,
    expectScreen,
    async start(scenario) {
      await page.goto(`${web.url}/en/labs/${scenario}`)
      await page.getByRole('button', { name: 'Start lab' }).click()
      await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible({ timeout: 20_000 })
      await expectScreen(/laptop:~[$#]/)
    },
    async type(line) {
      await front.locator('textarea').focus()
      await page.keyboard.type(line)
      await page.keyboard.press('Enter')
    },
    task: (id) => page.locator(`[data-task="${id}"]`),
    guard: (id) => page.locator(`[data-guard="${id}"]`),
  }
}

/** Both themes, as the system asks for them. */
export const themes: NonNullable<BrowserContextOptions['colorScheme']>[] = ['light', 'dark']

/** No violation of WCAG 2.2 A and AA; the message lists rule and element. xterm's own drawing is not text for axe: its rows are hidden from it. */
export async function expectAccessible(page: Page): Promise<void> {
  // Fonts that are still coming change what contrast is measured on.
  await page.evaluate(() => document.fonts.ready)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .exclude('.xterm')
    .analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([])
}
