// The catalogue: filters by mouse, by keyboard, by address and without scripts; what is solved and proved; the instructors' matrix.
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const labs = (page: Page) => page.locator('tbody tr:not(.topic)')
const group = (page: Page, name: string) => page.getByRole('group', { name })

test('filters narrow the list, live in the address, and reload nothing', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs`)
  const all = await labs(page).count()
  expect(all).toBeGreaterThanOrEqual(4)
  await page.evaluate(() => Object.assign(window, { kept: true }))

  await group(page, 'Topic').getByRole('radio', { name: 'Network policy' }).click()
  await expect(page).toHaveURL(`${web.url}/en/labs?topic=policy`)
  await expect(labs(page)).not.toHaveCount(all)
  await expect(labs(page).filter({ hasText: 'The audit finding' })).toHaveCount(1)
  await expect(page.getByRole('status')).toHaveText(/^\d+ of \d+ labs$/)
  await group(page, 'Traffic').getByRole('radio', { name: 'Pod to outside' }).click()
  await expect(page).toHaveURL(`${web.url}/en/labs?topic=policy&case=pod-to-outside`)
  await expect(labs(page).filter({ hasText: 'The audit finding' })).toHaveCount(0)
  expect(await page.evaluate(() => 'kept' in window)).toBe(true)

  await page.getByRole('link', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(`${web.url}/en/labs`)
  await expect(labs(page)).toHaveCount(all)
})

test('an address that was shared shows the same, in either language', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs?topic=outside&time=30`)
  await expect(group(page, 'Topic').getByRole('radio', { name: 'In and out of the cluster' })).toBeChecked()
  await expect(group(page, 'Time').getByRole('radio', { name: 'Up to 30 min' })).toBeChecked()
  await expect(labs(page).filter({ hasText: 'The partner never answers' })).toHaveCount(1)
  const shown = await labs(page).count()
  await page.getByRole('link', { name: '中文' }).click()
  await expect(page).toHaveURL(`${web.url}/zh-CN/labs?topic=outside&time=30`)
  await expect(labs(page)).toHaveCount(shown)
  await expect(labs(page).filter({ hasText: '合作方从不回应' })).toHaveCount(1)
})

test('arrow keys choose', async ({ page, web }) => {
  await page.goto(`${web.url}/en/labs`)
  await group(page, 'Runs on').getByRole('radio', { name: 'All' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(page).toHaveURL(`${web.url}/en/labs?runtime=embedded`)
  await page.keyboard.press('ArrowUp')
  await expect(page).toHaveURL(`${web.url}/en/labs`)
})

test('on a phone the filters fold away', async ({ page, web }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${web.url}/en/labs`)
  const policy = group(page, 'Topic').getByRole('radio', { name: 'Network policy' })
  await expect(policy).toBeHidden()
  await page.locator('.facets > label').click()
  // the button shows what the address says, which is a moment later
  await policy.click()
  await expect(page).toHaveURL(/topic=policy/)
  await expect(policy).toBeChecked()
  await page.locator('.facets > label').click()
  await expect(policy).toBeHidden()
  await expect(labs(page).filter({ hasText: 'The audit finding' })).toBeVisible()
})

test('what is chosen before the scripts have come counts', async ({ page, web }) => {
  let letThrough = () => {}
  const held = new Promise<void>((resolve) => {
    letThrough = resolve
  })
  await page.route('**/*.js', async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`${web.url}/en/labs`, { waitUntil: 'commit' })
  await group(page, 'Topic').getByRole('radio', { name: 'Network policy' }).check()
  letThrough()
  await expect(page).toHaveURL(/topic=policy/)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })
  test('the server filters', async ({ page, web }) => {
    await page.goto(`${web.url}/en/labs`)
    await group(page, 'Topic').getByRole('radio', { name: 'Network policy' }).check()
    await page.getByRole('button', { name: 'Show' }).click()
    await expect(page).toHaveURL(/topic=policy/)
    await expect(labs(page).filter({ hasText: 'The audit finding' })).toHaveCount(1)
    await expect(labs(page).filter({ hasText: 'Refused at once' })).toHaveCount(0)
  })
})

test('what is solved shows with its best time', async ({ page, web, lab }) => {
  await lab.start('sd-selector-typo')
  await expect(lab.task('web-answers')).toHaveAttribute('data-state', 'fail')
  await lab.type(`kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'`)
  await expect(page.getByText(/^Solved in/)).toBeVisible({ timeout: 15_000 })
  const best = (await page.getByRole('timer').innerText()).trim()
  // what a lab tells reaches the store with the next sweep
  await expect(async () => {
    await page.goto(`${web.url}/en/labs?you=solved`)
    await expect(labs(page)).toHaveCount(1, { timeout: 100 })
  }).toPass()
  await expect(labs(page)).toContainText(`Solved ${best}`)
  await page.goto(`${web.url}/en/labs?you=open`)
  await expect(labs(page).filter({ hasText: 'Refused at once' })).toHaveCount(0)
})

test('the matrix has every lab on both runtimes', async ({ page, web }) => {
  await page.goto(`${web.url}/en/instructors`)
  const row = page.locator('[data-scenario=sd-selector-typo]')
  // a scenario that was changed a moment ago waits for its next proof
  await expect(row.locator('[data-runtime=embedded]')).toHaveAttribute('data-proof', /^(proved|changed)$/)
  await expect(row.locator('[data-runtime=embedded]')).toContainText(/(\d+) of \1 steps/)
  await expect(row.locator('[data-runtime=kind]')).toHaveCount(1)
  await expect(page.getByText('Relabel the Pods that run')).toBeHidden()
  await row.getByText('Its 5 wrong fixes').click()
  await expect(row.getByText('Relabel the Pods that run')).toBeVisible()
  await expect(row).toContainText('“The next rollout of web will be listed too” turns it down.')
})
