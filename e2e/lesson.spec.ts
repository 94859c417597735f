// A lesson with its lab: a click types, Run runs, "Break it" turns the healthy lab into the exercise.
import { expect, expectAccessible, test } from './fixtures.ts'

test('commands go to the terminal, and the lesson’s lab becomes the exercise', async ({ page, lab, web }) => {
  await page.goto(`${web.url}/en/lessons/service-is-a-query`)
  await page.getByRole('button', { name: 'Start healthy lab' }).click()
  await lab.expectScreen(/laptop:~[$#]/)
  await expect(page.getByText(/Everything works\./)).toBeVisible({ timeout: 15_000 })

  const first = page.locator('.transcript .entry').first()
  const command = (await first.locator('.type').innerText()).trim()
  await first.locator('.type').click()
  await lab.expectScreen(command.slice(0, 30))
  await page.locator('.screen.front textarea').focus()
  await page.keyboard.press('Control+C')
  await first.getByRole('button', { name: /^Run:/ }).click()
  await expect(first.getByText(/^Ran \d\d:\d\d$/)).toBeVisible()
  await expectAccessible(page)

  await page.locator('.lhd').getByRole('button', { name: 'Break it' }).click()
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('From Mei')).toBeVisible()
  await expect(lab.task('web-answers')).toHaveAttribute('data-state', 'fail')
})
