// The map, as a page shows it: what ip shows in every place, changing with it; read with the keyboard and as a list; a followed packet's way on it.
import type { Page } from '@playwright/test'
import { expect, expectAccessible, type LabPage, test, themes } from './fixtures.ts'

const scenario = 'nm-ip-forward-off'
const route = '10.244.2.0/24 via 172.18.0.4 dev eth0'
const pane = (page: Page) => page.locator('.map-pane:visible')
const place = (page: Page, name: string) => pane(page).locator(`svg [data-place="${name}"]`)
/** On its name: the middle of a node may be a pod. */
const choose = (page: Page, name: string) => place(page, name).locator('text').first().click()
const details = (page: Page, name: string) => pane(page).getByRole('region', { name: `Details of ${name}` })

async function openMap(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Map', exact: true }).first().click()
  await expect(place(page, 'node/worker')).toBeVisible()
}
async function startWithMap(page: Page, lab: LabPage): Promise<void> {
  await lab.start(scenario)
  await openMap(page)
}

async function expectAccessibleEverywhere(page: Page): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 844 })
      await expect(pane(page)).toBeVisible()
      await expectAccessible(page)
      const overflow = await pane(page).evaluate((element) => element.scrollWidth - element.clientWidth)
      expect(overflow, `nothing sticks out sideways at ${width} px`).toBe(0)
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

