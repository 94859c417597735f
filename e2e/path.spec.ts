// Where the packet died, as a page shows it: what it costs, what is refused, the verdict and the trace, a hop looked at by hand, a result that is old.
import type { Page } from '@playwright/test'
import { expect, expectAccessible, type LabPage, test, themes } from './fixtures.ts'

const scenario = 'nm-ip-forward-off'
const verdict = (page: Page) => page.getByRole('heading', { level: 1 }).and(page.locator('[data-verdict]'))
const shownLab = (podwire: { podwire(...args: string[]): { stdout: string } }) =>
  JSON.parse(podwire.podwire('lab', 'status', '--json').stdout)

/** From the lab's terminals to the form, filled in. */
async function ask(page: Page, from: string, to: string): Promise<void> {
  await page.getByRole('link', { name: 'Follow a packet' }).first().click()
  await page.getByRole('combobox', { name: 'From' }).selectOption(from)
  await page.getByRole('combobox', { name: 'To' }).fill(to)
}

/** Changes what the page says to the server, or hears from it, word by word. */
async function pretend(page: Page, change: { said?(text: string): string; heard?(text: string): string }): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => server.send(typeof message === 'string' ? (change.said?.(message) ?? message) : message))
    server.onMessage((message) => socket.send(typeof message === 'string' ? (change.heard?.(message) ?? message) : message))
  })
}

async function expectAccessibleEverywhere(page: Page): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 844 })
      await expectAccessible(page)
      const overflow = await page.locator('.path-page').evaluate((element) => element.scrollWidth - element.clientWidth)
      expect(overflow, `nothing sticks out sideways at ${width} px`).toBe(0)
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

