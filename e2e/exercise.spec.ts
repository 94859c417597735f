// A student solves a lab in the browser: start, look, a wrong fix and its sentence, hint, reset, the fix, the debrief.
import { expect, expectAccessible, test, themes } from './fixtures.ts'

test('from Start to the debrief', async ({ page, lab, web }) => {
  await test.step('start leads to a prompt that echoes', async () => {
    await lab.start('sd-selector-typo')
    await lab.type('echo $((6*7))')
    await lab.expectScreen('42')
  })

  await test.step('the ticket and the failing task say what is seen', async () => {
    await expect(page.getByText('From Mei')).toBeVisible()
    await expect(lab.task('web-answers')).toHaveAttribute('data-state', 'fail')
    await expect(lab.task('web-answers')).toContainText('Seen')
    await expect(lab.task('stays-listed')).toHaveAttribute('data-state', 'waiting')
    await expect(lab.guard('address-kept')).toHaveAttribute('data-state', 'holds')
  })

  await test.step('the running lab is accessible in both themes and on a phone', async () => {
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
      await expectAccessible(page)
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await expectAccessible(page)
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  await test.step('a wrong fix is rejected with its sentence', async () => {
    await lab.type('kubectl label --overwrite pods -l app=web app=wbe')
    await expect(lab.task('web-answers')).toHaveAttribute('data-state', 'pass')
    await expect(lab.task('stays-listed')).toHaveAttribute('data-state', 'fail')
    await expect(lab.task('stays-listed')).toContainText('It works for the Pods that run now.')
  })

  await test.step('a hint opens when asked for, one at a time', async () => {
    await expect(page.getByText('Refused at once is not a timeout.')).toHaveCount(0)
    await page.getByRole('button', { name: 'Open hint 1' }).click()
    await expect(page.getByText('Refused at once is not a timeout.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Open hint 2' })).toBeVisible()
  })

  await test.step('reset gives the broken lab again', async () => {
    await page.getByRole('button', { name: 'Reset', exact: true }).click()
    await expect(page.getByText('Reset puts the fault back and clears your changes. Time keeps running.')).toBeVisible()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
    await expect(lab.task('web-answers')).toHaveAttribute('data-state', 'fail')
    await lab.expectScreen(/laptop:~[$#]\s*$/)
  })

  await test.step('the fix flips the tasks and leads to the debrief', async () => {
    await lab.type(`kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'`)
    await expect(page.getByText(/^Solved in \d\d:\d\d\.$/)).toBeVisible({ timeout: 15_000 })
    await expect(page.getByText('3 of 3 pass').first()).toBeVisible()
    await page.getByRole('link', { name: 'Read the debrief' }).click()
    await expect(page.getByRole('heading', { name: 'A query that matched nothing' })).toBeFocused()
    await expect(page.getByText('1 of 3', { exact: true })).toBeVisible()
    await expect(page.getByRole('cell', { name: /kubectl patch service web/ })).toBeVisible()
    await expect(page.getByText('Relabel the Pods that run')).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Next lab' })).toBeVisible()
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      await expectAccessible(page)
    }
  })

  await test.step('Back leads to the lab, and home knows that it is solved', async () => {
    await page.goBack()
    await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible()
    await page.goto(`${web.url}/en`)
    await expect(page.getByRole('row', { name: /Refused at once/ })).toContainText(/Solved/)
  })
})

test('the debrief outlives the lab and its page', async ({ page, lab, web }) => {
  await lab.start('sd-selector-typo')
  await expect(lab.task('web-answers')).toHaveAttribute('data-state', 'fail')
  await lab.type(`kubectl patch service web -p '{"spec":{"selector":{"app":"web"}}}'`)
  await expect(page.getByText(/^Solved in \d\d:\d\d\.$/)).toBeVisible({ timeout: 15_000 })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect.poll(() => web.labs(), { timeout: 15_000 }).toEqual([])

  await page.reload()
  await expect(page.getByRole('button', { name: 'Start lab' })).toBeEnabled()
  await expect(page.getByText(/^Solved in \d\d:\d\d\.$/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Read the debrief' }).click()
  await expect(page.getByRole('heading', { name: 'A query that matched nothing' })).toBeFocused()
  await expect(page.getByRole('cell', { name: /kubectl patch service web/ })).toBeVisible()
  await expect(page.getByText('0 of 3', { exact: true })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Next lab' })).toBeVisible()
  await page.reload() // with #debrief in the address
  await expect(page.getByRole('heading', { name: 'A query that matched nothing' })).toBeVisible()
  await expectAccessible(page)

  // a new lab has the word: the old debrief does not stand for it
  await page.goBack()
  await page.getByRole('button', { name: 'Start lab' }).click()
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible({ timeout: 20_000 })
  await expect(page.getByText(/^Solved in/)).toHaveCount(0)
  // who has not solved it is not told, not even in the page's source: a browser that comes for the first time
  expect(await (await fetch(`${web.url}/en/labs/sd-selector-typo`)).text()).not.toContain('A query that matched nothing')
})

test('stop frees the lab and leaves its output to read', async ({ page, lab, web }) => {
  await lab.start('sd-selector-typo')
  await lab.type('echo kept-$((1+1))')
  await lab.expectScreen('kept-2')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText(/Output kept, input off/)).toBeVisible({ timeout: 20_000 })
  await lab.expectScreen('kept-2')
  await expect.poll(() => web.labs()).toEqual([])
  await page.getByRole('button', { name: 'Start again' }).click()
  await lab.expectScreen(/laptop:~[$#]/)
  expect(await lab.screen()).not.toContain('kept-2')
})
