// A reader's comforts: search, term cards, the way between lessons, what is remembered, and the file that takes it along.
import { readFileSync } from 'node:fs'
import { expect, expectAccessible, test, themes } from './fixtures.ts'

test('the search is opened by a key, finds headings in both languages, and leads there', async ({ page, web }) => {
  await page.goto(`${web.url}/en/lessons/wire`, { waitUntil: 'networkidle' })
  await page.keyboard.press('/')
  const dialog = page.getByRole('dialog', { name: 'Search lessons, labs and terms' })
  await expect(dialog).toBeVisible()
  await page.keyboard.type('search list ndots')
  await expect(dialog.getByRole('status')).toHaveText(/^\d+ places?$/)
  const section = dialog.getByRole('link', { name: 'The list comes first' })
  await expect(section).toContainText('2.5 From name to address')
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await expect(page.getByRole('searchbox')).toHaveValue('search list ndots')
  await section.click()
  await expect(page).toHaveURL(/\/en\/lessons\/names#the-list-comes-first$/)
  await expect(page.getByRole('heading', { name: 'The list comes first' })).toBeInViewport()

  await page.goto(`${web.url}/zh-CN`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: '搜索' }).click()
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('搜索名单')
  const found = page.getByRole('dialog').getByRole('link')
  await expect(found.first()).toContainText('术语')
  await page.keyboard.press('ArrowDown')
  await expect(found.first()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/zh-CN\/glossary#search-list$/)
  await expect(page.locator('#search-list')).toBeInViewport()
})

test('a / in a field is a sign, and a search for nothing says so', async ({ page, web }) => {
  await page.goto(`${web.url}/en`, { waitUntil: 'networkidle' })
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('/xyzzy')
  await expect(page.getByRole('searchbox')).toHaveValue('/xyzzy')
  await expect(page.getByText('Nothing has all these words.')).toBeVisible()

  // whoever speaks to the page switches it off; Ctrl-K stays
  await page.getByRole('checkbox', { name: 'The key / opens the search' }).uncheck()
  await page.reload({ waitUntil: 'networkidle' })
  const isLeftAlone = () =>
    page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true })))
  expect(await isLeftAlone()).toBe(true)
  await page.keyboard.press('Control+k')
  await page.getByRole('checkbox', { name: 'The key / opens the search' }).check()
  expect(await isLeftAlone()).toBe(false)
})

test('a term says what it means to the mouse, the keyboard and a screen reader', async ({ page, web }) => {
  await page.goto(`${web.url}/en/lessons/virtual-ip`, { waitUntil: 'networkidle' })
  const term = page.locator('a.gloss').first()
  const description = (await page.locator(`#${await term.getAttribute('aria-describedby')}`).textContent()) ?? ''
  expect(description.length).toBeGreaterThan(20)
  const card = page.locator('.term-card')
  await term.hover()
  await expect(card).toContainText(description)
  await card.hover()
  await expect(card).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(card).toBeHidden()

  // the keyboard comes to it like to any link
  await page.locator('.lesson-links a').focus()
  await expect(async () => {
    await page.keyboard.press('Tab')
    await expect(page.locator('a.gloss:focus')).toHaveCount(1, { timeout: 50 })
  }).toPass({ timeout: 20_000 })
  await expect(card).toBeVisible()
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
  const id = (await page.locator('a.gloss:focus').getAttribute('href'))?.split('#')[1]
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${web.url}/en/glossary#${id}`)
})

test('on a touch screen the first touch shows the card, the second follows the link', async ({ browser, web }) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(`${web.url}/zh-CN/lessons/virtual-ip`, { waitUntil: 'networkidle' })
  const term = page.locator('a.gloss').first()
  await term.tap()
  const card = page.locator('.term-card')
  await expect(card).toBeVisible()
  const box = await card.boundingBox()
  expect(box && box.x >= 0 && box.x + box.width <= 390).toBe(true)
  await term.tap()
  await expect(page).toHaveURL(/\/zh-CN\/glossary#/)
  await context.close()
})

test('Alt+N and Alt+P go through the lessons', async ({ page, web }) => {
  await page.goto(`${web.url}/en/lessons/wire`, { waitUntil: 'networkidle' })
  await page.keyboard.press('Alt+n')
  await expect(page).toHaveURL(/\/en\/lessons\/(?!wire)/)
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('Alt+p')
  await expect(page).toHaveURL(/\/en\/lessons\/wire$/)
})

