// Every page without a lab: accessible in both themes and on a phone, reachable by keyboard, refused to strangers.
import { gzipSync } from 'node:zlib'
import { locales } from '../labs/spec/names.ts'
import { expect, expectAccessible, test, themes } from './fixtures.ts'

const pages = [
  ['home', ''],
  ['lab', '/labs/sd-selector-typo'],
  ['catalogue', '/labs'],
  ['instructors', '/instructors'],
  ['lesson', '/lessons/service-is-a-query'],
  ['diagnosis', '/diagnosis'],
  ['glossary', '/glossary'],
  ['progress', '/progress'],
  ['not found', '/no-such-page'],
] as const
const views = locales.flatMap((locale) => themes.flatMap((colorScheme) => [1440, 390].map((width) => ({ locale, colorScheme, width }))))

for (const [name, path] of pages) {
  for (const { locale, colorScheme, width } of views) {
    test(`${name}: no accessibility violation, ${locale}, ${colorScheme}, ${width} px`, async ({ page, web }) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 844 })
      await page.goto(`${web.url}/${locale}${path}`)
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
      await expect(page.locator('html')).toHaveAttribute('lang', locale)
      await expectAccessible(page)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow, 'nothing sticks out sideways').toBe(0)
    })
  }
}

test('home lists courses, lessons and some labs, and leads to all of them', async ({ page, web }) => {
  await page.goto(web.url)
  await expect(page).toHaveURL(`${web.url}/en`)
  await expect(page.getByRole('heading', { name: 'Courses' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'A Service is a saved query' })).toBeVisible()
  const labs = await page.getByRole('table').getByRole('row').count()
  expect(labs).toBeGreaterThan(4)
  expect(labs).toBeLessThanOrEqual(11)
  await page.getByRole('link', { name: /^All \d+ labs$/ }).click()
  await expect(page).toHaveURL(`${web.url}/en/labs`)
  await expect(page.getByRole('heading', { name: 'Labs', level: 1 })).toBeVisible()
})

test('the theme that was chosen stays', async ({ page, web }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`${web.url}/en`)
  await page.getByRole('button', { name: 'Theme: follow system' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await expect(page.getByRole('button', { name: 'Theme: light' })).toBeVisible()
})

test('the split is moved with arrow keys and remembered', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs/sd-selector-typo`)
  const separator = page.getByRole('separator', { name: 'Resize the two panes' })
  await separator.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(separator).toHaveAttribute('aria-valuenow', '50')
  await page.reload()
  await expect(separator).toHaveAttribute('aria-valuenow', '50')
})

test('unknown labs and lessons are not found', async ({ request, web }) => {
  for (const path of ['/en/labs/no-such-lab', '/zh-CN/lessons/no-such-lesson', '/xx', '/en/lessons']) {
    expect((await request.get(`${web.url}${path}`)).status(), path).toBe(404)
  }
})

test('an address without a language leads to the one that the browser asks for', async ({ request, web }) => {
  const leadsTo = async (path: string, languages: string) =>
    (await request.get(`${web.url}${path}`, { maxRedirects: 0, headers: { 'accept-language': languages } })).headers().location
  expect(await leadsTo('/', 'zh-CN,zh;q=0.9,en;q=0.8')).toBe('/zh-CN')
  expect(await leadsTo('/', 'de,zh;q=0.5')).toBe('/en')
  expect(await leadsTo('/labs/sd-selector-typo', 'zh')).toBe('/zh-CN/labs/sd-selector-typo')
})

test('the other language is one click away, on the same page', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs/sd-selector-typo#path`)
  const alternates = page.locator('head link[rel=alternate][hreflang]')
  const found = () => alternates.evaluateAll((links) => links.map((link) => [link.getAttribute('hreflang'), link.getAttribute('href')]))
  // whole addresses, once the page knows by which name it was reached
  await expect
    .poll(async () => (await found()).sort())
    .toEqual([
      ['en', `${web.url}/en/labs/sd-selector-typo`],
      ['x-default', `${web.url}/en/labs/sd-selector-typo`],
      ['zh-CN', `${web.url}/zh-CN/labs/sd-selector-typo`],
    ])
  await page.getByRole('link', { name: '中文' }).click()
  await expect(page).toHaveURL(`${web.url}/zh-CN/labs/sd-selector-typo#path`)
  await expect(page.getByRole('heading', { name: '跟踪一个数据包' })).toBeVisible()
  await page.getByRole('link', { name: 'English' }).click()
  await expect(page).toHaveURL(`${web.url}/en/labs/sd-selector-typo#path`)
})

test('pages carry their headers; the process says that it is well', async ({ request, web }) => {
  const page = await request.get(`${web.url}/en`)
  const headers = page.headers()
  expect(headers['content-security-policy']).toContain("default-src 'self'")
  expect(headers['content-security-policy']).not.toContain('unsafe-eval')
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/)
  expect(headers['x-powered-by']).toBeUndefined()
  expect(await (await request.get(`${web.url}/healthz`)).text()).toBe('ok\n')
})

test('a name that is not ours gets no page', async ({ request, web }) => {
  const answer = await request.get(`${web.url}/en`, { headers: { host: 'evil.example' } })
  expect(answer.status()).toBe(421)
})

test('a lesson stays light until a terminal opens', async ({ page, web }) => {
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (/javascript/.test(response.headers()['content-type'] ?? '')) sizes.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto(`${web.url}/en/lessons/service-is-a-query`, { waitUntil: 'networkidle' })
  const bytes = (await Promise.all(sizes)).reduce((a, b) => a + b, 0)
  // Next and React alone take 135 kB of it (docs/benchmarks.md)
  expect(bytes).toBeLessThan(190_000)
  expect(bytes, 'scripts were seen at all').toBeGreaterThan(100_000)
})

test('no message reaches the console of any page', async ({ page, web }) => {
  const messages: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && messages.push(message.text()))
  page.on('pageerror', (error) => messages.push(error.message))
  for (const path of ['/en', '/en/labs/sd-selector-typo', '/en/lessons/node-as-router', '/zh-CN', '/zh-CN/lessons/node-as-router']) {
    await page.goto(`${web.url}${path}`, { waitUntil: 'networkidle' })
  }
  expect(messages).toEqual([])
})
