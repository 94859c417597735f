// The pool and the choice of a runtime, as a page shows them: what runs on the machine, where a lab may run and why not, a start that takes long.
import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test, themes } from './fixtures.ts'

// kind cannot be had, whatever this machine has
test.use({ webEnv: { PODWIRE_WARM: '1', PODWIRE_WARM_RUNTIME: 'embedded', PODWIRE_KIND: '/nowhere/kind' } })

/** Changes what the server says, word by word: this machine has one runtime, pages must be right about two. */
async function pretend(page: Page, change: (text: string) => string): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => server.send(message))
    server.onMessage((message) => socket.send(typeof message === 'string' ? change(message) : message))
  })
}

test('home shows the pool and the labs that run, and follows them', async ({ page, lab, web }) => {
  await page.goto(`${web.url}/en`)
  const panel = page.getByRole('region', { name: 'Running on this machine' })
  await expect(panel.getByRole('heading', { name: 'Spare clusters on embedded: 1 of 1 ready' })).toBeVisible()
  await expect(panel.getByRole('list', { name: 'Spare clusters' }).getByRole('listitem')).toContainText(/\d+ MiB/)
  expect(web.podwire('lab', 'start', 'np-and-or-selector').status).toBe(0)
  const row = panel.getByRole('list', { name: 'Running labs' }).getByRole('listitem')
  await expect(row).toContainText(/The audit finding.*yours.*embedded.*broken/)
  await expect(panel.getByRole('heading', { name: /1 of 1 ready/ })).toBeVisible({ timeout: 15_000 })
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    await expectAccessible(page)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(overflow, 'nothing sticks out sideways').toBe(0)
  expect(lab.page).toBe(page)
})

test('a lab that comes from the pool says so', async ({ lab, web }) => {
  await expect.poll(() => JSON.parse(web.podwire('status', '--json').stdout).pool.spares[0]?.state, { timeout: 15_000 }).toBe('ready')
  const spare = JSON.parse(web.podwire('status', '--json').stdout).pool.spares[0].labId
  await lab.start('sd-selector-typo')
  await expect(lab.page.getByText(/^Ready in .* s, 4 steps, on embedded$/)).toBeVisible()
  expect(JSON.parse(web.podwire('lab', 'status', '--json').stdout)).toMatchObject({
    labId: spare,
    steps: [{ id: 'pool-ready' }, {}, {}, {}],
  })
})