async function startHealthy(page: Page, lab: LabPage, url: string): Promise<void> {
  await page.goto(`${url}/en/lessons/node-as-router`)
  await page.getByRole('button', { name: 'Start healthy lab' }).click()
  await lab.expectScreen(/laptop:~[$#]/)
}

test('without a lab the page leads to its Start button', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs/${scenario}#path`)
  await expect(page.getByText('The lab is not running.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Follow a packet' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.getByRole('link', { name: 'Start it' }).click()
  await expect(page.getByRole('button', { name: 'Start lab' })).toBeVisible()
  await page.goBack()
  await expect(page.getByText('The lab is not running.')).toBeVisible()
})

test('a broken lab says what following costs, and a question that is none costs nothing', async ({ page, lab, web }) => {
  await lab.start(scenario)
  await expect(page.getByText('Shows where a packet dies. Counts as a hint, once.')).toBeVisible()
  await ask(page, 'pod/client', 'cart')
  await expect(page.getByText('Following packets counts as one hint in this lab')).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'To' }).press('Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'use http://cart' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'To' })).toHaveAttribute('aria-invalid', 'true')
  await expectAccessible(page)
  expect(shownLab(web).path).toEqual({ rule: 'hint', state: 'costs' })
})

test('what the lab refuses is said beside the form, and costs nothing', async ({ page, lab, web }) => {
  await pretend(page, { said: (text) => text.replace('"from":"pod/client"', '"from":"pod/nobody"') })
  await lab.start(scenario)
  await ask(page, 'pod/client', 'http://web')
  await page.getByRole('button', { name: 'Follow packets (counts as a hint)' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The probe was not sent.' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Follow packets (counts as a hint)' })).toBeEnabled()
  expect(shownLab(web).path).toEqual({ rule: 'hint', state: 'costs' })
  await expectAccessible(page)
})

test('a lab that keeps its packets until it is solved says so, in the hints and on the page', async ({ page, lab }) => {
  await pretend(page, { heard: (text) => text.replace('"rule":"hint","state":"costs"', '"rule":"solved","state":"closed"') })
  await lab.start(scenario)
  await expect(page.getByText('In this lab packets can be followed once it is solved.')).toBeVisible()
  await page.getByRole('link', { name: 'Follow a packet' }).click()
  await expect(page.locator('.path-page').getByText('In this lab packets can be followed once it is solved.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'To' })).toHaveCount(0)
  await expectAccessible(page)
})

test('on a phone the path is one of the views, and F6 goes round its parts', async ({ page, lab }) => {
  await lab.start(scenario)
  await page.setViewportSize({ width: 390, height: 844 })
  const bar = page.getByRole('navigation', { name: 'View' })
  await bar.getByRole('link', { name: /^Path/ }).click()
  await expect(bar.getByRole('link', { name: /^Path/ })).toHaveAttribute('aria-current', 'true')
  await expect(page.getByRole('form', { name: 'Probe' })).toBeVisible()
  await page.keyboard.press('F6')
  await expect(page.getByRole('form', { name: 'Probe' })).toBeFocused()
  await bar.getByRole('button', { name: /^Ticket/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Silence on worker2' })).toBeVisible()
  await expect(page.getByRole('form', { name: 'Probe' })).toBeHidden()
})

test('in a broken lab the verdict names the place, for the price of one hint', async ({ page, lab, web }) => {
  await lab.start(scenario)
  await ask(page, 'pod/client', 'http://web')
  await page.getByRole('button', { name: 'Follow packets (counts as a hint)' }).click()
  await expect(verdict(page)).toContainText('worker2', { timeout: 30_000 })
  await expect(verdict(page)).not.toHaveAttribute('data-verdict', /delivered|unknown/)
  await expect(page.getByText('client $ curl http://web')).toBeVisible()
  await expect(page.locator('[data-leg=request] .died')).toHaveCount(1)
  await expect(page.getByRole('img', { name: '1 probe: 0 answered, 1 not answered' })).toBeVisible()
  await expectAccessibleEverywhere(page)
  await page.getByRole('button', { name: 'Send probe' }).click()
  await expect(page.getByRole('img', { name: /^2 probes:/ })).toBeVisible({ timeout: 30_000 })
  expect(shownLab(web).path).toEqual({ rule: 'hint', state: 'open' })
  // asked once, it is there again
  await page.reload()
  await expect(page.getByRole('combobox', { name: 'To' })).toHaveValue('http://web')
  await expect(page.getByRole('combobox', { name: 'From' })).toHaveValue('pod/client')
})

test('in a healthy lab a Service answers, and a hop is looked at by hand with the keyboard', async ({ page, lab, web }) => {
  await startHealthy(page, lab, web.url)
  await ask(page, 'pod/client', 'http://web')
  await page.getByRole('combobox', { name: 'To' }).press('Enter')
  await expect(verdict(page)).toContainText('Answered by pod web', { timeout: 30_000 })
  await expect(page.locator('.died')).toHaveCount(0)
  await expect(page.locator('[data-leg=request] [data-outcome=rewritten] mark').first()).toBeVisible()
  const hop = page.locator('[data-hop]', { has: page.locator('.look') }).first()
  const button = hop.getByRole('button')
  const [, place, command] = /^Type into the terminal on (?:pod )?(\S+): (.*)$/s.exec((await button.getAttribute('title')) ?? '') ?? []
  await button.focus()
  await page.keyboard.press('Enter')
  await lab.expectScreen(command as string)
  await expect(page.locator('.screen.front')).toHaveAttribute('data-target', new RegExp(`${place}$`))
  await expect(page.locator('.screen.front textarea')).toBeFocused()
  // typed, not run: what it stands after is still the only prompt
  expect((await lab.screen()).trimEnd().endsWith(command as string)).toBe(true)
  await page.goBack()
  await expect(verdict(page)).toContainText('Answered by pod web')
})

test('after a reset a result says that it is old', async ({ page, lab }) => {
  await lab.start(scenario)
  await ask(page, 'pod/client', 'http://web')
  await page.getByRole('button', { name: 'Follow packets (counts as a hint)' }).click()
  await expect(verdict(page)).toBeVisible({ timeout: 30_000 })
  await page.getByRole('link', { name: 'Back to the lab' }).click()
  await page.getByRole('button', { name: 'Reset' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
  await expect.poll(async () => (await page.getByText('Resetting').count()) === 0).toBe(true)
  await page.goBack()
  await expect(page.getByText('Sent before the reset: the cluster is a new one since.')).toBeVisible({ timeout: 20_000 })
  await expect(page.locator('.look')).toHaveCount(0)
})