test('without a lab the map leads to its Start button', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs/${scenario}#map`)
  await expect(pane(page).getByText('The lab is not running.')).toBeVisible()
  await expectAccessible(page)
  await pane(page).getByRole('link', { name: 'Back to the ticket' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Silence on worker2' })).toBeVisible()
  await page.goBack()
  await page.setViewportSize({ width: 390, height: 844 })
  await pane(page).getByRole('link', { name: 'Start it' }).click()
  await expect(page.getByRole('button', { name: 'Start lab' })).toBeVisible()
})

test('places, addresses and wires are drawn beside the terminals, in every width and theme', async ({ page, lab }) => {
  await startWithMap(page, lab)
  for (const [name, address] of [
    ['laptop', '172.18.0.50'],
    ['node/control-plane', '172.18.0.2'],
    ['node/worker2', '172.18.0.4'],
    ['pod/client', '10.244.1.'],
  ] as const)
    await expect(place(page, name)).toContainText(address)
  await expect(pane(page).getByText('lab network 172.18.0.0/16')).toBeVisible()
  const places = await pane(page).locator('svg [data-place]').count()
  await expect(pane(page).locator('[data-wire]')).toHaveCount(places)
  // the checks of the lab send packets all the time
  await expect(pane(page).locator('[data-wire="pod/client"][data-busy=true]')).toHaveCount(1)
  await expectAccessibleEverywhere(page)
})

test('a deleted route disappears, and a new pod appears: marked for a while, and said', async ({ page, lab }) => {
  await startWithMap(page, lab)
  await choose(page, 'node/control-plane')
  const routes = details(page, 'control-plane').locator('.rts li')
  await expect(routes.filter({ hasText: route })).toHaveCount(1)
  // the network agent puts a node's routes back after a while; the laptop's nobody does
  await choose(page, 'laptop')
  const own = details(page, 'laptop').locator('.rts li').filter({ hasText: 'default via 172.18.0.1 dev eth0' })
  await expect(own).toHaveCount(1)
  await lab.type('ip route del default')
  await expect(own).toHaveAttribute('data-how', 'gone')
  await expect(place(page, 'laptop')).toHaveAttribute('data-tag', 'changed')
  await expect(page.locator('[data-announces=map]')).toHaveText('Route gone on laptop: default via 172.18.0.1 dev eth0.')
  await expect(own).toHaveCount(0, { timeout: 8000 })
  await expect(place(page, 'laptop')).not.toHaveAttribute('data-tag', /./)

  await lab.type('kubectl run late --image=nginx')
  await expect(place(page, 'pod/late')).toHaveAttribute('data-tag', 'new', { timeout: 10_000 })
  await expect(place(page, 'pod/late')).toContainText('10.244.')
  await expectAccessible(page)
  await lab.type('kubectl delete pod late --now')
  await expect(place(page, 'pod/late')).toHaveAttribute('data-tag', 'gone', { timeout: 10_000 })
  await expect(place(page, 'pod/late')).toHaveCount(0, { timeout: 8000 })
})

test('with the keyboard: arrows move, Enter shows, Escape leaves, and the details open a terminal', async ({ page, lab }) => {
  await startWithMap(page, lab)
  await place(page, 'laptop').focus()
  await page.keyboard.press('ArrowDown')
  await expect(place(page, 'node/control-plane')).toBeFocused()
  await page.keyboard.press('End')
  await page.keyboard.press('Home')
  await expect(place(page, 'laptop')).toBeFocused()
  // one stop for the Tab key, however many places
  await expect(pane(page).locator('svg [tabindex="0"]')).toHaveCount(1)
  for (let n = 0; n < 20 && !(await place(page, 'node/worker').evaluate((box) => box === document.activeElement)); n++)
    await page.keyboard.press('ArrowDown')
  await expect(place(page, 'node/worker')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(details(page, 'worker')).toBeFocused()
  await expect(place(page, 'node/worker')).toHaveAttribute('aria-expanded', 'true')
  await expect(details(page, 'worker')).toContainText('172.18.0.3/16')
  await expect(details(page, 'worker')).toContainText(route)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(place(page, 'node/worker')).toBeFocused()
  await expect(details(page, 'worker')).toHaveCount(0)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Open terminal on worker' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('.screen.front')).toHaveAttribute('data-target', 'node/worker')
  await lab.expectScreen(/worker:~#/)
})

test('as a list it says the same, and F6 leads to it', async ({ page, lab }) => {
  await startWithMap(page, lab)
  const drawn = await pane(page)
    .locator('svg [data-place]')
    .evaluateAll((boxes) => boxes.map((box) => (box as SVGElement).dataset.place).sort())
  await pane(page).getByRole('button', { name: 'Show as list' }).click()
  const listed = pane(page).locator('.map-list > li')
  expect(await listed.evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.place).sort())).toEqual(drawn)
  const worker = pane(page).locator('.map-list > [data-place="node/worker"]')
  await expect(worker).toContainText('172.18.0.3/16')
  await expect(worker).toContainText(route)
  await expect(worker).toContainText('to client eth0')
  await expectAccessible(page)
  await page.locator('.deck').focus()
  await page.keyboard.press('Shift+F6')
  await expect(pane(page)).toBeFocused()
  await pane(page).getByRole('button', { name: 'Show as drawing' }).click()
  await expect(place(page, 'laptop')).toBeVisible()
})

test('on a phone the map is one of the views', async ({ page, lab }) => {
  await lab.start(scenario)
  await page.setViewportSize({ width: 390, height: 844 })
  const bar = page.getByRole('navigation', { name: 'View' })
  await bar.getByRole('link', { name: 'Map' }).click()
  await expect(place(page, 'node/worker')).toBeVisible()
  await expect(bar.getByRole('link', { name: 'Map' })).toHaveAttribute('aria-current', 'true')
  await choose(page, 'pod/client')
  await pane(page).getByRole('button', { name: 'Open terminal on client' }).click()
  await expect(page.locator('.screen.front')).toHaveAttribute('data-target', 'pod/client')
  await bar.getByRole('link', { name: 'Map' }).click()
  await expect(place(page, 'node/worker')).toBeVisible()
  await bar.getByRole('button', { name: /^Ticket/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Silence on worker2' })).toBeVisible()
})

test('who asked for less motion sees wires that carry packets without any', async ({ page, lab }) => {
  await startWithMap(page, lab)
  const busy = pane(page).locator('[data-wire="pod/client"] .carry')
  const motion = () => busy.evaluate((path) => getComputedStyle(path).animationName)
  await expect(busy).toHaveCount(1)
  expect(await motion()).toBe('carry')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(await motion()).toBe('none')
})

test('a followed packet’s way is lit beside its trace, up to where it died', async ({ page, lab }) => {
  await lab.start(scenario)
  await page.getByRole('link', { name: 'Follow a packet' }).first().click()
  await expect(place(page, 'node/worker2')).toBeVisible()
  await expect(pane(page).locator('[data-packet]')).toHaveCount(0)
  await page.getByRole('combobox', { name: 'From' }).selectOption('pod/client')
  await page.getByRole('combobox', { name: 'To' }).fill('http://web')
  await page.getByRole('button', { name: 'Follow packets (counts as a hint)' }).click()
  await expect(pane(page).locator('[data-packet]')).toHaveAttribute('data-packet', 'pod/client node/worker node/worker2', {
    timeout: 30_000,
  })
  await expect(pane(page).locator('[data-died]')).toHaveAttribute('data-died', 'node/worker2')
  await expect(place(page, 'node/worker')).toContainText('Service web →')
  await expectAccessible(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  await pane(page).getByRole('button', { name: 'Show as list' }).click()
  await expect(pane(page).locator('.map-list > [data-place="node/worker2"]')).toContainText('Dropped:')
})

test('while the server is away the map says when it was seen, and is live again when it is back', async ({ page, lab, web }) => {
  await startWithMap(page, lab)
  await web.kill()
  await expect(pane(page).getByText(/^Last seen \d\d:\d\d:\d\d\./)).toBeVisible()
  await expect(pane(page).locator('[data-busy=true]')).toHaveCount(0)
  await expectAccessible(page)
  await web.start()
  await expect(pane(page).getByText(/^live, last change/)).toBeVisible({ timeout: 20_000 })
  await expect(pane(page).locator('[data-wire="pod/client"][data-busy=true]')).toHaveCount(1, { timeout: 10_000 })
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(pane(page).getByText('The lab has ended.')).toBeVisible({ timeout: 10_000 })
  await expect(pane(page).getByRole('button', { name: /^Open terminal/ })).toHaveCount(0)
})