test('a runtime is chosen with the keyboard and remembered; one that cannot be says why', async ({ page, lab, web }) => {
  await page.goto(`${web.url}/en/labs/sd-selector-typo`)
  const choice = page.getByRole('radiogroup', { name: 'Runs on' })
  await expect(choice.getByRole('radio', { name: 'Automatic' })).toBeChecked()
  await expect(choice.getByText('The quickest one that this lab can run on: embedded here.')).toBeVisible()
  await expect(choice.getByRole('radio', { name: 'kind' })).toBeDisabled()
  await expect(choice.getByText(/^Real Kubernetes in Docker.*Cannot be chosen: \S+/)).toBeVisible()
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    await expectAccessible(page)
  }
  await choice.getByRole('radio', { name: 'Automatic' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(choice.getByRole('radio', { name: 'embedded' })).toBeChecked()
  await page.reload()
  await expect(choice.getByRole('radio', { name: 'embedded' })).toBeChecked()
  await page.getByRole('button', { name: 'Start lab' }).click()
  await lab.expectScreen(/laptop:~[$#]/)
  await page.getByRole('button', { name: 'What is real here' }).click()
  await expect(page.getByRole('dialog')).toContainText('This lab runs on embedded')
})

test('a lab that runs elsewhere already is continued, and that is said', async ({ page, lab, web }) => {
  await pretend(page, (text) => text.replace(/\{"name":"kind","usable":false,"reason":"[^"]*"\}/, '{"name":"kind","usable":true}'))
  await page.goto(`${web.url}/en/labs/sd-selector-typo`)
  await page.getByRole('radio', { name: 'kind' }).click()
  await expect(page.getByText('It starts in about half a minute')).toBeVisible()
  // it has looked for a lab that runs, and found none
  await expect(page.getByRole('button', { name: 'Start lab' })).toBeEnabled()
  expect(web.podwire('lab', 'start', 'sd-selector-typo').status).toBe(0)
  await page.getByRole('button', { name: 'Start lab' }).click()
  await lab.expectScreen(/laptop:~[$#]/)
  await expect(page.getByText('This lab was running already, on embedded, and goes on there. Stop it to start one on kind.')).toBeVisible()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText('This lab was running already')).toHaveCount(0)
})

test('on kind the panel tells of kind', async ({ page, lab }) => {
  await pretend(page, (text) => text.replaceAll('"runtime":"embedded"', '"runtime":"kind"'))
  await lab.start('sd-selector-typo')
  await expect(page.getByText(/on kind$/)).toBeVisible()
  await page.getByRole('button', { name: 'What is real here' }).click()
  const dialog = page.getByRole('dialog')
  for (const words of ['kube-apiserver, etcd', '/opt/podwire', 'Docker network', 'as trustworthy as you are', '700 MiB'])
    await expect(dialog).toContainText(words)
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    await expectAccessible(page)
    if (process.env.PODWIRE_SHOTS) await page.screenshot({ path: `${process.env.PODWIRE_SHOTS}/kind-real-${colorScheme}.png` })
  }
})

/** The lab's own control plane: other labs may run on this machine. */
function controlOf(labId: string): number | undefined {
  const processes = readdirSync('/proc').flatMap((name) => {
    try {
      const stat = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/stat`, 'latin1') : ''
      const command = stat ? readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ') : ''
      return stat ? [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command }] : []
    } catch {
      return [] // it has just ended
    }
  })
  const family = processes.filter(({ command }) => command.includes(`podwire-${labId}`))
  for (const { pid } of family) family.push(...processes.filter((other) => other.parent === pid && !family.includes(other)))
  return family.find(({ command }) => command.startsWith('/lab/node '))?.pid
}

test('a step that takes long shows its seconds, after a reload too', async ({ page, lab, web }) => {
  await page.goto(`${web.url}/en/labs/nm-ip-forward-off`)
  const spareNow = () => JSON.parse(web.podwire('status', '--json').stdout).pool.spares[0]
  await expect.poll(() => spareNow()?.state, { timeout: 15_000 }).toBe('ready')
  const former = spareNow().labId
  // the pool makes another one, whose control plane is stopped in the middle
  process.kill(controlOf(former) as number, 'SIGKILL')
  let stopped: number | undefined
  for (let tries = 0; tries < 2000 && !stopped; tries++) {
    const made = web.labs().find((id) => id !== former)
    const control = made ? controlOf(made) : undefined
    // a moment later it is at work
    if (control) await page.waitForTimeout(120)
    if (control) process.kill(control, 'SIGSTOP')
    stopped = control
    await page.waitForTimeout(2)
  }
  expect(stopped).toBeTruthy()
  await page.getByRole('button', { name: 'Start lab' }).click()
  await expect(page.getByText('Cluster from the pool, begun before you came')).toBeVisible()
  await expect(page.getByText(/^Starting for [3-9] s\./)).toBeVisible({ timeout: 15_000 })
  await page.reload()
  await expect(page.getByText(/^Starting for ([4-9]|1\d) s\./)).toBeVisible({ timeout: 2500 })
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    if (process.env.PODWIRE_SHOTS) await page.screenshot({ path: `${process.env.PODWIRE_SHOTS}/boot-${colorScheme}.png` })
    await expectAccessible(page)
  }
  process.kill(stopped as number, 'SIGCONT')
  await lab.expectScreen(/laptop:~[$#]/)
})