test('a lesson opens where it was left, with its answers, and is known to be read', async ({ page, web }) => {
  await page.goto(`${web.url}/en/lessons/wire`, { waitUntil: 'networkidle' })
  const heading = page.locator('.lesson-column h2').nth(2)
  const top = () => heading.evaluate((el) => el.getBoundingClientRect().top)
  await heading.evaluate((el) => el.scrollIntoView())
  const before = await top()
  await expect.poll(() => page.evaluate(() => localStorage.getItem('podwire.lessons'))).toContain('"place"')
  await page.reload({ waitUntil: 'networkidle' })
  expect(Math.abs((await top()) - before)).toBeLessThan(60)

  const option = page.locator('section .quiz input').first()
  await option.click()
  await page.locator('nav.pn').scrollIntoViewIfNeeded()
  await expect.poll(() => page.evaluate(() => localStorage.getItem('podwire.lessons'))).toContain('"readAt"')
  await page.reload({ waitUntil: 'networkidle' })
  await expect(option).toBeChecked()
  await page.goto(`${web.url}/en`)
  await expect(page.getByRole('listitem').filter({ hasText: 'The wire out of a Pod' }).getByText('read ·')).toBeVisible()
})

test('progress goes to a file and comes back from it in another browser; a bad file changes nothing', async ({ page, browser, web }) => {
  await page.goto(`${web.url}/en/progress`)
  await page.evaluate(() => localStorage.setItem('podwire.lessons', JSON.stringify({ wire: { readAt: 5, answers: [1] } })))
  await page.reload({ waitUntil: 'networkidle' })
  await expect(page.locator('.about')).toContainText(/Lessons read1 of \d+/)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save to a file' }).click()
  const saved = await download
  expect(saved.suggestedFilename()).toMatch(/^podwire-progress-\d{4}-\d\d-\d\d\.json$/)
  const file = JSON.parse(readFileSync(await saved.path(), 'utf8'))
  expect(file).toMatchObject({ format: 'podwire-progress', version: 1, lessons: { wire: { readAt: 5, answers: [1] } } })

  const context = await browser.newContext()
  const other = await context.newPage()
  // whoever comes from this machine is one learner, with the labs of the tests before; the first page of a browser does not know that yet
  await other.goto(`${web.url}/en/progress`)
  await other.reload({ waitUntil: 'networkidle' })
  const before = Number(/Labs solved(\d+) of/.exec((await other.locator('.about').textContent()) ?? '')?.[1])
  const load = (text: string) =>
    other.locator('input[type=file]').setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  // no test starts or solves it: the catalogue would show it running, or a better time
  const solved = { scenario: 'out-egress-firewall', firstAt: 1, lastAt: 2, bestMs: 75_000, times: 1 }
  await load(JSON.stringify({ ...file, solved: [{ ...solved, bestMs: 'soon' }] }))
  await expect(other.getByRole('alert').filter({ hasText: 'Nothing was loaded' })).toContainText('solved.0.bestMs')
  await expectAccessible(other)
  await load('{"format": "podwire')
  await expect(other.getByText('This is not a progress file: it cannot be read as JSON.')).toBeVisible()
  await expect(other.locator('.about')).toContainText(`Labs solved${before} of`)
  await load(JSON.stringify({ ...file, solved: [solved] }))
  await expect(other.getByRole('status')).toHaveText('Loaded: 1 lab, 1 lesson.')
  await expect(other.locator('.about')).toContainText(new RegExp(`Labs solved${before + 1} of \\d+Lessons read1 of`))
  await other.goto(`${web.url}/en/labs`)
  await expect(other.getByText('01:15')).toBeVisible()
  await context.close()
})

test('a progress file from another origin is not taken', async ({ request, web }) => {
  await request.get(`${web.url}/en`)
  const headers = { origin: 'http://127.0.0.1:9' }
  expect((await request.post(`${web.url}/en/progress/file`, { headers, data: '{}' })).status()).toBe(403)
})

test('a lesson prints as text: no lab, no bars, light', async ({ page, web }) => {
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
  await page.goto(`${web.url}/en/lessons/wire`, { waitUntil: 'networkidle' })
  for (const gone of ['.top', '.lab', '.mtab', '.split > .bar']) await expect(page.locator(gone).first()).toBeHidden()
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color)
  const [height, shown] = await page.evaluate(() => {
    const frame = document.getElementById('reading') as HTMLElement
    return [frame.scrollHeight, frame.clientHeight]
  })
  expect(height, 'nothing is cut off').toBe(shown)
  expect(height).toBeGreaterThan(2000)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const printed = await ink()
  await page.emulateMedia({ colorScheme: 'light', media: 'screen' })
  await expect.poll(ink).toBe(printed)
})
