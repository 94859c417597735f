// What may go wrong on the way: reload, lost connection, the web process killed. The lab, its shell and every typed character stay.
import { expect, test } from './fixtures.ts'

test('a reload finds the lab, the shell and its scrollback', async ({ page, lab, web }) => {
  await lab.start('sd-selector-typo')
  await lab.type('mine=$((40+2)); for i in $(seq 60); do echo line-$i; done')
  await lab.expectScreen('line-60')
  const [id] = web.labs()
  await page.reload()
  await lab.expectScreen('line-60')
  await lab.type('echo still-$mine')
  await lab.expectScreen('still-42')
  for (let n = 0; n < 4; n++) await page.keyboard.press('Shift+PageUp')
  await lab.expectScreen(/line-1\n/)
  expect(web.labs()).toEqual([id])
})

test('kill -9 of the web process loses no shell and no character', async ({ page, lab, web }) => {
  await lab.start('sd-selector-typo')
  // what the killed server had not passed on would be held too, and counted
  await lab.type('mine=$((40+2)); echo is-$mine')
  await lab.expectScreen('is-42')
  await web.kill()
  await expect(page.getByText(/Reconnecting to laptop/)).toBeVisible()
  await page.locator('.screen.front textarea').focus()
  await page.keyboard.type('echo held-$mine-abcdefghij')
  await expect(page.getByText('26 characters held.')).toBeVisible()
  await web.start()
  await expect(page.getByText(/Reconnecting to laptop/)).toHaveCount(0, { timeout: 15_000 })
  await page.keyboard.press('Enter')
  await lab.expectScreen(/^held-42-abcdefghij$/m)
})

test('typing through kill -9 arrives whole and in order', async ({ page, lab, web }) => {
  await lab.start('sd-selector-typo')
  const text = Array.from({ length: 60 }, (_, n) => String.fromCharCode(97 + (n % 26))).join('')
  await page.locator('.screen.front textarea').focus()
  await page.keyboard.type('echo "<')
  const typing = page.keyboard.type(text, { delay: 40 })
  await page.waitForTimeout(700)
  await web.kill()
  await page.waitForTimeout(400)
  await web.start()
  await typing
  await page.keyboard.type('>" | cat')
  await page.keyboard.press('Enter')
  await lab.expectScreen(new RegExp(`^<${text}>$`, 'm'))
})

test('held characters survive a reload while the server is away', async ({ page, lab, web, context }) => {
  await lab.start('sd-selector-typo')
  await context.setOffline(true)
  await web.kill()
  await expect(page.getByText(/Reconnecting to laptop/)).toBeVisible()
  await page.locator('.screen.front textarea').focus()
  await page.keyboard.type('echo over-the-reload')
  await web.start()
  await context.setOffline(false)
  await page.reload()
  await lab.expectScreen('echo over-the-reload')
})

test('a page opened while its lab is ending offers to start it', async ({ page, lab, web, context }) => {
  await lab.start('sd-selector-typo')
  const pid = web.labPid(web.labs()[0] as string)
  process.kill(pid, 'SIGSTOP') // it is still listed, and answers nobody
  const late = await context.newPage()
  await late.goto(`${web.url}/en/labs/sd-selector-typo`)
  await expect(late.getByText(/Starting|Looking/).first()).toBeVisible()
  await late.waitForTimeout(500)
  process.kill(pid, 'SIGKILL')
  await expect(late.getByRole('button', { name: 'Start lab' })).toBeEnabled({ timeout: 15_000 })
  await late.getByRole('button', { name: 'Start lab' }).click()
  await expect(late.locator('.screen.front .xterm-rows')).toContainText('laptop:~$', { timeout: 20_000 })
  // the page that had the lab open says what happened instead: it has something to lose
  await expect(page.getByText('The lab process has died.')).toBeVisible()
})

for (const [how, continuesAfterMs] of [
  ['takes its time to stop', 2000],
  ['hangs while it stops', undefined],
] as const)
  test(`a page opened while its lab ${how} has a Start button at once, and gets a new lab`, async ({ lab, web, context }) => {
    await lab.start('sd-selector-typo')
    const [old] = web.labs() as [string]
    const pid = web.labPid(old)
    process.kill(pid, 'SIGSTOP')
    web.tellStopping(old)
    const late = await context.newPage()
    await late.goto(`${web.url}/en/labs/sd-selector-typo`)
    await expect(late.getByRole('button', { name: 'Start lab' })).toBeEnabled({ timeout: 3000 })
    await late.getByRole('button', { name: 'Start lab' }).click()
    if (continuesAfterMs) {
      await late.waitForTimeout(continuesAfterMs)
      process.kill(pid, 'SIGCONT')
    }
    await expect(late.locator('.screen.front .xterm-rows')).toContainText('laptop:~$', { timeout: 20_000 })
    expect(web.labs()).not.toContain(old)
  })
