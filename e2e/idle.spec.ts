// A lab that nobody uses: a warning with a button to stay, then its end.
import { expect, test } from './fixtures.ts'

test.use({ webEnv: [{ PODWIRE_IDLE_MINUTES: '0.3' }, { scope: 'worker' }] })

test('the warning comes, Stay keeps the lab, doing nothing ends it', async ({ page, lab, web }) => {
  await lab.start('sd-selector-typo')
  const warning = page.getByText(/This lab ends in \d\d:\d\d/)
  await expect(warning).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Stay' }).click()
  await expect(warning).toHaveCount(0)
  await lab.expectScreen(/laptop:~[$#]/)
  await expect(warning).toBeVisible({ timeout: 20_000 })
  await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible({ timeout: 30_000 })
  await expect.poll(() => web.labs(), { timeout: 15_000 }).toEqual([])
})
